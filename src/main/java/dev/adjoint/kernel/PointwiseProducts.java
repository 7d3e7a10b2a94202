package dev.adjoint.kernel;

import dev.adjoint.kernel.CorrelationShape.Axis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Correlations that are matrix products. */
public final class PointwiseProducts {
  private PointwiseProducts() {}

  /**
   * The product that a correlation of one group is if no tap falls outside of the input, and if
   * either the window has a single tap, or it is placed only once.
   */
  public static Optional<ProductShape> of(CorrelationShape shape) {
    boolean inside =
        shape.axes().stream().allMatch(Axis::staysInside)
            && shape.axes().stream().allMatch(axis -> axis.low() == 0);
    if (shape.groups() != 1 || !inside || shape.resultSize() == 0) {
      return Optional.empty();
    }
    if (shape.taps() == 1 && shape.featuresLast()) {
      return Optional.of(pixels(shape));
    }
    if (shape.steps() == 1 && shape.imagesInside() && shape.taps() > 0) {
      return Optional.of(images(shape));
    }
    return Optional.empty();
  }

  private static Offsets one() {
    return Offsets.apart(1, 1);
  }

  private static ProductShape pixels(CorrelationShape shape) {
    List<Offsets.Axis> rows = new ArrayList<>();
    rows.add(new Offsets.Axis(shape.batch(), shape.xBatch()));
    for (Axis axis : shape.axes()) {
      rows.add(new Offsets.Axis(axis.output(), axis.stride() * axis.xStride()));
    }
    return new ProductShape(
        one(),
        Offsets.of(rows),
        Offsets.apart(shape.depth(), shape.xFeature()),
        one(),
        Offsets.apart(shape.depth(), shape.wDepth()),
        Offsets.apart(shape.columns(), shape.wColumn()),
        shape.lastAxis());
  }

  private static ProductShape images(CorrelationShape shape) {
    List<Offsets.Axis> x = new ArrayList<>();
    List<Offsets.Axis> w = new ArrayList<>();
    x.add(new Offsets.Axis(shape.depth(), shape.xFeature()));
    w.add(new Offsets.Axis(shape.depth(), shape.wDepth()));
    for (Axis axis : shape.axes()) {
      x.add(new Offsets.Axis(axis.taps(), axis.dilation() * axis.xStride()));
      w.add(new Offsets.Axis(axis.taps(), axis.wStride()));
    }
    return new ProductShape(
        one(),
        Offsets.apart(shape.batch(), shape.xBatch()),
        Offsets.of(x),
        one(),
        Offsets.of(w),
        Offsets.apart(shape.columns(), shape.wColumn()),
        shape.lastAxis());
  }
}
