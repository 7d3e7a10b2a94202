package dev.adjoint.train.data;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A line of a pen in a box from -1 to 1, x to the right and y down, as points that are connected:
 * x0, y0, x1, y1 and so on.
 */
final class Stroke {
  private static final int PIECES = 24;

  private final double[] points;

  private Stroke(double[] points) {
    this.points = points;
  }

  /** Straight lines from point to point, cut into pieces that can be bent. */
  static Stroke lines(double... corners) {
    int segments = corners.length / 2 - 1;
    int pieces = Math.ceilDiv(PIECES, segments);
    double[] points = new double[2 * (segments * pieces + 1)];
    for (int i = 0; i <= segments * pieces; i++) {
      int segment = Math.min(i / pieces, segments - 1);
      double t = (double) (i - segment * pieces) / pieces;
      for (int axis = 0; axis < 2; axis++) {
        double from = corners[2 * segment + axis];
        points[2 * i + axis] = from + t * (corners[2 * segment + 2 + axis] - from);
      }
    }
    return new Stroke(points);
  }

  /**
   * Part of an ellipse: from an angle to another in degrees, 0 to the right and 90 below the
   * centre.
   */
  static Stroke arc(double x, double y, double width, double height, double from, double to) {
    double[] points =
        IntStream.rangeClosed(0, PIECES)
            .mapToDouble(i -> StrictMath.toRadians(from + (to - from) * i / PIECES))
            .boxed()
            .flatMap(a -> Stream.of(x + width * StrictMath.cos(a), y + height * StrictMath.sin(a)))
            .mapToDouble(Double::doubleValue)
            .toArray();
    return new Stroke(points);
  }

  /** The points in pixels, as the pen moves. */
  double[] warped(Pen pen) {
    double[] pixels = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      pixels[i] = pen.x(points[i], points[i + 1]);
      pixels[i + 1] = pen.y(points[i], points[i + 1]);
    }
    return pixels;
  }
}
