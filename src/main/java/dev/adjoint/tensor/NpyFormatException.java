package dev.adjoint.tensor;

import java.io.IOException;

/** A file that is not what NumPy writes, or holds what a tensor cannot; the message says what. */
public final class NpyFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** A refusal with what was found and what was expected. */
  public NpyFormatException(String message) {
    super(message);
  }

  /** A refusal that another error explains. */
  public NpyFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
