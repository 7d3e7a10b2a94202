package dev.adjoint.draw;

import java.util.List;

/**
 * How much room text takes. A fixed-width typeface, so that it is the same on machines with other
 * fonts, or with none.
 */
final class Typeface {
  /** Of headings and lines in boxes. */
  static final double SIZE = 12;

  /** Of what stands beside arrows. */
  static final double SMALL = 10;

  /** From line to line in a box. */
  static final double LINE = 16;

  /** From text to border. */
  static final double MARGIN = 9;

  private static final double WIDTH = 0.61;

  private Typeface() {}

  static double width(String text, double size) {
    return text.codePointCount(0, text.length()) * size * WIDTH;
  }

  static double width(List<String> lines) {
    double widest = lines.stream().mapToDouble(line -> width(line, SIZE)).max().orElse(0);
    return Math.ceil(widest + 2 * MARGIN);
  }

  static double height(List<String> lines) {
    return lines.size() * LINE + MARGIN;
  }
}
