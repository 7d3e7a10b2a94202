package dev.adjoint.kernel;

import dev.adjoint.op.Pooling;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Kernels of {@link Pooling}, of every numeric dtype. Maxima, and what is scattered and gathered at
 * them, are exact; sums are formed in the dtype, in the order of the window's taps.
 *
 * <p>Fastest where the pooled axes are followed by channels, as in NHWC, of floating point.
 */
public final class Poolings {
  private Poolings() {}

  /** The kernel of an operator with {@link KernelOptions#FASTEST}. */
  public static Kernel kernel(Pooling op, List<TensorType> operands, TensorType result) {
    return kernel(op, operands, result, KernelOptions.FASTEST);
  }

  /**
   * The kernel of an operator for constant sizes. With vectors or without, it gives the same bits.
   *
   * @throws IllegalArgumentException if a size is not constant, or an array too large for Java
   */
  public static Kernel kernel(
      Pooling op, List<TensorType> operands, TensorType result, KernelOptions options) {
    RowMajor x = RowMajor.of(operands.getFirst());
    boolean scatters = op instanceof Pooling.MaxPoolScatter;
    RowMajor pooled = RowMajor.of(scatters ? operands.get(1) : result);
    PoolingWindows windows = PoolingWindows.of(op, x, pooled);
    Numbers numbers = Numbers.of(result.dtype());
    PoolingLoop loop = loop(result.dtype(), windows, options);
    return scatters
        ? new ScatterKernel(windows, numbers, loop)
        : new PoolingKernel(op, windows, loop);
  }

  /** What the kernels compute for one step of the window. */
  static PoolingLoop loop(DType dtype, PoolingWindows windows, KernelOptions options) {
    PoolingLoop scalar = new ScalarPooling(Numbers.of(dtype), windows);
    if (!options.vectors()) {
      return scalar;
    }
    return options.warming()
        ? new WarmingPooling(dtype, windows, scalar)
        : vectors(dtype, windows, scalar);
  }

  /** The loop on vectors, if there is one, with another for what is left of them. */
  static PoolingLoop vectors(DType dtype, PoolingWindows windows, PoolingLoop scalar) {
    return switch (dtype) {
      case FLOAT32 -> new dev.adjoint.kernel.f32.VectorPooling(windows, scalar);
      case FLOAT64 -> new dev.adjoint.kernel.f64.VectorPooling(windows, scalar);
      case INT32, INT64, BOOL -> scalar;
    };
  }
}
