package dev.adjoint.train.data;

import java.util.SplittableRandom;

/**
 * How one digit is written: an affine map from the box of its strokes to pixels, a wave that bends
 * it, a pen's radius in pixels and its ink from 0 to 1.
 */
record Pen(
    double xx,
    double xy,
    double yx,
    double yy,
    double centreX,
    double centreY,
    double bend,
    double phase,
    double radius,
    double ink) {
  static Pen random(int side, SplittableRandom random) {
    double angle = random.nextDouble(-0.35, 0.35);
    double slant = random.nextDouble(-0.35, 0.35);
    double height = side * random.nextDouble(0.24, 0.42);
    double width = height * random.nextDouble(0.75, 1.2);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return new Pen(
        cos * width,
        cos * slant * height - sin * height,
        sin * width,
        sin * slant * height + cos * height,
        side / 2.0 + random.nextDouble(-3, 3),
        side / 2.0 + random.nextDouble(-3, 3),
        random.nextDouble(0.12),
        random.nextDouble(2 * Math.PI),
        random.nextDouble(0.5, 1.7),
        random.nextDouble(0.6, 1));
  }

  double x(double u, double v) {
    return centreX + xx * bentX(u, v) + xy * bentY(u, v);
  }

  double y(double u, double v) {
    return centreY + yx * bentX(u, v) + yy * bentY(u, v);
  }

  private double bentX(double u, double v) {
    return u + bend * StrictMath.sin(3 * v + phase);
  }

  private double bentY(double u, double v) {
    return v + bend * StrictMath.sin(3 * u + 2 * phase);
  }
}
