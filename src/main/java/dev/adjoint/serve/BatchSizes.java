package dev.adjoint.serve;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * At how many rows a signature may be computed so that each row gets the bits that it gets alone.
 *
 * <p>A signature has rows if the first axis of all its inputs and outputs is the same named size,
 * and no other size has a name. That is not enough: a layer may look across rows, and an executor
 * promises equal bits for equal sizes only. So each size is tried when the model is loaded: random
 * rows are computed alone and together, and a size counts only if every row, at every position, has
 * the same bits. Kernels are chosen by sizes and never by values, so what holds for random rows
 * holds for all. The trial is the warm-up too: it leaves a compiled plan for each size.
 */
final class BatchSizes {
  private static final int INTEGERS = 2;

  private final Signature signature;
  private final TreeSet<Integer> sizes = new TreeSet<>();

  private BatchSizes(Signature signature) {
    this.signature = signature;
  }

  /**
   * Tries all sizes up to {@code wanted}'s largest. A signature that fails for random values may
   * still serve others, such as indices into a table of one row: it is served without joining.
   *
   * @throws RuntimeException if a trial ends in an {@link Error}, such as too little memory
   */
  static BatchSizes of(Session session, Signature signature, List<Integer> wanted) {
    BatchSizes result = new BatchSizes(signature);
    Optional<String> name = rowsName(signature);
    try {
      if (name.isPresent()) {
        result.tryOut(session, name.get(), wanted);
      } else if (isConstant(signature)) {
        session.run(signature.name(), random(signature, Map.of(), new SplittableRandom(1)));
      }
      return result;
    } catch (RuntimeException e) {
      if (e.getCause() instanceof Error) {
        throw e;
      }
      System.getLogger(BatchSizes.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "signature {0} fails for random values, so its requests are not joined: {1}",
              signature.name(),
              e.getMessage());
      return new BatchSizes(signature);
    }
  }

  private static boolean isConstant(Signature signature) {
    return signature.inputs().values().stream().allMatch(node -> node.type().isConstant());
  }

  private static Optional<String> rowsName(Signature signature) {
    List<Node> ends =
        Stream.concat(signature.inputs().values().stream(), signature.outputs().values().stream())
            .toList();
    if (signature.inputs().isEmpty() || ends.stream().anyMatch(node -> node.type().rank() == 0)) {
      return Optional.empty();
    }
    Dim first = ends.getFirst().type().dim(0);
    boolean same = ends.stream().allMatch(node -> node.type().dim(0).equals(first));
    boolean only =
        ends.stream()
            .flatMap(node -> node.type().shape().dims().stream().skip(1))
            .allMatch(Dim::isConstant);
    boolean named =
        first.names().size() == 1 && first.toString().equals(first.names().iterator().next());
    return same && only && named ? Optional.of(first.toString()) : Optional.empty();
  }

  private void tryOut(Session session, String name, List<Integer> wanted) {
    int largest = wanted.stream().mapToInt(Integer::intValue).max().orElse(1);
    SplittableRandom random = new SplittableRandom(1);
    List<Map<String, Tensor>> rows = new ArrayList<>();
    List<Map<String, Tensor>> alone = new ArrayList<>();
    for (int i = 0; i < largest; i++) {
      rows.add(random(signature, Map.of(name, 1L), random));
      alone.add(session.run(signature.name(), rows.getLast()));
    }
    for (int size : wanted) {
      Map<String, Tensor> together =
          session.run(signature.name(), join(rows.subList(0, size), size));
      if (isEqual(alone, together, size)) {
        sizes.add(size);
      }
    }
  }

  private static boolean isEqual(
      List<Map<String, Tensor>> alone, Map<String, Tensor> together, int size) {
    for (int i = 0; i < size; i++) {
      for (Map.Entry<String, Tensor> output : together.entrySet()) {
        if (!Rows.slice(output.getValue(), i, 1).equals(input(alone.get(i), output.getKey()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static Map<String, Tensor> random(
      Signature signature, Map<String, Long> sizes, SplittableRandom random) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    signature
        .inputs()
        .forEach((name, node) ->
            inputs.put(name, random(node.type().dtype(), node.type().shape().bind(sizes), random)));
    return inputs;
  }

  private static Tensor random(DType dtype, Shape shape, SplittableRandom random) {
    double[] values = new double[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = dtype.isFloating() ? random.nextDouble() : random.nextInt(INTEGERS);
    }
    return Tensor.of(values, shape.sizes()).cast(dtype);
  }

  /** How many rows a request has; 1 for one that is not joined with others. */
  int rows(Map<String, Tensor> inputs) {
    return sizes.isEmpty() ? 1 : (int) inputs.values().iterator().next().dim(0);
  }

  /** Whether so many rows are computed at one of the sizes; others run as they come, alone. */
  boolean joins(int rows) {
    return !sizes.isEmpty() && rows >= 1 && rows <= largest();
  }

  /** The largest size, 1 if there is none. */
  int largest() {
    return sizes.isEmpty() ? 1 : sizes.last();
  }

  /** The smallest size for so many rows. */
  int next(int rows) {
    return Optional.ofNullable(sizes.ceiling(rows)).orElseThrow();
  }

  /** The inputs of several requests one after the other, filled up with zeros. */
  Map<String, Tensor> join(List<Map<String, Tensor>> parts, int rows) {
    Map<String, Tensor> joined = new LinkedHashMap<>();
    for (String name : signature.inputs().keySet()) {
      joined.put(name, Rows.join(parts.stream().map(part -> input(part, name)).toList(), rows));
    }
    return joined;
  }

  private static Tensor input(Map<String, Tensor> inputs, String name) {
    return Optional.ofNullable(inputs.get(name)).orElseThrow();
  }

  @Override
  public String toString() {
    return sizes.toString();
  }
}
