package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;

/** A loop without reductions, over a flat range of its elements. */
record ElementwiseKernel(BoundNest nest, int elements, int rows, int columns)
    implements LoopKernel.Elementwise {
  /** An elementwise nest reads nothing of a worker's. */
  private static final Workspace NO_WORKSPACE = new Workspace(0, 0);

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(elements, CHUNK);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int from = task * CHUNK;
    run(arguments, from, Math.min(elements - from, CHUNK) + from);
  }

  @Override
  public void run(Arguments arguments, int from, int to) {
    int at = from;
    while (at < to) {
      int column = at % columns;
      int index = at / columns;
      int row = index % rows;
      int outer = index / rows;
      int left = to - at;
      boolean whole = column == 0 && left >= columns;
      int count = whole ? columns : Math.min(columns - column, left);
      int repeat = whole ? Math.min(rows - row, left / columns) : 1;
      nest.run(arguments, NO_WORKSPACE, outer, row, repeat, column, count, true);
      at += repeat * count;
    }
  }
}
