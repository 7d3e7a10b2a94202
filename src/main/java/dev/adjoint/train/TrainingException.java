package dev.adjoint.train;

/** A training run that cannot go on. The message says at which step, why, and what to do. */
public sealed class TrainingException extends RuntimeException permits OtherRunException {
  private static final long serialVersionUID = 1;

  /** An error with its message. */
  public TrainingException(String message) {
    super(message);
  }

  /** An error that follows from another one. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
