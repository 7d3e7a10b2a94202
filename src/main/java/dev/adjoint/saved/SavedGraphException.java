package dev.adjoint.saved;

import java.io.IOException;
import java.util.Optional;

/**
 * A file that is not a graph that can be read here: damaged, hostile, too large, from a newer
 * version, or in need of operators that are not installed. The message says what was found, at
 * which node, and what to do.
 *
 * <p>An {@link IOException}, since a file comes from outside the program: whoever handles one that
 * is missing handles one that is damaged in the same place, and the compiler reminds of it.
 */
public final class SavedGraphException extends IOException {
  private static final long serialVersionUID = 1;

  private final String node;

  SavedGraphException(String message) {
    super(message);
    this.node = "";
  }

  SavedGraphException(String message, Throwable cause) {
    super(message, cause);
    this.node = cause instanceof SavedGraphException saved ? saved.node : "";
  }

  SavedGraphException(String node, String message, Throwable cause) {
    super(message, cause);
    this.node = node;
  }

  /** The name of the node at fault. */
  public Optional<String> node() {
    return node.isEmpty() ? Optional.empty() : Optional.of(node);
  }
}
