package dev.adjoint.reference;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;

/**
 * A value that cannot be computed: an index outside its axis, an integer division by zero, a
 * missing input. The message names the node, its operator, the types of its operands, and what was
 * wrong.
 */
public final class EvaluationException extends GraphException {
  private static final long serialVersionUID = 1;

  /** An error at {@code node}. */
  EvaluationException(Node node, String what) {
    super(node.name(), describe(node, what));
  }

  /** An error at {@code node} that {@code cause} tells. */
  EvaluationException(Node node, RuntimeException cause) {
    this(node, cause.getMessage() == null ? cause.toString() : cause.getMessage());
    initCause(cause);
  }

  private static String describe(Node node, String what) {
    StringBuilder text = new StringBuilder();
    text.append(node.op().operatorName()).append(" '").append(node.name()).append("': ");
    text.append(what);
    for (int i = 0; i < node.operands().size(); i++) {
      Node operand = node.operand(i);
      text.append("\n  operand ").append(i).append("  '").append(operand.name()).append("'  ");
      text.append(operand.type());
    }
    return text.toString();
  }
}
