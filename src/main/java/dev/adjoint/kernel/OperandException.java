package dev.adjoint.kernel;

/**
 * The value of an operand is one that the operator is not defined for, such as an index outside its
 * axis. The message says which; who runs the kernel knows the node, and adds its name.
 */
public final class OperandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An error of the given message. */
  OperandException(String message) {
    super(message);
  }
}
