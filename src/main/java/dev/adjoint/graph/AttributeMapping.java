package dev.adjoint.graph;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;

/**
 * A change to every attribute of a kind, wherever in an operator it stands: sizes when symbolic
 * ones are bound, dtypes when a graph is converted. What is not overridden stays.
 */
public interface AttributeMapping {
  /** The size that replaces {@code dim}. */
  default Dim map(Dim dim) {
    return dim;
  }

  /** The dtype that replaces {@code dtype}. */
  default DType map(DType dtype) {
    return dtype;
  }

  /** The tensor that replaces {@code tensor}. */
  default Tensor map(Tensor tensor) {
    return tensor;
  }

  /** The shape whose every size is mapped. */
  default Shape map(Shape shape) {
    return Shape.of(shape.dims().stream().map(this::map).toList());
  }

  /** The type whose dtype and sizes are mapped. */
  default TensorType map(TensorType type) {
    return new TensorType(map(type.dtype()), map(type.shape()));
  }
}
