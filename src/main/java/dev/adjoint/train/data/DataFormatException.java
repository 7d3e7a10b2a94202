package dev.adjoint.train.data;

import java.io.IOException;

/** A file of examples that is not what it should be. The message says what was found where. */
public final class DataFormatException extends IOException {
  private static final long serialVersionUID = 1;

  DataFormatException(String message) {
    super(message);
  }

  DataFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
