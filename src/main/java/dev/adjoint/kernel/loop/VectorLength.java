package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** Knows the Vector API, so it is touched only where that is present. */
final class VectorLength {
  private VectorLength() {}

  static int of(DType floating) {
    return floating == DType.FLOAT32
        ? FloatVector.SPECIES_PREFERRED.length()
        : DoubleVector.SPECIES_PREFERRED.length();
  }
}
