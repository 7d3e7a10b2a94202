package dev.adjoint.check;

import java.util.function.DoubleUnaryOperator;

/**
 * How much rounding disturbs a computed function, estimated from a table of differences at points
 * so close together that the function itself does not show in the higher ones. (Moré and Wild,
 * "Estimating computational noise", SIAM J. Sci. Comput. 33, 2011.)
 */
final class Noise {
  private static final int POINTS = 7;

  /** Differences of lower order may still show the function itself. */
  private static final int FIRST_ORDER = 3;

  private Noise() {}

  /**
   * The standard deviation of the noise of {@code function} near 0; 0 if it is flat there.
   *
   * @param spacing the distance of the points, in units of the argument
   */
  static double estimate(DoubleUnaryOperator function, double spacing) {
    double[] differences = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      differences[i] = function.applyAsDouble((i - POINTS / 2) * spacing);
    }
    double noise = 0;
    double gamma = 1;
    for (int order = 1; order < POINTS; order++) {
      gamma *= order / (2.0 * (2 * order - 1));
      double squares = 0;
      int count = POINTS - order;
      for (int i = 0; i < count; i++) {
        differences[i] = differences[i + 1] - differences[i];
        squares += differences[i] * differences[i];
      }
      if (order >= FIRST_ORDER) {
        noise = Math.max(noise, Math.sqrt(gamma * squares / count));
      }
    }
    return noise;
  }
}
