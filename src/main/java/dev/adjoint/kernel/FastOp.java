package dev.adjoint.kernel;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * An operator of a user's own that brings a fast kernel besides its reference kernel. Executors use
 * the fast one; tests and gradient checks can hold it to the other.
 */
public interface FastOp extends CustomOp {
  /**
   * The kernel for operands and a result of constant sizes. Where the shape rule accepts several
   * dtypes, so must this.
   *
   * @param operands the operands' types
   * @param result the type that {@link #infer} gives for them
   */
  Kernel kernel(List<TensorType> operands, TensorType result);
}
