package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The magnitudes for which Winograd's algorithms are documented, and what is beyond them. */
class WinogradRangeTest {
  private static final int PLANES = 16;

  /** Without them gradients of 5 x 5 taps have fewer than nine points. */
  private static final int MANY_IMAGES = 4;

  /** As {@link Correlations} documents. */
  private static final double UNITS = 100;

  /**
   * A convolution, or its gradient with respect to the kernel.
   *
   * @param x the first operand's type
   * @param w the second's: the kernel, or the result's gradient
   * @param terms how many products a direct sum adds
   */
  private record Case(Convolution.Correlation op, TensorType x, TensorType w, int terms) {
    static Case of(int taps, int size, boolean gradient) {
      return of(taps, size, gradient, gradient && taps == 5 ? MANY_IMAGES : 1);
    }

    static Case of(int taps, int size, boolean gradient, int count) {
      WindowAxis axis = WindowAxis.of(1, Dim.of(taps / 2), Dim.of(taps / 2));
      TensorType images = TensorType.of(DType.FLOAT32, count, size, size, PLANES);
      if (gradient) {
        WindowAxis toKernel = axis.windowGradient(Dim.of(size), Dim.of(taps), Dim.of(size));
        CorrelationLayout layout = new CorrelationLayout("f01b", "i01o", "01bf");
        return new Case(
            new Convolution.Correlation(List.of(toKernel, toKernel), layout, 1, 1),
            images,
            images,
            count * size * size);
      }
      return new Case(
          new Convolution.Correlation(List.of(axis, axis), CorrelationLayout.featuresLast(2), 1, 1),
          images,
          TensorType.of(DType.FLOAT32, taps, taps, PLANES, PLANES),
          taps * taps * PLANES);
    }

    Tensor run(boolean winograd, Tensor first, Tensor second) {
      KernelOptions options = KernelOptions.FASTEST;
      Kernel kernel =
          Correlations.kernel(
              op, x, w, Epilogue.NONE, winograd ? options : options.withoutWinograd());
      return KernelRun.run(kernel, Expected.type(op, x, w), 0, first, second);
    }

    void assertRight(boolean winograd, Tensor first, Tensor second) {
      Expected.assertClose(
          run(winograd, first, second), op, first, second, winograd ? UNITS : 40, winograd);
    }
  }

  /** All of one magnitude, with signs at random. */
  private static Tensor random(TensorType type, double magnitude) {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[KernelRun.elements(type)];
    Arrays.setAll(values, _ -> random.nextBoolean() ? magnitude : -magnitude);
    return tensor(type, values);
  }

  /**
   * All of one magnitude, with the signs of the coefficients of a polynomial with pairs of roots,
   * along both axes: those of most input transforms, for tiles that begin in the padding.
   */
  private static Tensor worst(TensorType type, double magnitude, int padding) {
    double[] values = new double[KernelRun.elements(type)];
    long columns = type.dim(2).value();
    for (int i = 0; i < values.length; i++) {
      long pixel = i / type.dim(3).value();
      long row = pixel / columns % type.dim(1).value() + padding;
      long column = pixel % columns + padding;
      values[i] = (row / 2 + column / 2) % 2 == 0 ? magnitude : -magnitude;
    }
    return tensor(type, values);
  }

  private static Tensor tensor(TensorType type, double[] values) {
    return Tensor.of(values, type.shape().sizes()).cast(type.dtype());
  }

  private static boolean isFinite(Tensor y) {
    return Arrays.stream(y.asDoubles()).allMatch(Double::isFinite);
  }

