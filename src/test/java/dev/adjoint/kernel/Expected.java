package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** What the reference says of a sum of products, and how far a kernel may be from it. */
final class Expected {
  private Expected() {}

  /** Numbers between -1 and 1, or small integers. */
  static Tensor random(TensorType type, long seed) {
    Random random = new Random(seed);
    long[] sizes =
        IntStream.range(0, type.rank()).mapToLong(axis -> type.dim(axis).value()).toArray();
    double[] values = new double[KernelRun.elements(type)];
    boolean whole = type.dtype().isInteger();
    for (int i = 0; i < values.length; i++) {
      values[i] = whole ? random.nextInt(-1000, 1000) : 2 * random.nextDouble() - 1;
    }
    return Tensor.of(values, sizes).cast(type.dtype());
  }

  /** The result's type. */
  static TensorType type(Op op, TensorType a, TensorType b) {
    GraphBuilder builder = GraphBuilder.create("one");
    return builder.add(op, builder.input("a", a), builder.input("b", b)).type();
  }

  /** The exact result: integers as they are, everything else in double precision. */
  static Tensor of(Op op, Tensor a, Tensor b) {
    GraphBuilder builder = GraphBuilder.create("one");
    Value y = builder.add(op, builder.input("a", a.type()), builder.input("b", b.type()));
    builder.signature("run").output("y", y);
    Graph graph = builder.build();
    return Interpreter.inDouble().run(graph, "run", Map.of("a", a, "b", b)).outputs().get("y");
  }

  /**
   * Asserts that each element is within {@code roundings} units in the last place of the sum of the
   * products' magnitudes.
   */
  static void assertClose(Tensor given, Op op, Tensor a, Tensor b, double roundings) {
    assertClose(given, op, a, b, roundings, /* spreads= */ false);
  }

  /**
   * As above; but where errors spread to neighbours, each is measured by the largest of the sums of
   * magnitudes.
   */
  static void assertClose(
      Tensor given, Op op, Tensor a, Tensor b, double roundings, boolean spreads) {
    Tensor exact = of(op, a, b);
    if (given.dtype().isInteger()) {
      assertEquals(exact, given);
      return;
    }
    Tensor magnitude = of(op, absolute(a), absolute(b));
    double unit = given.dtype() == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
    double largest = 0;
    for (int i = 0; i < given.size(); i++) {
      largest = Math.max(largest, magnitude.getDouble(i));
    }
    for (int i = 0; i < given.size(); i++) {
      double scale = spreads ? largest : magnitude.getDouble(i);
      double error = Math.abs(given.getDouble(i) - exact.getDouble(i));
      int at = i;
      assertTrue(
          error <= roundings * unit * scale,
          () ->
              "element %d of %s: %s, exactly %s"
                  .formatted(at, given.type(), given.getDouble(at), exact.getDouble(at)));
    }
  }

  static Tensor absolute(Tensor x) {
    double[] values = x.cast(DType.FLOAT64).toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    long[] sizes = IntStream.range(0, x.rank()).mapToLong(x::dim).toArray();
    return Tensor.of(values, sizes).cast(x.dtype());
  }
}
