package dev.adjoint.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The derivative of a computed function at 0, from central differences over a sweep of halved
 * steps.
 *
 * <p>For a smooth function the difference D(h) is wrong by about {@code c h^2} from truncation and
 * by {@code noise / h} from rounding. Successive steps show the first (D(h) - D(h/2) falls by four)
 * and {@link Noise} the second, so a bound of the error comes out of the sweep, and the step with
 * the smallest bound is taken. A kink at 0 is invisible to central differences, which give the mean
 * of the two slopes; it shows in the second difference, which then does not vanish with the step.
 */
final class DirectionalDerivative {
  /** What the sweep found. */
  enum Kind {
    /** Converges like a smooth function. */
    SMOOTH,
    /** The slopes on both sides differ, or the function changes its formula too close by. */
    KINK,
    /** Not a number or infinite at the point or beside it. */
    UNDEFINED,
    /** Different steps settle on different values: rounding hides the function's slope. */
    HIDDEN
  }

  /**
   * The result of a sweep.
   *
   * @param kind whether the numbers mean anything
   * @param value the derivative
   * @param error a bound of its error, from truncation and rounding
   * @param order the measured order of convergence; NaN where rounding hides it
   * @param step the step at which the bound is smallest
   */
  record Estimate(Kind kind, double value, double error, double order, double step) {
    static Estimate of(Kind kind) {
      return new Estimate(kind, Double.NaN, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN);
    }
  }

  /**
   * The function along a line, and how far the line really went: rounding moves the points.
   *
   * @param function the function of the step
   * @param correction what must be subtracted from the central difference at a step because the
   *     points were rounded
   */
  record Line(DoubleUnaryOperator function, DoubleUnaryOperator correction) {}

  private static final int FIRST_EXPONENT = 3;
  private static final int LAST_EXPONENT = 26;

  /** How many standard deviations of the noise are taken for its size. */
  private static final double NOISE_BOUND = 4;

  /** Between an order of 1, a formula that changes, and 2, a smooth one. */
  private static final double LEAST_FALL = Math.pow(2, 1.4);

  /**
   * How far two bounded estimates of one number may lie apart: the bounds are estimates as well.
   */
  private static final double BOUND_SLACK = 4;

  private record Step(double size, double difference, double second, double rounding) {}

  private DirectionalDerivative() {}

  static Estimate estimate(Line line, double noiseSpacing) {
    double centre = line.function().applyAsDouble(0);
    double noise = Noise.estimate(line.function(), noiseSpacing);
    if (!Double.isFinite(centre) || !Double.isFinite(noise)) {
      return Estimate.of(Kind.UNDEFINED);
    }
    List<Step> steps = sweep(line, centre, noise, noiseSpacing);
    List<Estimate> candidates = new ArrayList<>();
    for (int k = 1; k + 1 < steps.size(); k++) {
      if (converges(steps.get(k - 1), steps.get(k), steps.get(k + 1))) {
        candidates.add(candidate(steps.get(k - 1), steps.get(k), steps.get(k + 1)));
      }
    }
    return candidates.stream()
        .min(Comparator.comparingDouble(Estimate::error))
        .map(best -> agreeing(best, candidates))
        .orElseGet(() -> Estimate.of(steps.isEmpty() ? Kind.UNDEFINED : Kind.KINK));
  }

  /**
   * The best estimate, if all others lie within the bounds. A function that rounding has turned
   * into stairs is flat between close points, without noise, and only larger steps show its slope.
   */
  private static Estimate agreeing(Estimate best, List<Estimate> all) {
    boolean agree =
        all.stream()
            .allMatch(other ->
                Math.abs(other.value() - best.value())
                    <= BOUND_SLACK * (other.error() + best.error()));
    return agree ? best : Estimate.of(Kind.HIDDEN);
  }

  private static List<Step> sweep(Line line, double centre, double noise, double noiseSpacing) {
    List<Step> steps = new ArrayList<>();
    for (int exponent = FIRST_EXPONENT; exponent <= LAST_EXPONENT; exponent++) {
      double h = Math.scalb(1.0, -exponent);
      if (h < noiseSpacing) {
        break;
      }
      double above = line.function().applyAsDouble(h);
      double below = line.function().applyAsDouble(-h);
      if (!Double.isFinite(above) || !Double.isFinite(below)) {
        // A domain may end beside the point; smaller steps can still lie inside it.
        steps.clear();
        continue;
      }
      double difference = (above - below) / (2 * h) - line.correction().applyAsDouble(h);
      double second = (above - 2 * centre + below) / h;
      steps.add(new Step(h, difference, second, NOISE_BOUND * noise / h));
    }
    return steps;
  }

  private static boolean converges(Step coarse, Step middle, Step fine) {
    double before = Math.abs(coarse.difference - middle.difference);
    double after = Math.abs(middle.difference - fine.difference);
    boolean settles = after <= 2 * fine.rounding || after * LEAST_FALL <= before;
    boolean oneSlope =
        Math.abs(fine.second) <= 4 * fine.rounding
            || Math.abs(fine.second) <= 0.75 * Math.abs(middle.second);
    return settles && oneSlope;
  }

  private static Estimate candidate(Step coarse, Step middle, Step fine) {
    double before = Math.abs(coarse.difference - middle.difference);
    double after = Math.abs(middle.difference - fine.difference);
    boolean visible = after > 2 * fine.rounding;
    double order = visible ? Math.log(before / after) / Math.log(2) : Double.NaN;
    // One difference can be small by chance; the one before it then is not.
    double truncation = Math.max(after, before / 8);
    return new Estimate(Kind.SMOOTH, fine.difference, truncation + fine.rounding, order, fine.size);
  }
}
