package dev.adjoint.check;

import java.util.Optional;

/**
 * The slopes of a function on both sides of a point.
 *
 * @param below the slope on the side of negative steps
 * @param above the slope on the side of positive steps
 * @param error a bound of the error of either
 */
public record Slopes(double below, double above, double error) {
  private static final int FIRST_EXPONENT = 4;
  private static final int LAST_EXPONENT = 30;
  private static final double BESIDE = 0x1p-12;

  /** The smaller slope. */
  public double low() {
    return Math.min(below, above);
  }

  /** The larger slope. */
  public double high() {
    return Math.max(below, above);
  }

  /** Whether a derivative lies between the slopes, as far as they are known. */
  public boolean contain(double derivative) {
    return derivative >= low() - error && derivative <= high() + error;
  }

  /**
   * The slopes of a line; nothing where they do not settle. A kink at the point itself cannot be
   * told from noise by differences across it, so the noise is measured beside it.
   */
  static Optional<Slopes> of(Line line) {
    Optional<Slopes> best = Optional.empty();
    double previousAbove = Double.NaN;
    double previousBelow = Double.NaN;
    double noise = noise(line);
    for (int exponent = FIRST_EXPONENT; exponent <= LAST_EXPONENT; exponent++) {
      double h = Math.scalb(1.0, -exponent);
      double above = slope(line, h);
      double below = slope(line, -h);
      double rounding = 4 * DirectionalDerivative.NOISE_BOUND * noise / h;
      double settled =
          Math.max(Math.abs(above - previousAbove), Math.abs(below - previousBelow)) + rounding;
      double known = best.map(Slopes::error).orElse(Double.POSITIVE_INFINITY);
      if (settled < known) {
        best = Optional.of(new Slopes(below, above, settled));
      } else if (rounding > known) {
        break;
      }
      previousAbove = above;
      previousBelow = below;
    }
    return best;
  }

  private static double noise(Line line) {
    double above = Noise.estimate(t -> line.change(BESIDE + t), BESIDE / 8);
    double below = Noise.estimate(t -> line.change(-BESIDE + t), BESIDE / 8);
    return Math.max(line.resolution(), Math.max(above, below));
  }

  /** One-sided, extrapolated, so that curvature does not show. */
  private static double slope(Line line, double h) {
    return 2 * line.change(h / 2) / (h / 2) - line.change(h) / h;
  }
}