  /** Sizes for six, eight and nine points; the bounds are those of {@link Correlations}. */
  @ParameterizedTest
  @CsvSource({
    "3, 12, false, 1.5e36, 3.5e34",
    "3, 6, false, 1.5e36, 3.5e34",
    "3, 12, true, 1.5e36, 3.5e34",
    "3, 6, true, 1.5e36, 3.5e34",
    "5, 8, false, 1.5e34, 1.2e34",
    "5, 10, false, 1.5e34, 1.2e34",
    "5, 10, true, 1.5e34, 1.2e34"
  })
  void upToTheBoundsResultsAreFiniteAndRight(
      int taps, int size, boolean gradient, double inputs, double sums) {
    Case it = Case.of(taps, size, gradient);
    double small = sums / it.terms / inputs;
    it.assertRight(true, random(it.x, inputs), random(it.w, small));
    it.assertRight(true, worst(it.x, inputs, taps / 2), random(it.w, small));
    it.assertRight(true, worst(it.x, inputs, taps / 2), worst(it.w, small, 0));
    double large = 5e37;
    it.assertRight(true, worst(it.x, sums / it.terms / large, taps / 2), random(it.w, large));
    double even = Math.sqrt(sums / it.terms);
    it.assertRight(true, worst(it.x, even, taps / 2), worst(it.w, even, 0));
  }

  @ParameterizedTest
  @CsvSource({"3, 12, false", "3, 6, true", "5, 8, false", "5, 10, false", "5, 10, true"})
  void beyondTheBoundsTheDirectSumIsRight(int taps, int size, boolean gradient) {
    Case it = Case.of(taps, size, gradient);
    Tensor x = worst(it.x, 1e37, taps / 2);
    Tensor w = random(it.w, 1e-6);
    it.assertRight(false, x, w);
    assertFalse(isFinite(it.run(true, x, w)), "if it is finite, the bounds may be wider");
  }

  /** The smallest magnitudes at which the error is as it is documented. */
  @ParameterizedTest
  @CsvSource({"3, 12, false", "3, 6, true", "5, 8, false", "5, 10, false", "5, 10, true"})
  void downToTheBoundsResultsAreRight(int taps, int size, boolean gradient) {
    Case it = Case.of(taps, size, gradient);
    for (double weights : new double[] {1e-31, 1}) {
      it.assertRight(true, random(it.x, 1e-34 / weights), random(it.w, weights));
      it.assertRight(true, Expected.random(it.x, 3), random(it.w, weights));
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 10, 1e-36, 1", "5, 10, 1e-10, 1e-27"})
  void belowTheBoundsTheDirectSumIsRight(int taps, int size, double weights, double inputs) {
    Case it = Case.of(taps, size, false);
    Tensor x = random(it.x, inputs);
    Tensor w = random(it.w, weights);
    it.assertRight(false, x, w);
    Tensor given = it.run(true, x, w);
    assertTrue(isFinite(given));
  }

  /** An infinite pixel reaches no further than eight pixels, and no other image. */
  @ParameterizedTest
  @CsvSource({"3, 24", "3, 30", "5, 24", "5, 30"})
  void anInfinityStaysNear(int taps, int size) {
    Case it = Case.of(taps, size, false, 2);
    double[] values = random(it.x, 1).asDoubles();
    int place = 12;
    values[(place * size + place) * PLANES + 3] = Double.POSITIVE_INFINITY;
    Tensor x = tensor(it.x, values);
    Tensor y = it.run(true, x, Expected.random(it.w, 2));
    Tensor direct = it.run(false, x, Expected.random(it.w, 2));
    for (int i = 0; i < y.size(); i++) {
      int pixel = i / PLANES;
      int image = pixel / (size * size);
      int away = Math.max(Math.abs(pixel / size % size - place), Math.abs(pixel % size - place));
      if (image > 0 || away > 8) {
        assertTrue(
            Double.isFinite(y.getDouble(i)), () -> "image %d, %d away".formatted(image, away));
      }
      if (image == 0 && away <= taps / 2) {
        assertFalse(Double.isFinite(y.getDouble(i)), "what a direct sum has too");
      }
      assertEquals(
          image == 0 && away <= taps / 2, !Double.isFinite(direct.getDouble(i)), "the window");
    }
  }
}
