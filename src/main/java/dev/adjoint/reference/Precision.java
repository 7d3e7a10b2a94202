package dev.adjoint.reference;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;

/** In which dtype the interpreter keeps the values of nodes. */
enum Precision {
  /** Each value in the dtype that the graph says. */
  AS_WRITTEN,
  /** FLOAT32 values as FLOAT64. */
  DOUBLE;

  DType of(DType written) {
    return this == DOUBLE && written == DType.FLOAT32 ? DType.FLOAT64 : written;
  }

  TensorType of(TensorType written) {
    return written.withDType(of(written.dtype()));
  }

  /** Whether a tensor of type {@code given} may be passed where the graph says {@code written}. */
  boolean accepts(TensorType written, TensorType given) {
    return given.equals(written) || given.equals(of(written));
  }

  Tensor of(Tensor tensor) {
    return tensor.cast(of(tensor.dtype()));
  }
}
