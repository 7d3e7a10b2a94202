package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Probability;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.TensorAssertions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The softmax family and other computations over rows, against the reference. */
class RowFunctionsProperties {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);

  /** Logits {@code [outer, classes, inner]} and what a loop of rows along the classes reads. */
  private record Logits(int outer, int classes, int inner, Tensor x) {
    static Logits draw(Random random, DType dtype, int outer, int classes, int inner) {
      double[] elements = random.doubles((long) outer * classes * inner, -8, 8).toArray();
      if (elements.length > 0 && random.nextInt(4) == 0) {
        double[] special = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
        elements[random.nextInt(elements.length)] = special[random.nextInt(3)];
      }
      return new Logits(
          outer, classes, inner, Tensor.of(elements, outer, classes, inner).cast(dtype));
    }

    LoopBuilder loop() {
      return new LoopBuilder(List.of(outer, inner, classes), 1);
    }

    Access access(int argument) {
      return new Access(argument, x.dtype(), 0, List.of(classes * inner, 1, inner));
    }

    Object array() {
      return x.dtype() == DType.FLOAT32 ? x.toFloats() : x.toDoubles();
    }

    Tensor reference(Op op, Tensor... more) {
      GraphBuilder graph = GraphBuilder.create("reference");
      List<Value> operands = new ArrayList<>(List.of(graph.constant(x)));
      for (Tensor tensor : more) {
        operands.add(graph.constant(tensor));
      }
      return Computed.asWritten(List.of(graph.add(op, operands)), Map.of()).getFirst();
    }

    Tensor run(LoopBuilder loop, Tensor expected, Object... operands) {
      List<Object> arrays = new ArrayList<>(List.of(operands));
      arrays.add(LoopRunner.array(expected.dtype(), Math.toIntExact(expected.size())));
      LoopRunner.run(VECTORS.compile(loop.build()), expected.dtype(), arrays.toArray());
      Object byVectors = arrays.removeLast();
      arrays.add(LoopRunner.array(expected.dtype(), Math.toIntExact(expected.size())));
      LoopRunner.run(SCALARS.compile(loop.build()), expected.dtype(), arrays.toArray());
      List<Integer> sizes = new ArrayList<>();
      for (long size : expected.shape().sizes()) {
        sizes.add((int) size);
      }
      Tensor result = LoopRunner.tensor(expected.dtype(), byVectors, sizes);
      assertEquals(result, LoopRunner.tensor(expected.dtype(), arrays.getLast(), sizes));
      return result;
    }
  }

  @Property(tries = 80)
  void softmaxFamily(
      @ForAll long seed,
      @ForAll boolean wide,
      @ForAll @IntRange(min = 1, max = 5) int outer,
      @ForAll @IntRange(min = 1, max = 70) int classes,
      @ForAll @IntRange(min = 1, max = 20) int inner) {
    Random random = new Random(seed);
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    Logits logits = Logits.draw(random, dtype, outer, classes, inner);

    LoopBuilder softmax = logits.loop();
    int y = RowFunctions.softmax(softmax, softmax.read(logits.access(0)));
    softmax.store(y, logits.access(1));
    Tensor expected = logits.reference(new Probability.Softmax(Axes.of(1)));
    assertClose(expected, logits.run(softmax, expected, logits.array()));

    LoopBuilder logarithm = logits.loop();
    int z = RowFunctions.logSoftmax(logarithm, logarithm.read(logits.access(0)));
    logarithm.store(z, logits.access(1));
    expected = logits.reference(new Probability.LogSoftmax(Axes.of(1)));
    assertClose(expected, logits.run(logarithm, expected, logits.array()));
  }

  @Property(tries = 60)
  void crossEntropies(
      @ForAll long seed,
      @ForAll boolean wide,
      @ForAll @IntRange(min = 1, max = 5) int outer,
      @ForAll @IntRange(min = 1, max = 70) int classes,
      @ForAll @IntRange(min = 1, max = 20) int inner) {
    Random random = new Random(seed);
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    Logits logits = Logits.draw(random, dtype, outer, classes, inner);
    double[] p = random.doubles(logits.x().size(), 0, 1).map(v -> v < 0.3 ? 0 : v).toArray();
    Tensor labels = Tensor.of(p, outer, classes, inner).cast(dtype);

    LoopBuilder dense = logits.loop();
    int x = dense.read(logits.access(0));
    dense.storeRow(RowFunctions.softmaxCrossEntropy(dense, x, dense.read(logits.access(1))), 2);
    Tensor expected = logits.reference(new Probability.SoftmaxCrossEntropy(1), labels);
    Object second = wide ? labels.toDoubles() : labels.toFloats();
    assertClose(expected, logits.run(dense, expected, logits.array(), second));

    int[] indices = random.ints((long) outer * inner, 0, classes).toArray();
    LoopBuilder sparse = sparse(logits);
    expected =
        logits.reference(
            new Probability.SparseSoftmaxCrossEntropy(1), Tensor.of(indices, outer, inner));
    assertClose(expected, logits.run(sparse, expected, logits.array(), indices));
  }

  private static LoopBuilder sparse(Logits logits) {
    LoopBuilder sparse = logits.loop();
    int x = sparse.read(logits.access(0));
    int inner = logits.inner();
    int label = sparse.read(new Access(1, DType.INT32, 0, List.of(inner, 1, 0)));
    Access start = new Access(0, logits.x().dtype(), 0, List.of(logits.classes() * inner, 1, 0));
    int y =
        RowFunctions.sparseSoftmaxCrossEntropy(sparse, x, start, label, logits.classes(), inner);
    return sparse.storeRow(y, 2);
  }

  @Test
  void aLabelOutsideTheAxisIsAnError() {
    Logits logits = Logits.draw(new Random(1), DType.FLOAT32, 2, 3, 1);
    LoopKernel kernel = VECTORS.compile(sparse(logits).build());
    int[] labels = {1, 3};
    IndexOutOfBoundsException error =
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> LoopRunner.run(kernel, DType.FLOAT32, logits.array(), labels, new float[2]));
    assertEquals("index 3 lies outside an axis of 3 elements.", error.getMessage());
  }

  /** {@code y * (dy - sum(dy * y))} in one kernel. */
  @Property(tries = 30)
  void theGradientOfSoftmax(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 100) int classes) {
    Random random = new Random(seed);
    float[] y = new float[rows * classes];
    float[] dy = new float[rows * classes];
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextFloat();
      dy[i] = random.nextFloat() - 0.5f;
    }
    LoopBuilder loop = new LoopBuilder(List.of(rows, classes), 1);
    int a = loop.read(0, DType.FLOAT32);
    int b = loop.read(1, DType.FLOAT32);
    int sum = loop.reduce(Fold.SUM, loop.apply(new Arithmetic.Mul(), a, b));
    int difference = loop.apply(new Arithmetic.Sub(), b, sum);
    loop.store(loop.apply(new Arithmetic.Mul(), a, difference), 2);
    float[] dx = new float[rows * classes];
    LoopRunner.run(VECTORS.compile(loop.build()), DType.FLOAT32, y, dy, dx);
    for (int row = 0; row < rows; row++) {
      double total = 0;
      for (int c = 0; c < classes; c++) {
        total += (double) y[row * classes + c] * dy[row * classes + c];
      }
      for (int c = 0; c < classes; c++) {
        int i = row * classes + c;
        assertEquals(y[i] * (dy[i] - total), dx[i], 1e-5);
      }
    }
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    double tolerance = expected.dtype() == DType.FLOAT32 ? 5e-6 : 5e-14;
    TensorAssertions.assertClose(expected, actual, tolerance, tolerance);
  }
}
