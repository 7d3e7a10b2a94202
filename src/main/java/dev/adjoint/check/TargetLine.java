package dev.adjoint.check;

import dev.adjoint.graph.Node;
import dev.adjoint.tensor.Tensor;
import java.util.List;

/**
 * The scalar {@code sum of <cotangent, target>} along a direction of one source.
 *
 * <p>The differences are taken element by element, before the sum: what the source does not reach
 * adds nothing, not even its rounding, however large it is.
 */
final class TargetLine implements Line {
  private static final double LARGEST_STEP = 1.0 / 8;

  private final Point point;
  private final Node source;
  private final Tensor x;
  private final double[] direction;
  private final double[] gradient;
  private final List<double[]> cotangents;
  private final List<double[]> centre;
  private double resolution = Double.NaN;

  TargetLine(Point point, Node source, double[] direction, double[] gradient) {
    this.point = point;
    this.source = source;
    this.x = point.at(source);
    this.direction = direction.clone();
    this.gradient = gradient.clone();
    this.cotangents = point.cotangents();
    this.centre = point.targets().stream().map(Tensor::asDoubles).toList();
  }

  @Override
  public double change(double step) {
    List<Tensor> moved = point.targetsAt(source, Leaves.move(x, direction, step));
    double sum = 0;
    for (int target = 0; target < moved.size(); target++) {
      sum += change(target, moved.get(target).asDoubles());
    }
    return sum;
  }

  private double change(int target, double[] moved) {
    double[] from = centre.get(target);
    double[] cotangent = cotangents.get(target);
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      sum = Math.fma(cotangent[i], moved[i] - from[i], sum);
    }
    return sum;
  }

  @Override
  public double resolution() {
    if (Double.isNaN(resolution)) {
      List<Tensor> moved = point.innerAt(source, Leaves.move(x, direction, LARGEST_STEP));
      double squares = 0;
      for (int i = 0; i < moved.size(); i++) {
        squares += squares(i, moved.get(i).asDoubles());
      }
      resolution = Math.sqrt(squares);
    }
    return resolution;
  }

  private double squares(int inner, double[] moved) {
    Tensor here = point.inner().get(inner);
    double[] values = here.asDoubles();
    double[] adjoint = point.adjoints().get(inner).asDoubles();
    double internal = point.internalSize(inner);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      double size = Math.max(Math.abs(values[i]), internal);
      double error = adjoint[i] * Leaves.ulp(here.dtype(), size) / 2;
      sum += moved[i] != values[i] && Double.isFinite(error) ? error * error : 0;
    }
    return sum;
  }

  /** The points lie a little off the line, and the function's slope across it is the gradient. */
  @Override
  public double drift(double step) {
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
}
