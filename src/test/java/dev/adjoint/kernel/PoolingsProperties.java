package dev.adjoint.kernel;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Maxima are exact. Sums are in the dtype, where the reference adds in double: so sums of FLOAT32
 * are compared exactly on whole numbers, within rounding on others, and not where they may
 * overflow.
 */
class PoolingsProperties {
  @Provide
  Arbitrary<GraphCase> poolings() {
    return GraphArbitraries.operators(
        OperatorSamplers.builtIn().all().stream()
            .filter(sampler -> Pooling.class.isAssignableFrom(sampler.operator()))
            .toList(),
        Limits.USUAL);
  }

  @Property(tries = 800)
  void poolsLikeTheReference(@ForAll("poolings") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.smoothLeaves(seed)), seed);
  }

  @Property(tries = 500)
  void poolsEverythingLikeTheReference(@ForAll("poolings") GraphCase drawn, @ForAll long seed) {
    KernelCase use = KernelCase.of(drawn, drawn.anyLeaves(seed));
    Assume.that(!sums(use) || use.type().dtype() != DType.FLOAT32);
    check(use, seed);
  }

  private static boolean sums(KernelCase use) {
    return use.node().op() instanceof Pooling.SumPool
        || use.node().op() instanceof Pooling.MaxPoolScatter;
  }

  private static void check(KernelCase use, long seed) {
    Tensor scalar = use.run(kernel(use, KernelOptions.FASTEST.withoutVectors()), seed);
    Tensor expected = use.expected();
    if (sums(use) && expected.dtype() == DType.FLOAT32) {
      assertClose(expected, scalar, 1e-5, 1e-4);
    } else {
      assertEquals(expected, scalar);
    }
    assertEquals(scalar, use.run(kernel(use, KernelOptions.FASTEST), seed), "with vectors");
    Kernel warming = kernel(use, KernelOptions.FASTEST.whileWarming());
    assertEquals(scalar, use.run(warming, seed), "while warming");
  }

  private static Kernel kernel(KernelCase use, KernelOptions options) {
    return Poolings.kernel((Pooling) use.node().op(), use.operandTypes(), use.type(), options);
  }

  /** Enough channels for vectors and a rest; few different values, so that maxima repeat. */
  @Property(tries = 150)
  void manyChannelsPoolLikeTheReference(
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 7) int height,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll @IntRange(max = 70) int channels,
      @ForAll @IntRange(min = 1, max = 3) int taps,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll boolean wide,
      @ForAll Random random) {
    WindowAxis rows = WindowAxis.of(stride, Dim.of(random.nextInt(2)), Dim.of(taps));
    WindowAxis columns = WindowAxis.of(random.nextInt(1, 3), Dim.of(-random.nextInt(2)), Dim.of(3));
    List<Long> sizes = List.of(1L, (long) taps, 2L, 1L);
    List<WindowAxis> window = List.of(WindowAxis.UNIT, rows, columns, WindowAxis.UNIT);
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    Tensor x = few(random, batch, height, width, channels).cast(dtype);
    checkAll(sizes, window, x, random);
  }

  /** Windows that cover everything once, of planes that are several tasks. */
  @Example
  void scatterInSeveralTasks() {
    WindowAxis two = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    List<WindowAxis> window = List.of(WindowAxis.UNIT, two, two, WindowAxis.UNIT);
    Random random = new Random(11);
    Pooling scatter = new Pooling.MaxPoolScatter(List.of(1L, 2L, 2L, 1L), window);
    Tensor x = few(random, 2, 66, 34, 32).cast(DType.FLOAT32);
    Tensor v = few(random, 2, 33, 17, 32).cast(DType.FLOAT32);
    KernelCase use = KernelCase.of(scatter, x, v);
    assertTrue(kernel(use, KernelOptions.FASTEST).tasks(0) > 2);
    check(use, 11);
  }

  /** Neither a long row nor a window over a plane is one task, if it has channels to cut. */
  @Example
  void scatterOfLongRowsInSeveralTasks() {
    WindowAxis two = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    List<WindowAxis> row = List.of(WindowAxis.UNIT, two, WindowAxis.UNIT);
    Random random = new Random(13);
    Tensor x = few(random, 1, 2000, 40).cast(DType.FLOAT32);
    Tensor v = few(random, 1, 1000, 40).cast(DType.FLOAT32);
    Pooling scatter = new Pooling.MaxPoolScatter(List.of(1L, 2L, 1L), row);
    KernelCase use = KernelCase.of(scatter, x, v);
    assertTrue(kernel(use, KernelOptions.FASTEST).tasks(0) > 1);
    check(use, 13);

    WindowAxis one = WindowAxis.of(1, Dim.of(0), Dim.of(0));
    List<WindowAxis> plane = List.of(WindowAxis.UNIT, one, one, WindowAxis.UNIT);
    Pooling global = new Pooling.MaxPoolScatter(List.of(1L, 40L, 40L, 1L), plane);
    Tensor image = few(random, 1, 40, 40, 50).cast(DType.FLOAT32);
    KernelCase whole = KernelCase.of(global, image, few(random, 1, 1, 1, 50).cast(DType.FLOAT32));
    assertTrue(kernel(whole, KernelOptions.FASTEST).tasks(0) > 1);
    check(whole, 14);
  }

  /** Found by {@link #poolsLikeTheReference}: nothing is added, but everything is 0. */
  @Example
  void scatterOfNoWindow() {
    WindowAxis one = WindowAxis.of(1, Dim.of(0), Dim.of(0));
    Pooling scatter = new Pooling.MaxPoolScatter(List.of(4L, 1L), List.of(one, WindowAxis.UNIT));
    Random random = new Random(12);
    Tensor x = few(random, 3, 2).cast(DType.FLOAT64);
    check(KernelCase.of(scatter, x, few(random, 0, 2).cast(DType.FLOAT64)), 12);
  }

  private static void checkAll(List<Long> sizes, List<WindowAxis> window, Tensor x, Random random) {
    KernelCase max = KernelCase.of(new Pooling.MaxPool(sizes, window), x);
    long[] pooled = max.type().shape().sizes();
    Tensor v = few(random, pooled).cast(x.dtype());
    Tensor same = few(random, x.shape().sizes()).cast(x.dtype());
    Stream.of(
            max,
            KernelCase.of(new Pooling.MaxPoolScatter(sizes, window), x, v),
            KernelCase.of(new Pooling.MaxPoolGather(sizes, window), x, same))
        .forEach(use -> check(use, 7));
    Tensor whole = Tensor.of(random.ints(x.size(), -9, 9).toArray(), x.shape().sizes());
    KernelCase sum = KernelCase.of(new Pooling.SumPool(sizes, window), whole.cast(x.dtype()));
    assertEquals(sum.expected(), sum.run(kernel(sum, KernelOptions.FASTEST), 8));
    assertEquals(sum.expected(), sum.run(kernel(sum, KernelOptions.FASTEST.withoutVectors()), 8));
    List<WindowAxis> gradient =
        IntStream.range(0, window.size())
            .mapToObj(a ->
                window
                    .get(a)
                    .inputGradient(x.shape().dim(a), Dim.of(sizes.get(a)), Dim.of(pooled[a])))
            .toList();
    Tensor dy = Tensor.of(random.ints(v.size(), -9, 9).toArray(), pooled).cast(x.dtype());
    KernelCase transposed = KernelCase.of(new Pooling.SumPool(sizes, gradient), dy);
    assertEquals(
        transposed.expected(), transposed.run(kernel(transposed, KernelOptions.FASTEST), 9));
  }

  private static Tensor few(Random random, long... sizes) {
    double[] values = {-1, -0.0, 0, 1, 2, Double.NaN, Double.NEGATIVE_INFINITY};
    int count = (int) TensorType.of(DType.FLOAT64, sizes).shape().elementCount();
    int kinds = random.nextInt(3, values.length + 1);
    return Tensor.of(
        IntStream.range(0, count).mapToDouble(_ -> values[random.nextInt(kinds)]).toArray(), sizes);
  }

  /** With windows that overlap, that leave elements out, and with more than one task. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void layersOfImagesPoolLikeTheReference(DType dtype) {
    Random random = new Random(3);
    WindowAxis two = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    WindowAxis padded = WindowAxis.of(2, Dim.of(0), Dim.of(1));
    WindowAxis unit = WindowAxis.UNIT;
    Tensor x = few(random, 6, 13, 12, 48).cast(dtype);
    checkAll(List.of(1L, 2L, 2L, 1L), List.of(unit, two, two, unit), x, random);
    checkAll(List.of(1L, 3L, 3L, 1L), List.of(unit, padded, padded, unit), x, random);
    Tensor flat = few(random, 40, 1500).cast(dtype);
    checkAll(List.of(1L, 5L), List.of(unit, two), flat, random);
    checkAll(List.of(7L, 1L), List.of(two, unit), flat, random);
    checkAll(List.of(3L, 3L), List.of(two, two), flat, random);
  }
}
