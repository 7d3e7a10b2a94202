package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;

/**
 * A loop without reductions, over a flat range of its elements.
 *
 * @param tiled whether tasks are cut into tiles of rows and columns instead, for what reads along
 *     the rows
 */
record ElementwiseKernel(BoundNest nest, int elements, int rows, int columns, boolean tiled)
    implements LoopKernel.Elementwise {
  /** An elementwise nest reads nothing of a worker's. */
  private static final Workspace NO_WORKSPACE = new Workspace(0, 0);

  /** Rows and columns of a tile, of which the cache holds what a transposition reads. */
  private static final int TILE = 32;

  @Override
  public int tasks(int phase) {
    return tiled ? bands() * outer() : Math.ceilDiv(elements, CHUNK);
  }

  private int bands() {
    return Math.ceilDiv(rows, TILE);
  }

  private int outer() {
    return elements == 0 ? 0 : elements / rows / columns;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (tiled) {
      int row = task % bands() * TILE;
      band(arguments, workspace, task / bands(), row, Math.min(TILE, rows - row));
      return;
    }
    int from = task * CHUNK;
    run(arguments, from, Math.min(elements - from, CHUNK) + from);
  }

  private void band(Arguments arguments, Workspace workspace, int outer, int row, int height) {
    for (int column = 0; column < columns; column += TILE) {
      int width = Math.min(TILE, columns - column);
      nest.run(arguments, workspace, outer, row, height, column, width, true);
    }
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
