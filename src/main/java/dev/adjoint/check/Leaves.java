package dev.adjoint.check;

import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.random.RandomGenerator;

/** Values for inputs and parameters, and small moves of them. */
final class Leaves {
  private Leaves() {}

  static boolean isLeaf(Node node) {
    return node.op() instanceof Input || node.op() instanceof Parameter;
  }

  /**
   * Draws a value: standard normal for floating point, otherwise 0 and 1, which are indices of
   * anything that has two elements.
   */
  static Tensor draw(TensorType type, RandomGenerator random) {
    long[] sizes = type.shape().sizes();
    int count = Math.toIntExact(type.shape().elementCount());
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = type.dtype().isFloating() ? random.nextGaussian() : random.nextInt(2);
    }
    return Tensor.of(values, sizes).cast(type.dtype());
  }

  /**
   * A value near {@code x}: moved by normal noise of half its root mean square, or of 1/2 where it
   * is zero. First values are often zero, where gradients vanish, or lie at kinks.
   */
  static Tensor near(Tensor x, RandomGenerator random) {
    double size = Ray.typicalSize(x.asDoubles());
    double[] noise = new double[x.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextGaussian() * size;
    }
    return move(x, noise, 0.5);
  }

  /** {@code x + step * direction}, rounded to the dtype of x. */
  static Tensor move(Tensor x, double[] direction, double step) {
    double[] moved = x.asDoubles();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    Tensor exact = Tensor.of(moved, x.shape().sizes());
    return x.dtype() == DType.FLOAT64 ? exact : exact.cast(x.dtype());
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum = Math.fma(a[i], b[i], sum);
    }
    return sum;
  }

  /** The sum of the absolute products, which bounds what rounding can do to {@link #dot}. */
  static double absoluteDot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] * b[i]);
    }
    return sum;
  }

  /** Half the distance of 1 and the next number. */
  static double unitRoundoff(DType dtype) {
    return dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
  }

  /** The distance of {@code value} to the next number. */
  static double ulp(DType dtype, double value) {
    return dtype == DType.FLOAT32 ? Math.ulp((float) value) : Math.ulp(value);
  }
}
