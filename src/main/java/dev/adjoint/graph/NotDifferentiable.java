package dev.adjoint.graph;

/** An operator that has no gradient rule, and says why. */
public interface NotDifferentiable extends Op {
  /** The reason, as a sentence for messages: what the operator's derivative would have to be. */
  String reasonNotDifferentiable();
}
