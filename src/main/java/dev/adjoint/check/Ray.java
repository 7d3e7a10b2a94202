package dev.adjoint.check;

import dev.adjoint.graph.Node;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A direction from a point, in which one source is moved. */
final class Ray {
  private final CheckedGraph checked;
  private final Point point;
  private final int position;
  private final double[] direction;
  private final Optional<Integer> element;
  private final double[] gradient;

  private Ray(
      CheckedGraph checked,
      Point point,
      int position,
      double[] direction,
      Optional<Integer> element) {
    this.checked = checked;
    this.point = point;
    this.position = position;
    this.direction = direction;
    this.element = element;
    this.gradient = point.gradients().get(position).asDoubles();
  }

  /**
   * A random direction. Its elements go with the size of the source's elements, so that a step of
   * 1/8 is neither lost in large values nor leaves the neighbourhood of small ones.
   *
   * @param position the number of the source
   */
  static Ray random(CheckedGraph checked, Point point, int position, RandomGenerator random) {
    double[] x = point.at(checked.sources().get(position)).asDoubles();
    double typical = typicalSize(x);
    double[] direction = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      direction[i] = random.nextGaussian() * Math.max(Math.abs(x[i]), typical);
    }
    return new Ray(checked, point, position, direction, Optional.empty());
  }

  /** The direction of a single element, as long as that element is large. */
  static Ray along(CheckedGraph checked, Point point, int position, int element) {
    double[] x = point.at(checked.sources().get(position)).asDoubles();
    double[] direction = new double[x.length];
    direction[element] = x[element] == 0 ? typicalSize(x) : Math.abs(x[element]);
    return new Ray(checked, point, position, direction, Optional.of(element));
  }

  /** The root mean square of the elements; 1 if they are all zero. */
  static double typicalSize(double[] x) {
    double largest = 0;
    for (double element : x) {
      largest = Math.max(largest, Math.abs(element));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      return 1;
    }
    double squares = 0;
    for (double element : x) {
      squares += (element / largest) * (element / largest);
    }
    return largest * Math.sqrt(squares / x.length);
  }

  /** The same direction with another length. */
  Ray scaled(double factor) {
    double[] other = direction.clone();
    for (int i = 0; i < other.length; i++) {
      other[i] *= factor;
    }
    return new Ray(checked, point, position, other, element);
  }

  Point point() {
    return point;
  }

  Node source() {
    return checked.sources().get(position);
  }

  /** The only element that is moved, if it is one. */
  Optional<Integer> element() {
    return element;
  }

  /** The dtype in which the source is held. */
  DType dtype() {
    return point.at(source()).dtype();
  }

  /** The targets' sum along the direction. */
  Line line() {
    return new TargetLine(point, source(), direction, gradient);
  }

  /** The derivative along the direction as the gradient rules give it. */
  double analytic() {
    return Leaves.dot(gradient, direction);
  }

  /** As {@link #analytic}, at a step along the direction. */
  double analyticAt(double step) {
    Tensor moved = Leaves.move(point.at(source()), direction, step);
    return Leaves.dot(point.gradientAt(position, moved).asDoubles(), direction);
  }

  /** A bound of what rounding in the rules' operators can do to {@link #analytic}. */
  double analyticRounding() {
    double perOperator = unitRoundoff() * checked.operations();
    double perConstant = Leaves.unitRoundoff(DType.FLOAT32) * checked.roundedConstants();
    return (perOperator + perConstant) * Leaves.absoluteDot(gradient, direction);
  }

  /** Half the distance of 1 and the next number. */
  double unitRoundoff() {
    return Leaves.unitRoundoff(dtype());
  }

  /** A step far above the rounding of the points, far below any of a sweep. */
  double noiseSpacing() {
    return dtype() == DType.FLOAT32 ? 0x1p-18 : 0x1p-40;
  }
}
