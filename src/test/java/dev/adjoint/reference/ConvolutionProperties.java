package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.evaluate;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.op.Convolution.Correlation;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The general correlation against loops that go the other way: from each product to its place. */
class ConvolutionProperties {
  private final Interpreter interpreter = Interpreter.create();

  /** A spatial axis: the input's size, the kernel's, and how the window moves. */
  record Axis(int size, int kernel, WindowAxis window) {
    int output() {
      return (int) window.outputSize(Dim.of(size), Dim.of(kernel)).value();
    }
  }

  @Provide
  Arbitrary<Axis> axes() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> padding = Arbitraries.integers().between(-3, 4);
    Arbitrary<Integer> size = Arbitraries.integers().between(0, 5);
    return Combinators.combine(size, small, small, padding, padding, small, small)
        .as((n, k, stride, low, high, inputDilation, dilation) ->
            new Axis(
                n, k, new WindowAxis(stride, Dim.of(low), Dim.of(high), inputDilation, dilation)))
        .filter(axis -> axis.output() >= 0);
  }

  @Property(tries = 300)
  void everyProductGoesToItsPlace(
      @ForAll("axes") Axis rows,
      @ForAll("axes") Axis columns,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll boolean batchGroups,
      @ForAll @IntRange(min = 1, max = 2) int read,
      @ForAll Random random) {
    int batch = batchGroups ? 2 * groups : 2;
    int features = batchGroups ? read : read * groups;
    int filters = 2 * groups;
    long[] x = numbers(random, batch * features * rows.size() * columns.size());
    long[] w = numbers(random, filters * read * rows.kernel() * columns.kernel());
    Correlation op =
        new Correlation(
            List.of(rows.window(), columns.window()),
            CorrelationLayout.featuresFirst(2),
            batchGroups ? 1 : groups,
            batchGroups ? groups : 1);

    Tensor y =
        evaluate(
            interpreter,
            op,
            Tensor.of(x, batch, features, rows.size(), columns.size()),
            Tensor.of(w, filters, read, rows.kernel(), columns.kernel()));

    int outputs = batchGroups ? 2 : batch;
    long[] expected = new long[outputs * filters * rows.output() * columns.output()];
    for (int b = 0; b < batch; b++) {
      for (int f = 0; f < features; f++) {
        for (int o = 0; o < filters; o++) {
          int group = o / 2;
          boolean reads = batchGroups ? b / 2 == group : f / read == group;
          int place = (batchGroups ? b % 2 : b) * filters + o;
          if (reads) {
            addPlane(expected, place, x, b * features + f, w, o * read + f % read, rows, columns);
          }
        }
      }
    }
    assertEquals(Tensor.of(expected, outputs, filters, rows.output(), columns.output()), y);
  }

  private static void addPlane(
      long[] y, int to, long[] x, int from, long[] w, int filter, Axis rows, Axis columns) {
    for (int i = 0; i < rows.size() * columns.size(); i++) {
      for (int k = 0; k < rows.kernel() * columns.kernel(); k++) {
        int row = step(rows, i / columns.size(), k / columns.kernel());
        int column = step(columns, i % columns.size(), k % columns.kernel());
        if (row >= 0 && column >= 0) {
          y[(to * rows.output() + row) * columns.output() + column] +=
              x[from * rows.size() * columns.size() + i]
                  * w[filter * rows.kernel() * columns.kernel() + k];
        }
      }
    }
  }

  /** The step of the window at which a tap meets an element, or -1. */
  private static int step(Axis axis, int element, int tap) {
    WindowAxis window = axis.window();
    long distance =
        element * window.inputDilation() + window.low().value() - tap * window.dilation();
    boolean meets =
        distance >= 0
            && distance % window.stride() == 0
            && distance / window.stride() < axis.output();
    return meets ? (int) (distance / window.stride()) : -1;
  }

  private static long[] numbers(Random random, int count) {
    return random.longs(count, -5, 6).toArray();
  }

  @Property(tries = 200)
  void aLayoutOnlyNamesTheAxes(
      @ForAll("axes") Axis rows, @ForAll("axes") Axis columns, @ForAll Random random) {
    Tensor x =
        Tensor.of(
            numbers(random, 6 * rows.size() * columns.size()), 2, 3, rows.size(), columns.size());
    Tensor w =
        Tensor.of(
            numbers(random, 12 * rows.kernel() * columns.kernel()),
            4,
            3,
            rows.kernel(),
            columns.kernel());
    List<WindowAxis> window = List.of(rows.window(), columns.window());
    Permutation toInput = order(random);
    Permutation toKernel = order(random);
    Permutation toOutput = order(random);
    CorrelationLayout other =
        new CorrelationLayout(
            letters("bf01", toInput), letters("oi01", toKernel), letters("bf01", toOutput));

    Tensor plain =
        evaluate(
            interpreter, new Correlation(window, CorrelationLayout.featuresFirst(2), 1, 1), x, w);
    Tensor moved =
        evaluate(
            interpreter,
            new Correlation(window, other, 1, 1),
            transpose(x, toInput),
            transpose(w, toKernel));

    assertEquals(transpose(plain, toOutput), moved);
  }

  private static Permutation order(Random random) {
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
    Collections.shuffle(order, random);
    return new Permutation(order);
  }

  private static String letters(String letters, Permutation order) {
    StringBuilder moved = new StringBuilder();
    order.order().forEach(axis -> moved.append(letters.charAt(axis)));
    return moved.toString();
  }

  private Tensor transpose(Tensor x, Permutation order) {
    return evaluate(interpreter, new Movement.Transpose(order), x);
  }

  @Property(tries = 200)
  void aSumOfWindowsIsACorrelationWithOnes(@ForAll("axes") Axis axis, @ForAll Random random) {
    Tensor x = Tensor.vector(numbers(random, axis.size()));
    long kernel = axis.kernel();
    Tensor ones = Tensor.fill(DType.INT64, Shape.of(1, 1, kernel), 1);

    Tensor pooled =
        evaluate(interpreter, new Pooling.SumPool(List.of(kernel), List.of(axis.window())), x);
    Tensor correlated =
        evaluate(
            interpreter,
            new Correlation(List.of(axis.window()), CorrelationLayout.featuresFirst(1), 1, 1),
            x.reshape(1, 1, axis.size()),
            ones);

    assertEquals(correlated.reshape(axis.output()), pooled);
  }
}
