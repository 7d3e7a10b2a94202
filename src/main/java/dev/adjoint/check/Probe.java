package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import java.util.Optional;

/** Compares the analytic with the numeric derivative along a ray. */
final class Probe {
  /** A bound that is wider than this part of the derivative would let real faults through. */
  private static final double RESOLUTION = 1e-3;

  /** Between the bound and this many times it, another direction is asked before a verdict. */
  private static final double CLEARLY = 10;

  /** A second sweep along the same direction must not meet the points of the first. */
  private static final double SECOND_LENGTH = 0.6180339887;

  private static final double ABSORBED_ROUNDINGS = 2;

  private Probe() {}

  static Finding compare(Ray ray) {
    Finding first = compare(ray, 0);
    if (first.verdict() != Verdict.DIFFERS || !Double.isFinite(first.analytic())) {
      return first;
    }
    // No fault is reported unless it shows again, with the rounding of the gradient itself known.
    Finding second = compare(ray.scaled(SECOND_LENGTH), analyticNoise(ray));
    return second.verdict() == Verdict.DIFFERS ? first : second;
  }

  private static Finding compare(Ray ray, double analyticNoise) {
    DirectionalDerivative.Estimate numeric =
        DirectionalDerivative.estimate(ray.line(), ray.noiseSpacing());
    double analytic = ray.analytic();
    double rounding = ray.analyticRounding() + DirectionalDerivative.NOISE_BOUND * analyticNoise;
    double bound = numeric.error() + rounding + absorbed(ray, numeric);
    return new Finding(
        ray.source().name(),
        ray.element(),
        verdict(numeric, analytic, bound),
        analytic,
        numeric.value(),
        bound,
        numeric.order(),
        numeric.step(),
        Optional.empty());
  }

  private static double analyticNoise(Ray ray) {
    double noise = Noise.estimate(ray::analyticAt, ray.noiseSpacing());
    return Double.isFinite(noise) ? noise : 0;
  }

  /**
   * Compares with the slopes on both sides, at a point that was given and has a kink there: whether
   * the derivative lies between them is all that can be asked. Nothing if the slopes do not settle.
   */
  static Optional<Finding> compareWithSlopes(Ray ray) {
    double rounding = ray.analyticRounding();
    return Slopes.of(ray.line())
        .map(slopes -> new Slopes(slopes.below(), slopes.above(), slopes.error() + rounding))
        .filter(slopes -> slopes.high() - slopes.low() > CLEARLY * slopes.error())
        .map(slopes -> atKink(ray, slopes));
  }

  private static Finding atKink(Ray ray, Slopes slopes) {
    double analytic = ray.analytic();
    return new Finding(
        ray.source().name(),
        ray.element(),
        slopes.contain(analytic) ? Verdict.BETWEEN_SLOPES : Verdict.OUTSIDE_SLOPES,
        analytic,
        Math.clamp(analytic, slopes.low(), slopes.high()),
        slopes.error(),
        Double.NaN,
        Double.NaN,
        Optional.of(slopes));
  }

  /**
   * What the slope of a flat function may be: where a result is absorbed, as in {@code 1 + 1e-20},
   * the computed function is exactly flat though the true one is not. But no intermediate value can
   * have moved by more than its rounding.
   */
  private static double absorbed(Ray ray, DirectionalDerivative.Estimate numeric) {
    if (numeric.kind() != DirectionalDerivative.Kind.FLAT) {
      return 0;
    }
    double size = 0;
    for (int i = 0; i < ray.point().inner().size(); i++) {
      double internal = ray.point().internalSize(i);
      double[] values = ray.point().inner().get(i).asDoubles();
      double[] adjoints = ray.point().adjoints().get(i).asDoubles();
      for (int k = 0; k < values.length; k++) {
        double product = Math.max(Math.abs(values[k]), internal) * Math.abs(adjoints[k]);
        size += Double.isFinite(product) ? product : 0;
      }
    }
    return ABSORBED_ROUNDINGS * ray.unitRoundoff() * size / numeric.step();
  }

  private static Verdict verdict(
      DirectionalDerivative.Estimate numeric, double analytic, double bound) {
    return switch (numeric.kind()) {
      case UNDEFINED -> Verdict.UNDEFINED;
      case KINK -> Verdict.KINK;
      case FLAT, SMOOTH -> compareSmooth(numeric.value(), analytic, bound);
    };
  }

  private static Verdict compareSmooth(double numeric, double analytic, double bound) {
    if (!Double.isFinite(analytic)) {
      return Verdict.DIFFERS;
    }
    if (!Double.isFinite(bound)) {
      return Verdict.UNDEFINED;
    }
    double difference = Math.abs(analytic - numeric);
    double size = Math.max(Math.abs(analytic), Math.abs(numeric));
    if (size <= bound) {
      return Verdict.ZERO;
    }
    if (difference <= bound) {
      return bound <= RESOLUTION * size ? Verdict.AGREES : Verdict.UNCLEAR;
    }
    return difference <= CLEARLY * bound ? Verdict.UNCLEAR : Verdict.DIFFERS;
  }
}
