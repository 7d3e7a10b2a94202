package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;
import jdk.incubator.vector.VectorShape;

/**
 * How long vectors are. Knows the Vector API, so it is touched only where that is present; but none
 * of its vectors, whose classes take long to load.
 */
public final class VectorLength {
  private VectorLength() {}

  /** The lanes of the preferred species of a dtype. */
  public static int of(DType dtype) {
    return VectorShape.preferredShape().vectorBitSize() / (Byte.SIZE * dtype.byteSize());
  }
}
