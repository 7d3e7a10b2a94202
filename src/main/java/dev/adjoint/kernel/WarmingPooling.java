package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A loop on vectors that leaves the first of its work to a plain one, as {@link
 * KernelOptions#warming} says. What is left for the plain one is counted without a lock: threads
 * may forget each other's share, or make the other loop twice, which changes no result.
 */
final class WarmingPooling implements PoolingLoop {
  /** Elements of results by the plain loop. A few milliseconds, once it is compiled. */
  private static final long PLAIN = 1L << 18;

  private final DType dtype;
  private final PoolingWindows windows;
  private final PoolingLoop plain;
  private long left = PLAIN;

  /** Made when it is first needed, since the classes of vectors take long to load. */
  private @Nullable PoolingLoop vectors;

  WarmingPooling(DType dtype, PoolingWindows windows, PoolingLoop plain) {
    this.dtype = dtype;
    this.windows = windows;
    this.plain = plain;
  }

  private PoolingLoop loop(int channels) {
    if (channels > left) {
      return vectors();
    }
    left -= channels;
    return plain;
  }

  private PoolingLoop vectors() {
    PoolingLoop made = vectors;
    if (made == null) {
      made = Poolings.vectors(dtype, windows, plain);
      vectors = made;
    }
    return made;
  }

  @Override
  public void max(int row, int column, int channels, Arguments arguments, int plane, int place) {
    loop(channels).max(row, column, channels, arguments, plane, place);
  }

  @Override
  public void sum(int row, int column, int channels, Arguments arguments, int plane, int place) {
    loop(channels).sum(row, column, channels, arguments, plane, place);
  }

  @Override
  public void gather(int row, int column, int channels, Arguments arguments, int plane, int place) {
    loop(channels).gather(row, column, channels, arguments, plane, place);
  }

  @Override
  public void scatter(
      int row, int column, int channels, Arguments arguments, int plane, int place) {
    loop(channels).scatter(row, column, channels, arguments, plane, place);
  }
}
