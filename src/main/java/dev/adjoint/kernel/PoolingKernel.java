package dev.adjoint.kernel;

import dev.adjoint.op.Pooling;

/**
 * Pooling whose result has an element a step of the window. A task is a range of steps, counted
 * over all planes, and a range of channels; it writes its elements once.
 */
final class PoolingKernel implements Kernel {
  private final PoolingWindows windows;
  private final Step step;
  private final int channelChunk;
  private final int stepChunk;

  PoolingKernel(Pooling op, PoolingWindows windows, PoolingLoop loop) {
    this.windows = windows;
    this.step = step(op, loop);
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
    for (int i = first; i < limit; i++) {
      int planeAt = plane * windows.planeSize() + channel;
      int place = i * windows.channels() + channel;
      step.run(row, column, channels, arguments, planeAt, place);
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

  /** What one step computes, decided once. */
  @FunctionalInterface
  private interface Step {
    /** See {@link PoolingLoop}. */
    void run(int row, int column, int channels, Arguments arguments, int plane, int place);
  }

  private static Step step(Pooling op, PoolingLoop loop) {
    return switch (op) {
      case Pooling.MaxPool _ -> loop::max;
      case Pooling.SumPool _ -> loop::sum;
      case Pooling.MaxPoolGather _ -> loop::gather;
      case Pooling.MaxPoolScatter _ ->
          throw new IllegalArgumentException("%s adds to its result.".formatted(op));
    };
  }
}
