package dev.adjoint.nn;

import dev.adjoint.graph.Value;

/** The standard normal distribution, cut off at -2 and 2. */
final class TruncatedNormal {
  /** erf(sqrt(2)): the probability that a standard normal number is between -2 and 2. */
  private static final double KEPT = 0.9544997361036416;

  /**
   * Giles, "Approximating the erfinv function", GPU Computing Gems, 2012, for {@code w = -log(1 -
   * x^2) < 5}, which holds for all |x| up to {@link #KEPT}: powers of w - 2.5, highest first.
   */
  private static final double[] INVERSE_ERROR_FUNCTION = {
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941
  };

  private TruncatedNormal() {}

  /** Numbers of that distribution, of numbers uniform in [0, 1), increasing with them. */
  static Value ofUniform(Value uniform) {
    Value x = uniform.mul(2).sub(1).mul(KEPT);
    Value w = x.mul(x).neg().log1p().neg().sub(2.5);
    Value polynomial = x.like(INVERSE_ERROR_FUNCTION[0]);
    for (int i = 1; i < INVERSE_ERROR_FUNCTION.length; i++) {
      polynomial = polynomial.mul(w).add(INVERSE_ERROR_FUNCTION[i]);
    }
    return polynomial.mul(x).mul(Math.sqrt(2)).clamp(-2, 2);
  }
}
