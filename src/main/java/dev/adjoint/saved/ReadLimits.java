package dev.adjoint.saved;

/**
 * What a reader accepts. Memory is at most a small multiple of the file's bytes, plus about 100
 * bytes an element, plus {@code repeatedBytes}: nothing is allocated because a file claims a size,
 * except for repeated elements.
 *
 * <p>A server that takes files from strangers lowers {@code fileBytes} to what it expects.
 *
 * @param fileBytes the most bytes of a file, at most 2^31 - 9
 * @param elements the most fields in a file, with every number of a list counted: what parsing
 *     costs beyond the bytes themselves
 * @param nesting how deep messages may lie in each other: a list within a record within an
 *     attribute
 * @param nodes the most nodes of a graph
 * @param operands the most operands of a node
 * @param signatures the most signatures of a graph, each of which walks over all nodes
 * @param nameLength the most characters of the name of a node, operator, attribute or signature
 * @param expressionLength the most characters of a symbolic size; parsing takes time with their
 *     square
 * @param expressionCharacters the most characters of all different symbolic sizes together
 * @param repeatedBytes the most bytes that all constants of one repeated element fill together
 */
public record ReadLimits(
    long fileBytes,
    long elements,
    int nesting,
    int nodes,
    int operands,
    int signatures,
    int nameLength,
    int expressionLength,
    long expressionCharacters,
    long repeatedBytes) {
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;
  private static final int DEEPEST = 100;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, or more than an array or the stack holds
   */
  public ReadLimits {
    requireRange("fileBytes", fileBytes, LARGEST_ARRAY);
    requireRange("elements", elements, Long.MAX_VALUE / 2);
    requireRange("nesting", nesting, DEEPEST);
    requireRange("nodes", nodes, Integer.MAX_VALUE);
    requireRange("operands", operands, Integer.MAX_VALUE);
    requireRange("signatures", signatures, Integer.MAX_VALUE);
    requireRange("nameLength", nameLength, Integer.MAX_VALUE);
    requireRange("expressionLength", expressionLength, Integer.MAX_VALUE);
    requireRange("expressionCharacters", expressionCharacters, Long.MAX_VALUE / 2);
    requireRange("repeatedBytes", repeatedBytes, Long.MAX_VALUE / 2);
  }

  private static void requireRange(String name, long value, long largest) {
    if (value < 0 || value > largest) {
      throw new IllegalArgumentException(
          "The limit '%s' must be from 0 to %d, given %d.".formatted(name, largest, value));
    }
  }

  /**
   * Far more than any network needs: files up to 2 GiB, 8 Mi elements, nesting of 32, 1 Mi nodes of
   * up to 10 000 operands, 100 signatures, names of 1000 characters, symbolic sizes of 1000 and
   * together 1 Mi characters, 64 MiB of repeated elements.
   */
  public static ReadLimits defaults() {
    return new ReadLimits(
        LARGEST_ARRAY, 1 << 23, 32, 1 << 20, 10_000, 100, 1000, 1000, 1 << 20, 64L << 20);
  }

  /** These limits with another {@code fileBytes}. */
  public ReadLimits withFileBytes(long limit) {
    return new ReadLimits(
        limit,
        elements,
        nesting,
        nodes,
        operands,
        signatures,
        nameLength,
        expressionLength,
        expressionCharacters,
        repeatedBytes);
  }
}
