package dev.adjoint.nn;

import dev.adjoint.tensor.Shape;

/**
 * The sizes of a kernel that first values depend on.
 *
 * @param receptiveField the product of the spatial sizes
 * @param inputs how many features it reads
 * @param outputs how many features it makes
 */
record KernelMatrix(long receptiveField, long inputs, long outputs) {
  /** The sizes of a kernel; a vector or scalar has as many inputs as outputs. */
  static KernelMatrix of(Shape kernel, DataFormat format) {
    int rank = kernel.rank();
    if (rank < 2) {
      long size = kernel.elementCount();
      return new KernelMatrix(1, size, size);
    }
    // A matrix is that of a dense layer, [in, out], whatever the format of the images before it.
    boolean last = format == DataFormat.FEATURES_LAST || rank == 2;
    long inputs = kernel.size(last ? rank - 2 : 1);
    long outputs = kernel.size(last ? rank - 1 : 0);
    long field = 1;
    for (int axis = last ? 0 : 2; axis < (last ? rank - 2 : rank); axis++) {
      field *= kernel.size(axis);
    }
    return new KernelMatrix(field, inputs, outputs);
  }
}
