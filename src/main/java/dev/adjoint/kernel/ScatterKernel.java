package dev.adjoint.kernel;

/**
 * {@link dev.adjoint.op.Pooling.MaxPoolScatter}. Where windows are disjoint and cover everything,
 * each element is written once, zeros included, and a task is a range of a plane's rows, which
 * memory gives fastest; of channels too if a row is long. Otherwise a task is a plane and a range
 * of channels; it clears them where windows leave gaps or overlap, and adds in the order of the
 * window's steps.
 */
final class ScatterKernel implements Kernel {
  /** Ranges of channels are multiples of it, so that few of them share a line of the cache. */
  private static final int CHANNELS = 16;

  private final PoolingWindows windows;
  private final Numbers numbers;
  private final PoolingLoop loop;
  private final boolean writesOnce;
  private final int rowChunk;
  private final int channelChunk;

  ScatterKernel(PoolingWindows windows, Numbers numbers, PoolingLoop loop) {
    this.windows = windows;
    this.numbers = numbers;
    this.loop = loop;
    this.writesOnce = windows.disjoint() && windows.complete();
    int rows = Math.max(1, windows.rows().steps());
    int rowSize = Math.max(1, windows.planeSize() / rows);
    this.rowChunk = writesOnce ? Math.clamp(AxisCut.TASK_ELEMENTS / rowSize, 1, rows) : rows;
    long pixels = (long) rowSize * rowChunk / Math.max(1, windows.channels());
    int channels = Math.max(1, (int) (AxisCut.TASK_ELEMENTS / Math.max(1, pixels)));
    this.channelChunk = Math.ceilDiv(channels, CHANNELS) * CHANNELS;
  }

  private int channelChunks() {
    return Math.ceilDiv(windows.channels(), channelChunk);
  }

  private int rowChunks() {
    return Math.max(1, Math.ceilDiv(windows.rows().steps(), rowChunk));
  }

  @Override
  public int tasks(int phase) {
    return windows.planeSize() == 0 ? 0 : windows.planes() * rowChunks() * channelChunks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int channel = task % channelChunks() * channelChunk;
    int channels = Math.min(channelChunk, windows.channels() - channel);
    int first = task / channelChunks() % rowChunks() * rowChunk;
    int limit = Math.min(windows.rows().steps(), first + rowChunk);
    int plane = task / channelChunks() / rowChunks();
    int planeAt = plane * windows.planeSize() + channel;
    int columns = windows.columns().steps();
    int place = (plane * windows.steps() + first * columns) * windows.channels() + channel;
    if (!writesOnce) {
      clear(arguments.array(2), arguments.offset(2) + planeAt, channels);
    }
    for (int row = first; row < limit; row++) {
      for (int column = 0; column < columns; column++) {
        loop.scatter(row, column, channels, arguments, planeAt, place);
        place += windows.channels();
      }
    }
  }

  private void clear(Object y, int yPlane, int channels) {
    if (channels == windows.channels()) {
      numbers.clear(y, yPlane, yPlane + windows.planeSize());
      return;
    }
    for (int at = yPlane; at < yPlane + windows.planeSize(); at += windows.channels()) {
      numbers.clear(y, at, at + channels);
    }
  }
}
