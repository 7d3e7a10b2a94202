package dev.adjoint.graph;

import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;

/**
 * An operator with its attributes: what a node computes from its operands. Every operator has
 * exactly one result.
 *
 * <p>An implementation is a record. Its components are the attributes, and everything mechanical is
 * derived from them by {@link OperatorCodec}: the text form, the saved form, equality, the binding
 * of symbolic sizes. Its name is the record's simple name in lower case with underscores ({@code
 * ReduceSum} is {@code reduce_sum}).
 *
 * <p>An operator also implements {@link Differentiable} or {@link NotDifferentiable}. An operator
 * of a user's own has the same rights as a built-in one: see {@link OperatorProvider}.
 */
public interface Op {
  /**
   * The shape rule: the type of the result. It is called when a node is built, when a graph is
   * verified, and when one is loaded from a file, so it trusts nothing.
   *
   * @throws GraphException if the operands do not fit, naming the node and the broken constraint
   */
  TensorType infer(Operands in);

  /**
   * How many multiply-adds one evaluation costs, for summaries: those of products and convolutions,
   * counted as for the direct algorithm; 0 for everything else.
   */
  default Dim multiplyAdds(Operands in) {
    return Dim.of(0);
  }

  /** The operator's name in messages, texts and files. */
  default String operatorName() {
    return OperatorCodec.nameOf(getClass());
  }
}
