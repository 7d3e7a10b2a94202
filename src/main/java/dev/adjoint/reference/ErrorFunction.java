package dev.adjoint.reference;

/**
 * The error function to about 1e-15. Near 0 a series whose terms are all of one sign, so that
 * nothing cancels; beyond, one less the complement, which is small there and needs few digits.
 * (Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.6 and 7.1.14.)
 */
final class ErrorFunction {
  private static final int SERIES_TERMS = 60;
  private static final int FRACTION_TERMS = 100;

  private ErrorFunction() {}

  static double erf(double x) {
    if (Math.abs(x) < 2) {
      return series(x);
    }
    return Math.copySign(1 - complement(Math.abs(x)), x);
  }

  /** {@code 2/sqrt(pi) e^(-x^2) sum over n of 2^n x^(2n+1) / (1 * 3 * .. * (2n+1))}. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < SERIES_TERMS; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }

  /** {@code e^(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ..))))}, for x >= 2. */
  private static double complement(double x) {
    double fraction = x;
    for (int n = FRACTION_TERMS; n >= 1; n--) {
      fraction = x + (n / 2.0) / fraction;
    }
    return StrictMath.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }
}
