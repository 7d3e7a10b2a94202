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
      int from = plane * windows.planeSize() + channel;
      int to = i * windows.channels() + channel;
      step.run(row, column, channels, arguments, from, to);
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
    /** Reads a plane that begins {@code from} elements behind x, writes {@code to} behind y. */
    void run(int row, int column, int channels, Arguments arguments, int from, int to);
  }

  private static Step step(Pooling op, PoolingLoop loop) {
    return switch (op) {
      case Pooling.MaxPool _ ->
          (row, column, channels, arguments, from, to) ->
              loop.max(
                  row,
                  column,
                  channels,
                  arguments.array(0),
                  arguments.offset(0) + from,
                  arguments.array(1),
                  arguments.offset(1) + to);
      case Pooling.SumPool _ ->
          (row, column, channels, arguments, from, to) ->
              loop.sum(
                  row,
                  column,
                  channels,
                  arguments.array(0),
                  arguments.offset(0) + from,
                  arguments.array(1),
                  arguments.offset(1) + to);
      case Pooling.MaxPoolGather _ ->
          (row, column, channels, arguments, from, to) ->
              loop.gather(
                  row,
                  column,
                  channels,
                  arguments.array(0),
                  arguments.offset(0) + from,
                  arguments.array(1),
                  arguments.offset(1) + from,
                  arguments.array(2),
                  arguments.offset(2) + to);
      case Pooling.MaxPoolScatter _ ->
          throw new IllegalArgumentException("%s adds to its result.".formatted(op));
    };
  }
}
