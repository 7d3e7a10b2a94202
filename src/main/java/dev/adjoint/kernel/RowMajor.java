package dev.adjoint.kernel;

import dev.adjoint.tensor.TensorType;

/** The constant sizes of an array whose elements lie in row-major order without gaps. */
final class RowMajor {
  private final int[] sizes;
  private final int[] strides;
  private final int count;

  private RowMajor(TensorType type) {
    sizes = new int[type.rank()];
    strides = new int[type.rank()];
    long stride = 1;
    for (int axis = type.rank() - 1; axis >= 0; axis--) {
      long size = type.shape().size(axis);
      strides[axis] = (int) stride;
      sizes[axis] = (int) Math.min(size, Integer.MAX_VALUE);
      stride *= sizes[axis];
      if (stride > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s has more than the %d elements that fit one array. Use smaller sizes."
                .formatted(type, Integer.MAX_VALUE));
      }
    }
    count = (int) stride;
  }

  /**
   * The sizes of a type.
   *
   * @throws IllegalArgumentException if one is not constant, or their product exceeds an array
   */
  static RowMajor of(TensorType type) {
    return new RowMajor(type);
  }

  int rank() {
    return sizes.length;
  }

  int size(int axis) {
    return sizes[axis];
  }

  /** The distance of neighbours along an axis, which is also how many elements lie behind it. */
  int stride(int axis) {
    return strides[axis];
  }

  /** How many elements there are. */
  int count() {
    return count;
  }

  /** The product of the sizes before an axis. */
  int before(int axis) {
    int product = 1;
    for (int a = 0; a < axis; a++) {
      product *= sizes[a];
    }
    return product;
  }

  int[] sizes() {
    return sizes.clone();
  }

  int[] strides() {
    return strides.clone();
  }
}
