package dev.adjoint.optimize;

import dev.adjoint.tensor.Tensor;
import java.util.Arrays;

/** Along which axes a tensor repeats its elements. */
final class Repetition {
  private Repetition() {}

  /**
   * The smallest tensor that broadcasts to {@code tensor}; itself if it repeats nothing. Any NaN
   * repeats any other; 0.0 does not repeat -0.0.
   */
  static Tensor without(Tensor tensor) {
    if (tensor.size() == 0) {
      return tensor;
    }
    Tensor smallest = tensor;
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (repeats(smallest, axis)) {
        smallest = first(smallest, axis);
      }
    }
    return smallest.size() == tensor.size() && tensor.size() != 1
        ? tensor
        : smallest.reshape(withoutLeadingUnits(smallest.shape().sizes()));
  }

  private static long[] withoutLeadingUnits(long[] sizes) {
    int first = 0;
    while (first < sizes.length && sizes[first] == 1) {
      first++;
    }
    return Arrays.copyOfRange(sizes, first, sizes.length);
  }

  /** Whether there are several elements along the axis, and each is as the first. */
  private static boolean repeats(Tensor tensor, int axis) {
    int stride = stride(tensor, axis);
    int along = (int) tensor.dim(axis);
    for (int i = 0; i < tensor.size(); i++) {
      if (!same(tensor, i, i - i / stride % along * stride)) {
        return false;
      }
    }
    return along > 1;
  }

  /** How far apart neighbours along the axis are. */
  private static int stride(Tensor tensor, int axis) {
    int stride = 1;
    for (int k = axis + 1; k < tensor.rank(); k++) {
      stride *= (int) tensor.dim(k);
    }
    return stride;
  }

  private static boolean same(Tensor tensor, int i, int j) {
    return tensor.dtype().isFloating()
        ? Double.compare(tensor.getDouble(i), tensor.getDouble(j)) == 0
        : tensor.getLong(i) == tensor.getLong(j);
  }

  private static Tensor first(Tensor tensor, int axis) {
    long[] sizes = tensor.shape().sizes();
    int stride = stride(tensor, axis);
    int block = stride * (int) sizes[axis];
    sizes[axis] = 1;
    int count = tensor.size() / (block / stride);
    Tensor taken =
        tensor.dtype().isFloating()
            ? Tensor.of(doubles(tensor, count, stride, block), sizes)
            : Tensor.of(longs(tensor, count, stride, block), sizes);
    return taken.cast(tensor.dtype());
  }

  private static double[] doubles(Tensor tensor, int count, int stride, int block) {
    double[] taken = new double[count];
    Arrays.setAll(taken, i -> tensor.getDouble(i / stride * block + i % stride));
    return taken;
  }

  private static long[] longs(Tensor tensor, int count, int stride, int block) {
    long[] taken = new long[count];
    Arrays.setAll(taken, i -> tensor.getLong(i / stride * block + i % stride));
    return taken;
  }
}
