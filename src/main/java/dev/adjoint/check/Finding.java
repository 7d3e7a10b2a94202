package dev.adjoint.check;

import java.util.Optional;

/**
 * What one comparison of an analytic with a numeric derivative found.
 *
 * @param source the input or parameter that was moved
 * @param element the row-major index of the only element that was moved; absent if it was a random
 *     direction
 * @param verdict the outcome
 * @param analytic the derivative along the direction as the gradient rules give it
 * @param numeric the derivative along the direction from central differences
 * @param bound a bound of what truncation and rounding can make of their difference
 * @param order the measured order of convergence, 2 for a smooth function; NaN where rounding hides
 *     it
 * @param step the step that the numeric derivative comes from
 * @param slopes the slopes on both sides, if the point was given and has a kink there; the numeric
 *     derivative is then the nearest value between them
 */
public record Finding(
    String source,
    Optional<Integer> element,
    Verdict verdict,
    double analytic,
    double numeric,
    double bound,
    double order,
    double step,
    Optional<Slopes> slopes) {
  /** The outcome of one comparison. */
  public enum Verdict {
    /** Equal within the bound, and the bound is small against the derivative. */
    AGREES,
    /** Different by far more than the bound. */
    DIFFERS,
    /** Both are zero, or too small to tell from zero: this shows nothing. */
    ZERO,
    /** The function has a kink at the point or too near it. */
    KINK,
    /**
     * The function has a kink at a point that was given, and the analytic derivative lies between
     * the slopes on both sides: a subgradient, if the function is convex there. Any value between
     * them would do, so this shows little.
     */
    BETWEEN_SLOPES,
    /**
     * The function has a kink at a point that was given, and the derivative is neither slope nor
     * between them.
     */
    OUTSIDE_SLOPES,
    /** The function is not finite at the point or beside it. */
    UNDEFINED,
    /** The bound is too wide to tell. */
    UNCLEAR
  }

  /** The difference of the two derivatives. */
  public double error() {
    return Math.abs(analytic - numeric);
  }

  /** Whether this shows that the gradient is wrong. */
  public boolean isFault() {
    return verdict == Verdict.DIFFERS || verdict == Verdict.OUTSIDE_SLOPES;
  }

  /** Whether there is nothing to gain from another try. */
  public boolean isConclusive() {
    return switch (verdict) {
      case AGREES, DIFFERS, ZERO, BETWEEN_SLOPES, OUTSIDE_SLOPES -> true;
      case KINK, UNDEFINED, UNCLEAR -> false;
    };
  }

  @Override
  public String toString() {
    String where = element.map(e -> " element " + e).orElse(" along a random direction");
    return "%s: '%s'%s: analytic %.12g, numeric %.12g, difference %.3g, bound %.3g, order %.2f, step %.3g"
        .formatted(verdict, source, where, analytic, numeric, error(), bound, order, step);
  }
}
