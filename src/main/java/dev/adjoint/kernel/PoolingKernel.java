package dev.adjoint.kernel;

import dev.adjoint.op.Pooling;

/**
 * Pooling whose result has an element a step of the window. A task is a range of steps, counted
 * over all planes, and a range of channels; it writes its elements once.
 */
final class PoolingKernel implements Kernel {
  private final Pooling op;
  private final PoolingWindows windows;
  private final PoolingLoop loop;
  private final int channelChunk;
  private final int stepChunk;

  PoolingKernel(Pooling op, PoolingWindows windows, PoolingLoop loop) {
    this.op = op;
    this.windows = windows;
    this.loop = loop;
    this.channelChunk = Math.clamp(windows.channels(), 1, AxisCut.TASK_ELEMENTS);
    long perStep = 1 + windows.covered() / Math.max(1, windows.steps());
    this.stepChunk =
        (int) Math.max(1, AxisCut.TASK_ELEMENTS / Math.multiplyExact(perStep, channelChunk));
  }

  private int channelChunks() {
    return Math.ceilDiv(windows.channels(), channelChunk);
  }

  private int steps() {
    return windows.planes() * windows.steps();
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(steps(), stepChunk) * channelChunks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int channel = task % channelChunks() * channelChunk;
    int channels = Math.min(channelChunk, windows.channels() - channel);
    int first = task / channelChunks() * stepChunk;
    int limit = Math.min(steps(), first + stepChunk);
    int column = first % windows.columns().steps();
    int row = first / windows.columns().steps() % windows.rows().steps();
    int plane = first / windows.steps();
    for (int step = first; step < limit; step++) {
      int from = plane * windows.planeSize() + channel;
      int to = step * windows.channels() + channel;
      step(row, column, channels, arguments, from, to);
      column++;
      if (column == windows.columns().steps()) {
        column = 0;
        row++;
      }
      if (row == windows.rows().steps()) {
        row = 0;
        plane++;
      }
    }
  }

  private void step(int row, int column, int channels, Arguments arguments, int from, int to) {
    Object x = arguments.array(0);
    int xPlane = arguments.offset(0) + from;
    Object second = arguments.array(1);
    int offset = arguments.offset(1);
    switch (op) {
      case Pooling.MaxPool _ -> loop.max(row, column, channels, x, xPlane, second, offset + to);
      case Pooling.SumPool _ -> loop.sum(row, column, channels, x, xPlane, second, offset + to);
      case Pooling.MaxPoolGather _ -> {
        Object y = arguments.array(2);
        int yAt = arguments.offset(2) + to;
        loop.gather(row, column, channels, x, xPlane, second, offset + from, y, yAt);
      }
      case Pooling.MaxPoolScatter _ -> throw new IllegalStateException("has its own kernel");
    }
  }
}
