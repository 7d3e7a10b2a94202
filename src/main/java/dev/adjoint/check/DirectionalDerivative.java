package dev.adjoint.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The derivative of a computed function at 0, from central differences over a sweep of ever smaller
 * steps.
 *
 * <p>For a smooth function the difference D(h) is wrong by about {@code c h^2} from truncation and
 * by {@code noise / h} from rounding. Successive steps show the first (each is a quarter of the one
 * before, so {@code D(h) - D(h/4)} falls by 16) and {@link Noise} the second, so a bound of the
 * error comes out of the sweep. The sweep ends where rounding alone is worse than the best bound so
 * far. A kink at 0 is invisible to central differences, which give the mean of the two slopes; it
 * shows in the second difference, which then does not vanish with the step.
 *
 * <p>Noise depends on the scale at which one looks: a result that was rounded against something
 * large is stairs, flat between close points. So it is measured again at the step that was chosen,
 * where it matters, and if it is larger there, a better step is looked for.
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
    /** Exactly flat. The step is the largest at which it is: larger ones may show a slope. */
    FLAT
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

  private static final int FIRST_EXPONENT = 3;

  /** Each step is the one before divided by 2 to this. */
  private static final int EXPONENTS_A_STEP = 2;

  /** How many standard deviations of the noise are taken for its size. */
  static final double NOISE_BOUND = 4;

  /**
   * Where the function is smooth, differences of D fall by 16 a step, where its formula changes by
   * 4. A fall of 6 or more also makes the error of the finer D less than a quarter of the last
   * difference: a geometric series.
   */
  private static final double LEAST_FALL = 6;

  /** Points of the second look at the noise are off the sweep's grid of powers of two. */
  private static final double OFF_GRID = 0.2357;

  /** A kink at the point looks like noise of a third of the spacing; steps must be far above. */
  private static final int LEAST_SPACINGS = 16;

  private static final int MOST_LOOKS = 4;

  private record Step(double size, double difference, double second, boolean flat) {}

  private final Line line;
  private final double smallest;
  private final List<Step> steps = new ArrayList<>();
  private int exponent = FIRST_EXPONENT;

  private DirectionalDerivative(Line line, double smallest) {
    this.line = line;
    this.smallest = smallest;
  }

  /**
   * The derivative along a line.
   *
   * @param noiseSpacing far above the rounding of the points, far below the function's features
   */
  static Estimate estimate(Line line, double noiseSpacing) {
    double noise = Noise.estimate(line::change, noiseSpacing);
    if (!Double.isFinite(noise)) {
      return Estimate.of(Kind.UNDEFINED);
    }
    DirectionalDerivative sweep = new DirectionalDerivative(line, LEAST_SPACINGS * noiseSpacing);
    Estimate best = sweep.best(noise);
    for (int look = 0; look < MOST_LOOKS && best.kind() == Kind.SMOOTH; look++) {
      double nearby = Noise.estimate(line::change, OFF_GRID * best.step());
      if (!(nearby > 2 * noise)) {
        break;
      }
      noise = nearby;
      best = sweep.best(noise);
    }
    return best;
  }

  private Estimate best(double noise) {
    Estimate best = Estimate.of(Kind.KINK);
    for (int k = 2; reach(k); k++) {
      double rounding = rounding(steps.get(k), noise);
      if (rounding >= best.error()) {
        break;
      }
      if (steps.get(k).flat() && steps.get(k - 1).flat()) {
        return flat(k);
      }
      if (converges(k, noise)) {
        Estimate candidate = candidate(k, noise);
        best = candidate.error() < best.error() ? candidate : best;
      }
    }
    if (steps.isEmpty()) {
      return Estimate.of(Kind.UNDEFINED);
    }
    return best;
  }

  private Estimate flat(int last) {
    int first = last;
    while (first > 0 && steps.get(first - 1).flat()) {
      first--;
    }
    return new Estimate(Kind.FLAT, 0, 0, Double.NaN, steps.get(first).size());
  }

  /** Takes steps until there are more than {@code index}; false if there are no smaller ones. */
  private boolean reach(int index) {
    while (steps.size() <= index) {
      double h = Math.scalb(1.0, -exponent);
      if (h < smallest) {
        return false;
      }
      exponent += EXPONENTS_A_STEP;
      double above = line.change(h);
      double below = line.change(-h);
      if (Double.isFinite(above) && Double.isFinite(below)) {
        boolean flat = above == 0 && below == 0;
        double difference = flat ? 0 : (above - below) / (2 * h) - line.drift(h);
        steps.add(new Step(h, difference, (above + below) / h, flat));
      } else {
        // A domain may end beside the point; smaller steps can still lie inside it.
        steps.clear();
      }
    }
    return true;
  }

  private double rounding(Step step, double noise) {
    return NOISE_BOUND * Math.max(noise, line.resolution()) / step.size();
  }

  private boolean converges(int k, double noise) {
    double rounding = rounding(steps.get(k), noise);
    double after = fall(k);
    boolean settles = after <= 2 * rounding || after * LEAST_FALL <= fall(k - 1);
    double second = Math.abs(steps.get(k).second());
    boolean oneSlope =
        second <= 4 * rounding || second <= 0.5 * Math.abs(steps.get(k - 1).second());
    return settles && oneSlope;
  }

  /** How far the difference at step k is from that at the step before. */
  private double fall(int k) {
    return Math.abs(steps.get(k - 1).difference() - steps.get(k).difference());
  }

  private Estimate candidate(int k, double noise) {
    Step step = steps.get(k);
    double rounding = rounding(step, noise);
    double before = fall(k - 1);
    double after = fall(k);
    double order =
        after > 2 * rounding
            ? Math.log(before / after) / (EXPONENTS_A_STEP * Math.log(2))
            : Double.NaN;
    // One difference can be small by chance; the one before it then is not.
    double truncation = Math.max(after / 4, before / 64);
    return new Estimate(Kind.SMOOTH, step.difference(), truncation + rounding, order, step.size());
  }
}
