package dev.adjoint.optimize;

/** What a rewrite may change about results. */
public enum Exactness {
  /** Nothing: the same bits, whatever the values are. Which NaN a NaN is does not count. */
  BITS,
  /**
   * Roundings, and the sign of a zero: the same numbers in exact arithmetic, summed or multiplied
   * in another order.
   */
  ROUNDING
}
