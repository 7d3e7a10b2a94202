package dev.adjoint.tensor;

/** Shortens and defuses foreign text before it is quoted in a message. */
final class Excerpt {
  private static final int MAX_CHARS = 80;

  private Excerpt() {}

  /** The text, at most 80 characters of it, with control characters shown as {@code ?}. */
  static String of(String text) {
    String head = text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "...";
    return head.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
