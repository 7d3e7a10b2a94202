package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;

/**
 * A value that the caller passes on each run. Its symbolic sizes are bound by the tensor that is
 * passed. No operands; the result has the attribute's type.
 */
public record Input(TensorType type) implements NotDifferentiable {
  @Override
  public TensorType infer(Operands in) {
    in.none();
    return type;
  }

  @Override
  public String reasonNotDifferentiable() {
    return "an input has no operands";
  }
}
