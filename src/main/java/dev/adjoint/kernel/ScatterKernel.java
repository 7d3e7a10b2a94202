package dev.adjoint.kernel;

/**
 * {@link dev.adjoint.op.Pooling.MaxPoolScatter}. A task is a plane and a range of channels; it adds
 * in the order of the window's steps. Where windows are disjoint it writes every element that they
 * cover once, zeros included, and clears before only what none covers.
 */
final class ScatterKernel implements Kernel {
  /** A range of channels is a multiple of it, so that no two tasks write to a line of the cache. */
  private static final int CHANNELS = 16;

  private final PoolingWindows windows;
  private final Numbers numbers;
  private final PoolingLoop loop;
  private final int channelChunk;

  ScatterKernel(PoolingWindows windows, Numbers numbers, PoolingLoop loop) {
    this.windows = windows;
    this.numbers = numbers;
    this.loop = loop;
    long pixels = Math.max(1, windows.planeSize() / Math.max(1, windows.channels()));
    this.channelChunk =
        Math.ceilDiv((int) Math.max(1, AxisCut.TASK_ELEMENTS / pixels), CHANNELS) * CHANNELS;
  }

  private int channelChunks() {
    return Math.ceilDiv(windows.channels(), channelChunk);
  }

  @Override
  public int tasks(int phase) {
    return windows.planeSize() == 0 ? 0 : windows.planes() * channelChunks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int plane = task / channelChunks();
    int channel = task % channelChunks() * channelChunk;
    int channels = Math.min(channelChunk, windows.channels() - channel);
    int planeAt = plane * windows.planeSize() + channel;
    int place = plane * windows.steps() * windows.channels() + channel;
    if (!(windows.disjoint() && windows.complete())) {
      clear(arguments.array(2), arguments.offset(2) + planeAt, channels);
    }
    for (int row = 0; row < windows.rows().steps(); row++) {
      for (int column = 0; column < windows.columns().steps(); column++) {
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
