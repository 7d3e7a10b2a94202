package dev.adjoint.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of unsigned bytes in the IDX format of LeCun, Cortes and Burges: two zero bytes, the type
 * 8, the number of axes, the size of each axis as a big-endian INT32, then the bytes in row-major
 * order. Plain or compressed by gzip.
 */
final class Idx {
  private static final int UNSIGNED_BYTES = 0x0800;

  private final int[] sizes;
  private final byte[] elements;

  private Idx(int[] sizes, byte[] elements) {
    this.sizes = sizes;
    this.elements = elements;
  }

  /**
   * Reads a file that must have {@code rank} axes.
   *
   * @throws DataFormatException if it is not such a file, is cut off, or goes on behind its end
   */
  static Idx read(Path file, int rank) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Bytes.read(file));
    int header = 4 * (1 + rank);
    if (in.remaining() < header) {
      throw new DataFormatException(
          "%s is cut off: an IDX file of %d axes starts with %d bytes, this one has %d."
              .formatted(file, rank, header, in.remaining()));
    }
    int magic = in.getInt();
    if (magic != (UNSIGNED_BYTES | rank)) {
      throw new DataFormatException(
          "%s starts with the number %d (0x%08x); an IDX file of bytes with %d axes starts with %d."
              .formatted(file, magic, magic, rank, UNSIGNED_BYTES | rank));
    }
    int[] sizes = new int[rank];
    long expected = 1;
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = in.getInt();
      expected = sizes[axis] < 0 ? -1 : saturatingProduct(expected, sizes[axis]);
    }
    if (expected != in.remaining()) {
      throw new DataFormatException(
          "%s says it holds %s bytes, but %d follow its header. It is damaged or cut off."
              .formatted(file, Arrays.toString(sizes).replace(", ", " x "), in.remaining()));
    }
    return new Idx(sizes, Arrays.copyOfRange(in.array(), in.position(), in.limit()));
  }

  private static long saturatingProduct(long product, int size) {
    return product < 0 ? -1 : Math.min(product * size, Integer.MAX_VALUE);
  }

  int size(int axis) {
    return sizes[axis];
  }

  byte[] elements() {
    return elements;
  }
}
