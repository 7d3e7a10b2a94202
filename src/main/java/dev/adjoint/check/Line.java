package dev.adjoint.check;

import java.util.function.DoubleUnaryOperator;

/** A computed function along a line through a point, as seen from that point. */
interface Line {
  /** How much the function changes from step 0 to {@code step}. */
  double change(double step);

  /**
   * What one rounding of each intermediate value that changes along the line can do to the
   * function: the least noise, visible or not.
   */
  double resolution();

  /**
   * What must be subtracted from the central difference at {@code step} because rounding has moved
   * the two points off the line.
   */
  double drift(double step);

  /** The line of a function of one number. */
  static Line of(DoubleUnaryOperator function) {
    double centre = function.applyAsDouble(0);
    return new Line() {
      @Override
      public double change(double step) {
        return function.applyAsDouble(step) - centre;
      }

      @Override
      public double resolution() {
        return Math.ulp(centre) / 2;
      }

      @Override
      public double drift(double step) {
        return 0;
      }
    };
  }
}
