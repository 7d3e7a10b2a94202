package dev.adjoint.saved;

import dev.adjoint.graph.TextCursor;

/** Words of a file as a message may show them: short, on one line, nothing but what is printed. */
final class Excerpts {
  private static final int LENGTH = 60;

  /** Room for a shape rule's message with its operands, not for a list of a million. */
  private static final int REASON_LENGTH = 2000;

  private Excerpts() {}

  /** The start of {@code text}, with control characters escaped. */
  static String of(String text) {
    String start = text.length() <= LENGTH ? text : text.substring(0, LENGTH);
    String quoted = TextCursor.quote(start);
    return quoted.substring(1, quoted.length() - 1) + (start.equals(text) ? "" : "..");
  }

  /** What a shape rule or a constructor says about the values of a file that it refuses. */
  static String reason(RuntimeException refusal) {
    boolean meant =
        refusal instanceof IllegalArgumentException || refusal instanceof ArithmeticException;
    String reason =
        meant ? String.valueOf(refusal.getMessage()) : "its operator failed with " + refusal;
    return reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH) + "..";
  }
}
