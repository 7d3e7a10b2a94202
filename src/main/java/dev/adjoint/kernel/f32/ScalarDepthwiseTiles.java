package dev.adjoint.kernel.f32;

/** Depthwise convolutions in plain Java. */
final class ScalarDepthwiseTiles implements DepthwiseTiles {
  private final int lanes;

  ScalarDepthwiseTiles(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public void correlate(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      Pitch yPitch) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int from = xAt + i * xPitch.row() + j * xPitch.column();
        int to = yAt + i * yPitch.row() + j * yPitch.column();
        for (int n = 0; n < lanes; n++) {
          y[to + n] = window(x, from + n, xPitch, w, wAt + n);
        }
      }
    }
  }

  private float window(float[] x, int xAt, Pitch xPitch, float[] w, int wAt) {
    float sum = 0;
    for (int tap = 0; tap < SIDE * SIDE; tap++) {
      sum += x[xAt + place(tap, xPitch)] * w[wAt + tap * lanes];
    }
    return sum;
  }

  private static int place(int tap, Pitch pitch) {
    return tap / SIDE * pitch.row() + tap % SIDE * pitch.column();
  }

  @Override
  public void gradient(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] dy,
      int dyAt,
      Pitch dyPitch,
      float[] w,
      int wAt,
      int wStep) {
    for (int tap = 0; tap < SIDE * SIDE; tap++) {
      int from = xAt + place(tap, xPitch);
      for (int n = 0; n < lanes; n++) {
        w[wAt + tap * wStep + n] +=
            inner(rows, columns, x, from + n, xPitch, dy, dyAt + n, dyPitch);
      }
    }
  }

  private static float inner(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] dy,
      int dyAt,
      Pitch dyPitch) {
    float sum = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        sum +=
            x[xAt + i * xPitch.row() + j * xPitch.column()]
                * dy[dyAt + i * dyPitch.row() + j * dyPitch.column()];
      }
    }
    return sum;
  }
}
