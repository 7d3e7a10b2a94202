package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.Node;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.random.RandomGenerator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every correlation, on vectors and without, against the reference. */
class CorrelationProperties {
  private static final List<KernelOptions> ALL =
      List.of(
          KernelOptions.FASTEST,
          KernelOptions.FASTEST.withoutVectors(),
          KernelOptions.FASTEST.withoutWinograd());

  @Property(tries = 300)
  void anyLayoutAndWindow(@ForAll long seed) {
    GraphCase drawn = OperatorSamplers.builtIn().draw(Convolution.Correlation.class, seed);
    Node node =
        drawn.bound().nodes().stream()
            .filter(n -> n.op() instanceof Convolution.Correlation)
            .findFirst()
            .orElseThrow();
    check(
        (Convolution.Correlation) node.op(),
        node.operands().get(0).type(),
        node.operands().get(1).type(),
        seed);
  }

  /** Sizes around those of tiles and blocks: the forms of networks, forward and backward. */
  @Property(tries = 40)
  void networks(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int taps = 1 + random.nextInt(3) * 2;
    int stride = random.nextInt(4) == 0 ? 2 : 1;
    boolean depthwise = random.nextInt(4) == 0;
    int planes = ProductProperties.size(random, 2, 16, 33);
    int outputs = depthwise ? planes : ProductProperties.size(random, 2, 17, 32);
    int images = 1 + random.nextInt(2);
    Dim input = Dim.of(Math.max(taps, 4 + random.nextInt(8)));
    WindowAxis forward =
        WindowAxis.of(stride, Dim.of(random.nextInt(taps)), Dim.of(random.nextInt(taps)));
    Dim output = forward.outputSize(input, Dim.of(taps));
    long groups = depthwise ? planes : 1;
    TensorType x = TensorType.of(dtype, images, input.value(), input.value(), planes);
    TensorType w = TensorType.of(dtype, taps, taps, depthwise ? 1 : planes, outputs);
    TensorType y = TensorType.of(dtype, images, output.value(), output.value(), outputs);
    switch (random.nextInt(3)) {
      case 0 -> checkForward(forward, groups, x, w, seed);
      case 1 -> checkInputGradient(forward, groups, x, w, y, seed);
      default -> checkKernelGradient(forward, groups, x, w, y, seed);
    }
  }

  /** Sizes that tiles of five fit better than tiles of four, one image and many. */
  @Property(tries = 20)
  void fiveByFiveAtNinePoints(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int side = ProductProperties.size(random, 5, 9, 10, 13, 14, 15);
    int images = ProductProperties.size(random, 1, 2, 6);
    int planes = ProductProperties.size(random, 16, 19);
    int outputs = ProductProperties.size(random, 16, 33);
    WindowAxis forward = WindowAxis.of(1, Dim.of(2), Dim.of(2));
    TensorType x = TensorType.of(dtype, images, side, side, planes);
    TensorType w = TensorType.of(dtype, 5, 5, planes, outputs);
    TensorType y = TensorType.of(dtype, images, side, side, outputs);
    checkForward(forward, 1, x, w, seed);
    checkInputGradient(forward, 1, x, w, y, seed);
    checkKernelGradient(forward, 1, x, w, y, seed);
  }

  /** Rows of results, tiles and features that are a dozen and more, some elements apart. */
  @Property(tries = 15)
  void rowsAConstantDistanceApart(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int[] features = {1, 1, 3, 12, 32, 64, 128};
    int planes = features[random.nextInt(features.length)];
    int taps = 3 + random.nextInt(2) * 2;
    int height = 5 + random.nextInt(2);
    int width = 11 + random.nextInt(18);
    int outputs = ProductProperties.size(random, 16, 33);
    int dilation = planes == 1 ? 1 + random.nextInt(2) : 1;
    Dim padding = Dim.of(taps / 2 * dilation);
    WindowAxis forward = new WindowAxis(1, padding, padding, 1, dilation);
    TensorType x = TensorType.of(dtype, 1, height, width, planes);
    TensorType w = TensorType.of(dtype, taps, taps, planes, outputs);
    TensorType y = TensorType.of(dtype, 1, height, width, outputs);
    checkForward(forward, 1, x, w, seed);
    checkInputGradient(forward, 1, x, w, y, seed);
    checkKernelGradient(forward, 1, x, w, y, seed);
  }

