package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;

/**
 * Named state: a value that lives between runs and that a signature's updates replace. All readers
 * in a run see the value from before the run.
 *
 * <p>No operands; the result has the attribute's type. (C1) Its sizes are constants.
 *
 * @param type the type of the state
 * @param trainable whether an optimizer may change it; false for statistics, counters and keys
 */
public record Parameter(TensorType type, @Default("true") boolean trainable)
    implements NotDifferentiable {
  @Override
  public TensorType infer(Operands in) {
    in.none();
    in.require(
        "C1",
        type.shape().isConstant(),
        "the sizes of a parameter must be constants, given %s. Replace the named sizes by numbers.",
        type);
    return type;
  }

  @Override
  public String reasonNotDifferentiable() {
    return "a parameter has no operands";
  }
}
