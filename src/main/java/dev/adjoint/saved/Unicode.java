package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;

/** Whether a file can hold a text. */
final class Unicode {
  private Unicode() {}

  /**
   * The text itself.
   *
   * @throws GraphException if it holds half of a surrogate pair: UTF-8 has no form for it, and a
   *     question mark in its place would be another text
   */
  static String require(String what, String text) {
    if (text.codePoints().anyMatch(Unicode::isHalfPair)) {
      throw new GraphException(
          "%s, %s, holds half of a surrogate pair, which no file can hold. Use whole characters."
              .formatted(what, Excerpts.of(text)));
    }
    return text;
  }

  private static boolean isHalfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
