package dev.adjoint.kernel.f32;

/**
 * The innermost loops of depthwise convolutions with a window of 3 x 3 that moves by one pixel. The
 * lanes of a vector are {@link Tiles#lanes()} neighbouring features. The window slides along a row,
 * so that each pixel is read once for its three columns of taps.
 */
interface DepthwiseTiles {
  /** The height and width of the window. */
  int SIDE = 3;

  /** How many rows of outputs share what they read. */
  int ROWS_AT_A_TIME = 2;

  /**
   * Where pixels stand.
   *
   * @param row elements from one row to the next
   * @param column elements from one pixel of a row to the next
   */
  record Pitch(int row, int column) {}

  /**
   * For each output (i, j) and lane n, with the taps' vectors of w one after the other: {@code y[i,
   * j, n] = sum_rc x[i + r, j + c, n] * w[r, c, n]}.
   */
  void correlate(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      Pitch yPitch);

  /**
   * For each tap (r, c) and lane n, with the taps' vectors of w {@code wStep} elements apart:
   * {@code w[r, c, n]} grows by {@code sum_ij x[i + r, j + c, n] * dy[i, j, n]}.
   */
  void gradient(
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
      int wStep);
}
