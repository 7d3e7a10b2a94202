package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Compares the analytic with the numeric derivative at a point, along one direction of one source.
 */
final class Probe {
  /** A bound that is wider than this part of the derivative would let real faults through. */
  private static final double RESOLUTION = 1e-3;

  /** Between the bound and this many times it, another direction is asked before a verdict. */
  private static final double CLEARLY = 10;

  private final CheckedGraph checked;

  Probe(CheckedGraph checked) {
    this.checked = checked;
  }

  /**
   * A random direction. Its elements go with the size of the source's elements, so that a step of
   * 1/8 is neither lost in large values nor leaves the neighbourhood of small ones.
   */
  static double[] randomDirection(Tensor source, RandomGenerator random) {
    double[] x = source.asDoubles();
    double typical = typicalSize(x);
    double[] direction = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      direction[i] = random.nextGaussian() * Math.max(Math.abs(x[i]), typical);
    }
    return direction;
  }

  /** The direction of a single element, as long as the source's elements are large. */
  static double[] elementDirection(Tensor source, int element) {
    double[] x = source.asDoubles();
    double[] direction = new double[x.length];
    direction[element] = Math.max(Math.abs(x[element]), typicalSize(x));
    return direction;
  }

  /** The root mean square of the elements; 1 if they are all zero. */
  private static double typicalSize(double[] x) {
    double squares = Leaves.dot(x, x);
    return squares == 0 || !Double.isFinite(squares) ? 1 : Math.sqrt(squares / x.length);
  }

  Finding compare(Point point, int position, double[] direction, Optional<Integer> element) {
    Node source = checked.sources().get(position);
    Tensor x = point.at(source);
    double[] gradient = point.gradients().get(position).asDoubles();
    DirectionalDerivative.Line line =
        new DirectionalDerivative.Line(
            step -> point.target(source, Leaves.move(x, direction, step)),
            step -> drift(x, direction, step, gradient));
    DirectionalDerivative.Estimate numeric =
        DirectionalDerivative.estimate(line, noiseSpacing(x.dtype()));
    double analytic = Leaves.dot(gradient, direction);
    double rounding =
        unitRoundoff(x.dtype()) * checked.operations() * Leaves.absoluteDot(gradient, direction);
    double bound = Math.max(numeric.error() + rounding, absorbed(point, numeric, x.dtype()));
    Verdict verdict = verdict(numeric, analytic, bound);
    return new Finding(
        source.name(),
        element,
        verdict,
        analytic,
        numeric.value(),
        bound,
        numeric.order(),
        numeric.step());
  }

  /**
   * What the rounding of the moved points adds to a central difference: the points lie a little off
   * the line, and the function's slope across it is the gradient.
   */
  private static double drift(Tensor x, double[] direction, double step, double[] gradient) {
    double[] above = Leaves.move(x, direction, step).asDoubles();
    double[] below = Leaves.move(x, direction, -step).asDoubles();
    double sum = 0;
    for (int i = 0; i < gradient.length; i++) {
      double moved = (above[i] - below[i]) / (2 * step);
      if (moved != direction[i] && Double.isFinite(gradient[i])) {
        sum += gradient[i] * (moved - direction[i]);
      }
    }
    return sum;
  }

  /**
   * What a slope may be that shows in no step at all: where a result is absorbed, as in {@code 1 +
   * 1e-20}, the computed function is exactly flat though the true one is not.
   */
  private double absorbed(Point point, DirectionalDerivative.Estimate numeric, DType dtype) {
    return numeric.value() == 0 ? 8 * unitRoundoff(dtype) * point.cotangentSize() : 0;
  }

  private static Verdict verdict(
      DirectionalDerivative.Estimate numeric, double analytic, double bound) {
    return switch (numeric.kind()) {
      case UNDEFINED -> Verdict.UNDEFINED;
      case KINK -> Verdict.KINK;
      case HIDDEN -> Verdict.UNCLEAR;
      case SMOOTH -> compareSmooth(numeric.value(), analytic, bound);
    };
  }

  private static Verdict compareSmooth(double numeric, double analytic, double bound) {
    if (!Double.isFinite(analytic)) {
      return Verdict.DIFFERS;
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

  private static double unitRoundoff(DType dtype) {
    return dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
  }

  /** Far above the rounding of the points, far below any step of the sweep. */
  private static double noiseSpacing(DType dtype) {
    return dtype == DType.FLOAT32 ? 0x1p-18 : 0x1p-40;
  }
}
