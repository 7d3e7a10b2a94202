package dev.adjoint.reference;

/** What a rule throws when it cannot compute; the node's name is added by the caller. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;

  Fault(String message, Object... arguments) {
    super(message.formatted(arguments));
  }
}
