package dev.adjoint.kernel;

/**
 * What pooling computes for one step of the window and some of the channels. The channels lie one
 * behind the other, so a loop may compute many at once; it gives the same bits for each as {@link
 * ScalarPooling} does.
 *
 * <p>Arguments of a kernel either have planes, which the window covers, or an element a step and
 * channel. The first channel's elements are {@code plane} or {@code place} elements behind the
 * beginning of their argument.
 */
public interface PoolingLoop {
  /**
   * The largest element of the window, -infinity or the smallest integer if it covers none.
   * Arguments: planes, the result.
   */
  void max(int row, int column, int channels, Arguments arguments, int plane, int place);

  /**
   * The sum of the window, in the order of its taps, starting from 0. Arguments: planes, the
   * result.
   */
  void sum(int row, int column, int channels, Arguments arguments, int plane, int place);

  /**
   * The element of v at the first largest element of x, 0 if the window covers none. Arguments:
   * planes x, planes v, the result.
   */
  void gather(int row, int column, int channels, Arguments arguments, int plane, int place);

  /**
   * Adds v, an element a channel, to y at the first largest element of x; where windows cover
   * nothing twice, writes every place that the window covers. Arguments: planes x, v, planes y.
   */
  void scatter(int row, int column, int channels, Arguments arguments, int plane, int place);
}
