package dev.adjoint.graph;

import java.util.List;

/** An operator with a gradient rule. */
public interface Differentiable extends Op {
  /**
   * The vector-Jacobian product, as graph: given the cotangent of the result, adds nodes that
   * compute the cotangent of each operand. A rule may use only operators that themselves follow
   * this contract, so a gradient can be differentiated again.
   *
   * @return one entry an operand, see {@link Vjp#cotangents}
   */
  List<Cotangent> vjp(Vjp at);

  /** How the result depends on the operands of floating point, the others held fixed. */
  enum Linearity {
    /** Nothing is claimed. */
    NONLINEAR,
    /** Linear in all of them together. */
    LINEAR,
    /** Linear in each of them, the others held fixed. */
    MULTILINEAR
  }

  /** What the operator claims; gradient checking holds it to that. */
  default Linearity linearity() {
    return Linearity.NONLINEAR;
  }
}
