package dev.adjoint.kernel;

/**
 * What pooling computes for one step of the window and some of the channels. The channels lie one
 * behind the other, so a loop may compute many at once; it gives the same bits for each as {@link
 * ScalarPooling} does. {@code x}, {@code xPlane} and the like are an array and the place in it from
 * which the window's places count, or the place of the step's first channel.
 */
public interface PoolingLoop {
  /** The largest element of the window, -infinity or the smallest integer if it covers none. */
  void max(int row, int column, int channels, Object x, int xPlane, Object y, int yAt);

  /** The sum of the window, in the order of its taps, starting from 0. */
  void sum(int row, int column, int channels, Object x, int xPlane, Object y, int yAt);

  /** The element of v at the first largest element of x, 0 if the window covers none. */
  void gather(
      int row,
      int column,
      int channels,
      Object x,
      int xPlane,
      Object v,
      int vPlane,
      Object y,
      int yAt);

  /**
   * Adds v, an element a channel, to y at the first largest element of x; where windows cover
   * nothing twice, writes every place that the window covers.
   */
  void scatter(
      int row,
      int column,
      int channels,
      Object x,
      int xPlane,
      Object v,
      int vAt,
      Object y,
      int yPlane);
}