  private static void checkForward(
      WindowAxis forward, long groups, TensorType x, TensorType w, long seed) {
    CorrelationLayout last = CorrelationLayout.featuresLast(2);
    check(new Convolution.Correlation(List.of(forward, forward), last, groups, 1), x, w, seed);
  }

  private static void checkInputGradient(
      WindowAxis forward, long groups, TensorType x, TensorType w, TensorType y, long seed) {
    WindowAxis axis = forward.inputGradient(x.dim(1), w.dim(0), y.dim(1));
    CorrelationLayout layout = new CorrelationLayout("b01f", groups > 1 ? "01io" : "01oi", "b01f");
    check(new Convolution.Correlation(List.of(axis, axis), layout, groups, 1), y, w, seed);
  }

  private static void checkKernelGradient(
      WindowAxis forward, long groups, TensorType x, TensorType w, TensorType y, long seed) {
    WindowAxis axis = forward.windowGradient(x.dim(1), w.dim(0), y.dim(1));
    CorrelationLayout layout = new CorrelationLayout("f01b", "i01o", "01bf");
    check(new Convolution.Correlation(List.of(axis, axis), layout, 1, groups), x, y, seed);
  }

  /** Windows that slide, in all directions, over odd and even rows and around whole vectors. */
  @Property(tries = 25)
  void depthwiseThreeByThree(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int planes = Math.max(2, ProductProperties.size(random, 2, 8, 16, 33));
    Dim three = Dim.of(3);
    Dim rows = Dim.of(3 + random.nextInt(9));
    Dim columns = Dim.of(3 + random.nextInt(9));
    WindowAxis down = WindowAxis.of(1, Dim.of(random.nextInt(3)), Dim.of(random.nextInt(3)));
    WindowAxis across = WindowAxis.of(1, Dim.of(random.nextInt(3)), Dim.of(random.nextInt(3)));
    Dim outRows = down.outputSize(rows, three);
    Dim outColumns = across.outputSize(columns, three);
    TensorType x = TensorType.of(dtype, 2, rows.value(), columns.value(), planes);
    TensorType w = TensorType.of(dtype, 3, 3, 1, planes);
    TensorType y = TensorType.of(dtype, 2, outRows.value(), outColumns.value(), planes);
    List<WindowAxis> toKernel =
        List.of(
            down.windowGradient(rows, three, outRows),
            across.windowGradient(columns, three, outColumns));
    CorrelationLayout last = CorrelationLayout.featuresLast(2);
    CorrelationLayout ofKernel = new CorrelationLayout("f01b", "i01o", "01bf");
    check(new Convolution.Correlation(List.of(down, across), last, planes, 1), x, w, seed);
    check(new Convolution.Correlation(toKernel, ofKernel, 1, planes), x, y, seed);
  }

  /** The rows of the product that this is are several blocks, and stand apart irregularly. */
  @Example
  void pointwiseWithAStride() {
    WindowAxis axis = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    check(
        new Convolution.Correlation(List.of(axis, axis), CorrelationLayout.featuresLast(2), 1, 1),
        TensorType.of(DType.FLOAT32, 2, 29, 23, 7),
        TensorType.of(DType.FLOAT32, 1, 1, 7, 5),
        1);
  }

