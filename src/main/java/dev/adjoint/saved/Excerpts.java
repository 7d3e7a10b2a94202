package dev.adjoint.saved;

import dev.adjoint.graph.TextCursor;

/** Words of a file as a message may show them: short, on one line, nothing but what is printed. */
final class Excerpts {
  private static final int LENGTH = 60;

  private Excerpts() {}

  /** The start of {@code text}, with control characters escaped. */
  static String of(String text) {
    String start = text.length() <= LENGTH ? text : text.substring(0, LENGTH);
    String quoted = TextCursor.quote(start);
    return quoted.substring(1, quoted.length() - 1) + (start.equals(text) ? "" : "..");
  }
}
