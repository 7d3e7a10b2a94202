package dev.adjoint.train.data;

import java.util.SplittableRandom;

/** A square image of brightness from 0 to 1 that strokes are drawn into, smooth at their edges. */
final class StrokeCanvas {
  private final int side;
  private final double[] brightness;

  StrokeCanvas(int side) {
    this.side = side;
    this.brightness = new double[side * side];
  }

  /**
   * Draws connected points. A pixel is as bright as the pen covers it: fully up to half a pixel
   * inside the radius, not at all from half a pixel outside.
   */
  void draw(double[] points, double radius, double ink) {
    for (int i = 0; i + 3 < points.length; i += 2) {
      segment(points[i], points[i + 1], points[i + 2], points[i + 3], radius + 0.5, ink);
    }
  }

  private void segment(double x0, double y0, double x1, double y1, double reach, double ink) {
    int top = pixel(Math.min(y0, y1) - reach);
    int bottom = pixel(Math.max(y0, y1) + reach);
    int left = pixel(Math.min(x0, x1) - reach);
    int right = pixel(Math.max(x0, x1) + reach);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double distance = distance(x + 0.5, y + 0.5, x0, y0, x1, y1);
        double covered = ink * Math.clamp(reach - distance, 0.0, 1.0);
        brightness[y * side + x] = Math.max(brightness[y * side + x], covered);
      }
    }
  }

  private int pixel(double position) {
    return Math.clamp((long) Math.floor(position), 0, side - 1);
  }

  private static double distance(double x, double y, double x0, double y0, double x1, double y1) {
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length = dx * dx + dy * dy;
    double along = length == 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
    double t = Math.clamp(along, 0.0, 1.0);
    double ex = x - x0 - t * dx;
    double ey = y - y0 - t * dy;
    return Math.sqrt(ex * ex + ey * ey);
  }

  /** The image as bytes, each sample moved by up to {@code amount} either way. */
  byte[] withNoise(double amount, SplittableRandom random) {
    byte[] samples = new byte[brightness.length];
    for (int i = 0; i < samples.length; i++) {
      // The sum of two uniform numbers: small changes are more frequent than large ones.
      double noise = amount * (random.nextDouble() + random.nextDouble() - 1);
      samples[i] = (byte) Math.round(255 * Math.clamp(brightness[i] + noise, 0.0, 1.0));
    }
    return samples;
  }
}