  /** The last row of Winograd's tiles reaches one pixel beyond the image, the columns do not. */
  @Example
  void tilesThatEndOnePixelBeyondTheImage() {
    WindowAxis down = WindowAxis.of(1, Dim.of(1), Dim.of(1));
    WindowAxis across = WindowAxis.of(1, Dim.of(0), Dim.of(0));
    check(
        new Convolution.Correlation(List.of(down, across), CorrelationLayout.featuresLast(2), 1, 1),
        TensorType.of(DType.FLOAT32, 2, 8, 10, 18),
        TensorType.of(DType.FLOAT32, 3, 3, 18, 17),
        1);
  }

  /** The same picture in all features and the same weights: what is rounded is rounded alike. */
  @Property(tries = 12)
  void featuresThatAreAlike(@ForAll @IntRange(min = 1, max = 8) int sixteens, @ForAll boolean few) {
    int planes = 16 * sixteens;
    int taps = few ? 3 : 5;
    WindowAxis axis = WindowAxis.of(1, Dim.of(taps / 2), Dim.of(taps / 2));
    Convolution.Correlation op =
        new Convolution.Correlation(List.of(axis, axis), CorrelationLayout.featuresLast(2), 1, 1);
    Tensor x = alike(14, planes, 1, (i, j) -> Math.sin(1.7 * i + j));
    Tensor w = alike(taps, planes, 16, (i, j) -> ((i + j) % 2 == 0 ? 1 : -1) / 7.0);
    for (KernelOptions options : ALL) {
      Kernel kernel = Correlations.kernel(op, x.type(), w.type(), Epilogue.NONE, options);
      Tensor y = KernelRun.run(kernel, Expected.type(op, x.type(), w.type()), 0, x, w);
      int units = (options.winograd() ? 30 : 4) * planes;
      Expected.assertClose(y, op, x, w, units, /* spreads= */ true);
    }
  }

  /** A square of so many features, each repeated; an image if it has one only, else a kernel. */
  private static Tensor alike(int side, int planes, int repeated, DoubleBinaryOperator picture) {
    double[] values = new double[side * side * planes * repeated];
    for (int i = 0; i < values.length; i++) {
      int pixel = i / (planes * repeated);
      values[i] = picture.applyAsDouble(pixel / side, pixel % side);
    }
    long[] sizes =
        repeated == 1
            ? new long[] {1, side, side, planes}
            : new long[] {side, side, planes, repeated};
    return Tensor.of(values, sizes).cast(DType.FLOAT32);
  }

  /** The gradient of the kernel of a transposed convolution reads a dilated input. */
  @Example
  void gradientOfADilatedInput() {
    WindowAxis axis = new WindowAxis(1, Dim.of(1), Dim.of(2), 2, 1);
    check(
        new Convolution.Correlation(
            List.of(axis, axis), new CorrelationLayout("f01b", "i01o", "01bf"), 1, 1),
        TensorType.of(DType.FLOAT64, 2, 6, 7, 19),
        TensorType.of(DType.FLOAT64, 2, 11, 12, 18),
        1);
  }

  static void check(Convolution.Correlation op, TensorType x, TensorType w, long seed) {
    Tensor input = Expected.random(x, seed);
    Tensor kernel = Expected.random(w, seed + 1);
    TensorType type = Expected.type(op, x, w);
    for (KernelOptions options : ALL) {
      Tensor y =
          KernelRun.run(
              Correlations.kernel(op, x, w, Epilogue.NONE, options), type, 0, input, kernel);
      boolean spreads = options.winograd();
      Expected.assertClose(y, op, input, kernel, spreads ? 100 : 40, spreads);
      assertEquals(
          y,
          KernelRun.run(
              Correlations.kernel(op, x, w, Epilogue.NONE, options),
              type,
              seed | 1,
              input,
              kernel));
      Optional<Packing> packing = Correlations.packing(op, x, w, Epilogue.NONE, options);
      if (packing.isPresent()) {
        TensorType packed = TensorType.of(w.dtype(), packing.get().length());
        Tensor p = KernelRun.run(packing.get().pack(), packed, seed | 1, kernel);
        assertEquals(y, KernelRun.run(packing.get().main(), type, seed | 1, input, p));
      }
    }
  }
}
