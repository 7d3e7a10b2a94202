package dev.adjoint.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * Writes floats as NumPy 2.4 does: the fewest digits that read back as the same number, but at most
 * 8 after the point in an array; one exponent form and one width for all elements of an array.
 */
final class FloatFormat {
  private static final int PRECISION = 8;

  private final DType dtype;
  private final boolean scientific;
  private final int fraction;
  private final int exponentDigits;
  private final int padLeft;

  private FloatFormat(double[] values, DType dtype) {
    this.dtype = dtype;
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    scientific = needsExponent(finite);
    int digits = 0;
    int exponent = 2;
    int left = 0;
    for (double value : finite) {
      BigDecimal shortest = shorten(value);
      digits = Math.max(digits, scientific ? shortest.precision() - 1 : shortest.scale());
      exponent = Math.max(exponent, Integer.toString(Math.abs(exponent(shortest))).length());
      String whole =
          scientific ? "0" : shortest.abs().setScale(0, RoundingMode.DOWN).toPlainString();
      left = Math.max(left, whole.length() + sign(value).length());
    }
    fraction = digits;
    exponentDigits = exponent;
    padLeft = left;
  }

  /** The text of a tensor of rank 0. */
  static String scalar(double value, DType dtype) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    BigDecimal shortest = shortest(value, dtype);
    double magnitude = Math.abs(value);
    double limit = dtype == DType.FLOAT32 ? 1e6 : 1e16;
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= limit)) {
      String text = scientific(shortest, shortest.precision() - 1, 2);
      return sign(value) + text.replace(".e", "e");
    }
    return sign(value) + shortest.abs().setScale(Math.max(1, shortest.scale())).toPlainString();
  }

  /** The texts of the elements that are printed of one array, all of one length. */
  static String[] words(double[] values, DType dtype) {
    FloatFormat format = new FloatFormat(values, dtype);
    String[] words = Arrays.stream(values).mapToObj(format::word).toArray(String[]::new);
    int width = format.padLeft + 1 + format.padRight();
    for (int i = 0; i < words.length; i++) {
      width = Math.max(width, words[i].length());
    }
    for (int i = 0; i < words.length; i++) {
      words[i] = " ".repeat(width - words[i].length()) + words[i];
    }
    return words;
  }

  private int padRight() {
    return scientific ? fraction + 2 + exponentDigits : fraction;
  }

  /** The element with its fraction filled up to the common width, by blanks or by digits. */
  private String word(double value) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (scientific) {
      BigDecimal rounded =
          new BigDecimal(value).round(new MathContext(fraction + 1, RoundingMode.HALF_EVEN));
      return sign(value) + scientific(rounded, fraction, exponentDigits);
    }
    BigDecimal shortened = shorten(value);
    String text = sign(value) + shortened.abs().toPlainString();
    return text + (shortened.scale() == 0 ? "." : "") + " ".repeat(fraction - shortened.scale());
  }

  /** The fewest digits, at most 8 of them after the point, none of the last ones zero. */
  private BigDecimal shorten(double value) {
    BigDecimal shortest = shortest(value, dtype);
    int excess = scientific ? shortest.precision() - 1 - PRECISION : shortest.scale() - PRECISION;
    if (excess > 0) {
      BigDecimal exact = new BigDecimal(value);
      shortest =
          scientific
              ? exact.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN))
              : exact.setScale(PRECISION, RoundingMode.HALF_EVEN);
    }
    BigDecimal stripped = shortest.stripTrailingZeros();
    return scientific || stripped.scale() >= 0 ? stripped : stripped.setScale(0);
  }

  private boolean needsExponent(double[] finite) {
    double[] magnitudes = Arrays.stream(finite).map(Math::abs).filter(x -> x != 0).toArray();
    if (magnitudes.length == 0) {
      return false;
    }
    double max = Arrays.stream(magnitudes).max().orElseThrow();
    double min = Arrays.stream(magnitudes).min().orElseThrow();
    return dtype == DType.FLOAT32
        ? max >= 1e6 || min < 1e-4f || (float) max / (float) min > 1000
        : max >= 1e8 || min < 1e-4 || max / min > 1000;
  }

  /** The fewest digits that read back as the same number of the dtype, without zeros at the end. */
  private static BigDecimal shortest(double value, DType dtype) {
    boolean isFloat = dtype == DType.FLOAT32;
    String text = isFloat ? Float.toString((float) value) : Double.toString(value);
    BigDecimal decimal = new BigDecimal(text).stripTrailingZeros();
    if (decimal.precision() == 2) {
      // Java never looks for a single digit: 4.9E-324 is also 5E-324.
      BigDecimal single = decimal.round(new MathContext(1, RoundingMode.HALF_EVEN));
      boolean same = isFloat ? single.floatValue() == (float) value : single.doubleValue() == value;
      decimal = same ? single.stripTrailingZeros() : decimal;
    }
    return decimal.scale() < 0 && decimal.signum() == 0 ? BigDecimal.ZERO : decimal;
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  private static String scientific(BigDecimal value, int fraction, int exponentDigits) {
    String digits = value.unscaledValue().abs().toString();
    String padded =
        digits.length() > fraction + 1
            ? digits.substring(0, fraction + 1)
            : digits + "0".repeat(fraction + 1 - digits.length());
    int exponent = exponent(value);
    String power = Integer.toString(Math.abs(exponent));
    return padded.charAt(0)
        + "."
        + padded.substring(1)
        + (exponent < 0 ? "e-" : "e+")
        + "0".repeat(Math.max(0, exponentDigits - power.length()))
        + power;
  }

  private static String sign(double value) {
    return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
