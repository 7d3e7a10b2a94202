package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import java.util.List;

/**
 * A loop with reductions whose columns are rows of their own: neighbouring rows are reduced side by
 * side, a block of them at a time.
 *
 * @param stages what goes over the elements, in order
 * @param last the nests that store what is one a row
 * @param kept how many outer places the kept axes have, without the columns
 * @param outerOfRow how many outer places a row has
 * @param rows the row axis, a part of each row
 * @param columns the column axis, one row each
 * @param workspace see {@link #workspace()}
 */
record ColumnKernel(
    List<Stage> stages,
    List<BoundNest> last,
    int kept,
    int outerOfRow,
    int rows,
    int columns,
    int workspace)
    implements LoopKernel {
  /**
   * A part of what is done with a block of columns.
   *
   * @param before the nests that compute what is one a row and needed for each element
   * @param nest goes over the elements
   */
  record Stage(List<BoundNest> before, BoundNest nest) {}

  /** The columns of a block, whose sums stay in the nearest cache. */
  static final int BLOCK = 512;

  private int blocks() {
    return Math.ceilDiv(columns, BLOCK);
  }

  private int partsOfTask() {
    long elements = Math.max(1, (long) outerOfRow * rows * Math.min(columns, BLOCK));
    return (int) Math.max(1, CHUNK / elements);
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(kept * blocks(), partsOfTask());
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace own) {
    int from = task * partsOfTask();
    int to = Math.min(kept * blocks() - from, partsOfTask()) + from;
    for (int part = from; part < to; part++) {
      int column = part % blocks() * BLOCK;
      columns(part / blocks(), column, Math.min(BLOCK, columns - column), arguments, own);
    }
  }

  private void columns(int k, int column, int count, Arguments arguments, Workspace own) {
    // By index: an iterator would be allocated in each run.
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      rowValues(stage.before(), k, column, count, arguments, own);
      for (int r = 0; r < outerOfRow; r++) {
        stage.nest().run(arguments, own, k * outerOfRow + r, 0, rows, column, count, r == 0);
      }
    }
    rowValues(last, k, column, count, arguments, own);
  }

  private void rowValues(
      List<BoundNest> nests, int k, int column, int count, Arguments arguments, Workspace own) {
    for (int i = 0; i < nests.size(); i++) {
      nests.get(i).run(arguments, own, k * outerOfRow, 0, 1, column, count, true);
    }
  }
}
