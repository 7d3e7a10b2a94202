package dev.adjoint.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a size expression by recursive descent, trusting nothing: the length of the text and the
 * depth of its parentheses are bounded, and {@link Polynomial} bounds what the operations build.
 *
 * <pre>
 *   sum     = product (("+" | "-") product)*
 *   product = signed (("*" | "//") signed)*
 *   signed  = "-"* primary
 *   primary = digits | name | "max" "(" sum ("," sum)+ ")" | "(" sum ")"
 * </pre>
 */
final class DimParser {
  static final int MAX_NAME = 255;
  static final int MAX_NESTING = 160;

  private final String text;
  private int at;
  private int nesting;

  DimParser(String text) {
    this.text = text;
  }

  static boolean isName(String text) {
    if (text.isEmpty() || !isNameStart(text.charAt(0)) || text.equals("max")) {
      return false;
    }
    return text.chars().allMatch(DimParser::isNamePart);
  }

  Dim parseAll() {
    if (text.length() > Polynomial.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "A size expression has at most %d characters, this one has %d: '%s'."
              .formatted(Polynomial.MAX_LENGTH, text.length(), Excerpt.of(text)));
    }
    try {
      Dim dim = sum();
      if (at < text.length()) {
        throw expected("an operator or the end");
      }
      return dim;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "'%s' is no size, at character %d: %s".formatted(Excerpt.of(text), at, e.getMessage()),
          e);
    }
  }

  private Dim sum() {
    Dim sum = product();
    while (true) {
      if (accept("+")) {
        sum = sum.plus(product());
      } else if (accept("-")) {
        sum = sum.minus(product());
      } else {
        return sum;
      }
    }
  }

  private Dim product() {
    Dim product = signed();
    while (true) {
      if (accept("*")) {
        product = product.times(signed());
      } else if (accept("//")) {
        product = product.floorDiv(signed());
      } else {
        return product;
      }
    }
  }

  private Dim signed() {
    boolean negative = false;
    while (accept("-")) {
      negative = !negative;
    }
    skipSpaces();
    if (at < text.length() && isDigit(text.charAt(at))) {
      return number(negative);
    }
    return negative ? primary().negate() : primary();
  }

  private Dim number(boolean negative) {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    try {
      return Dim.of(Long.parseLong((negative ? "-" : "") + text.substring(start, at)));
    } catch (NumberFormatException e) {
      at = start;
      throw expected("a number that fits 64 bits");
    }
  }

  private Dim primary() {
    if (accept("(")) {
      enter();
      Dim inner = sum();
      leave();
      return inner;
    }
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.equals("max")) {
      return maximum();
    }
    if (!isName(word)) {
      at = start;
      throw expected("a number, a name, max(..) or a parenthesis");
    }
    return Dim.named(word);
  }

  private Dim maximum() {
    if (!accept("(")) {
      throw expected("'(' after max");
    }
    enter();
    List<Dim> operands = new ArrayList<>();
    do {
      operands.add(sum());
    } while (accept(","));
    if (operands.size() == 1) {
      throw expected("',' and another operand of max");
    }
    leave();
    return Dim.max(operands);
  }

  private void enter() {
    if (++nesting > MAX_NESTING) {
      throw expected("at most %d nested parentheses".formatted(MAX_NESTING));
    }
  }

  private void leave() {
    if (!accept(")")) {
      throw expected("')'");
    }
    nesting--;
  }

  private boolean accept(String symbol) {
    skipSpaces();
    boolean found = text.startsWith(symbol, at);
    at += found ? symbol.length() : 0;
    return found;
  }

  private void skipSpaces() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isNamePart(int c) {
    return isNameStart(c) || isDigit(c);
  }

  private IllegalArgumentException expected(String what) {
    String found =
        at < text.length() ? "'" + Excerpt.of(text.substring(at)) + "'" : "the end of the text";
    return new IllegalArgumentException(
        "'%s' is no size: at character %d expected %s, found %s."
            .formatted(Excerpt.of(text), at, what, found));
  }
}
