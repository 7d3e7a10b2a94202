package dev.adjoint.graph;

import java.util.Optional;

/**
 * A graph, or a use of one, that is not valid. The message names the node, what was given, what was
 * expected and what to do; the node and the label of the broken constraint are also at hand as
 * values, so that callers need not read prose.
 */
public class GraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String node;
  private final String constraint;

  /** An error that belongs to no particular node. */
  public GraphException(String message) {
    this("", "", message);
  }

  /** An error at the node named {@code node}. */
  public GraphException(String node, String message) {
    this(node, "", message);
  }

  /** An error at a node that breaks the constraint labelled {@code constraint} of its operator. */
  public GraphException(String node, String constraint, String message) {
    super(message);
    this.node = node;
    this.constraint = constraint;
  }

  /** An error at a node that follows from another one. */
  public GraphException(String node, String constraint, String message, Throwable cause) {
    super(message, cause);
    this.node = node;
    this.constraint = constraint;
  }

  /** The name of the node at fault. */
  public Optional<String> node() {
    return node.isEmpty() ? Optional.empty() : Optional.of(node);
  }

  /** The label of the broken constraint in the operator's documentation, such as {@code C2}. */
  public Optional<String> constraint() {
    return constraint.isEmpty() ? Optional.empty() : Optional.of(constraint);
  }
}
