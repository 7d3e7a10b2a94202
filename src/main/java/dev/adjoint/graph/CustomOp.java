package dev.adjoint.graph;

import dev.adjoint.tensor.Tensor;
import java.util.List;

/**
 * An operator of a user's own, with its reference kernel: the plain computation that says what the
 * operator means.
 *
 * <p>A record that also implements {@link Differentiable} or {@link NotDifferentiable}; an {@link
 * OperatorProvider} lists it, so that texts and files may name it.
 */
public interface CustomOp extends Op {
  /**
   * Computes the result. A pure function: the same operands give the same result, and nothing else
   * changes. Where the shape rule accepts FLOAT64 in the place of FLOAT32, so must this: gradients
   * are checked in double precision.
   *
   * @param operands one tensor an operand, of constant sizes, of types that {@link #infer} accepts
   * @return a tensor of the type that {@link #infer} gives for the types of the operands
   */
  Tensor evaluate(List<Tensor> operands);
}
