package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import java.util.List;

/**
 * A loop with reductions whose columns lie along a row: it goes over one row after the other, each
 * in stages.
 *
 * @param stages the nests that go over a row's elements, in order
 * @param last the nests that store what is one a row
 * @param kept how many rows there are
 * @param outerOfRow how many outer places a row has
 * @param rows the row axis, a part of the row
 * @param columns the column axis, a part of the row
 * @param workspace see {@link #workspace()}
 */
record RowKernel(
    List<Stage> stages,
    List<BoundNest> last,
    int kept,
    int outerOfRow,
    int rows,
    int columns,
    int workspace)
    implements LoopKernel {
  /** A nest, and whether it takes its columns in blocks, as sums do. */
  record Stage(BoundNest nest, boolean blocks) {}

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(kept, rowsOfTask());
  }

  private int rowsOfTask() {
    long elements = Math.max(1, (long) outerOfRow * rows * columns);
    return (int) Math.max(1, CHUNK / elements);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace own) {
    int from = task * rowsOfTask();
    int to = Math.min(kept - from, rowsOfTask()) + from;
    for (int k = from; k < to; k++) {
      // By index: an iterator would be allocated in each run.
      for (int i = 0; i < stages.size(); i++) {
        stage(stages.get(i), k, arguments, own);
      }
      for (int i = 0; i < last.size(); i++) {
        last.get(i).run(arguments, own, k * outerOfRow, 0, 1, 0, 1, true);
      }
    }
  }

  private void stage(Stage stage, int k, Arguments arguments, Workspace own) {
    int width = stage.blocks() ? Math.min(columns, Fold.BLOCK) : columns;
    int height = stage.blocks() ? Math.max(1, Fold.BLOCK / Math.max(1, columns)) : rows;
    boolean first = true;
    for (int r = 0; r < outerOfRow; r++) {
      for (int row = 0; row < rows; row += height) {
        int count = Math.min(height, rows - row);
        for (int column = 0; column < columns; column += width) {
          int wide = Math.min(width, columns - column);
          stage.nest().run(arguments, own, k * outerOfRow + r, row, count, column, wide, first);
          first = false;
        }
      }
    }
    if (first) {
      stage.nest().run(arguments, own, k * outerOfRow, 0, 0, 0, 0, true);
    }
  }
}
