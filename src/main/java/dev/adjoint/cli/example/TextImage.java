package dev.adjoint.cli.example;

import dev.adjoint.tensor.Tensor;
import java.util.Locale;

/** Planes of numbers as text: in characters from light to dark, or as rounded numbers. */
final class TextImage {
  private static final String SHADES = " .:-=+*#%@";

  private TextImage() {}

  /** The plane in characters, two a number, from its least to its greatest. */
  static String shades(Tensor plane, int height, int width) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : plane.asDoubles()) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double range = high > low ? high - low : 1;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < height; i++) {
      StringBuilder line = new StringBuilder();
      for (int j = 0; j < width; j++) {
        double shade = (plane.getDouble(i * width + j) - low) / range;
        char character = SHADES.charAt((int) Math.round(shade * (SHADES.length() - 1)));
        line.append(character).append(character);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The plane as numbers of two digits behind the point. */
  static String numbers(Tensor plane, int height, int width) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        text.append(String.format(Locale.ROOT, "%7.2f", plane.getDouble(i * width + j)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
