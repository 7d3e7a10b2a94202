package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import dev.adjoint.kernel.Workspace;

/**
 * Matrix products by blocks. The right operand is packed into panels by a phase of its own; each
 * task computes some rows by some panels, over blocks of the depth. Where the result has too few
 * blocks for several threads, and the depth is large, the depth is cut too: the parts are summed in
 * a last phase, in their order.
 */
final class Product implements Kernel {
  private static final int SUM_TASK = 16_384;

  private final Tiles tiles;
  private final ProductShape shape;
  private final Finish finish;
  private final boolean packed;
  private final boolean packsFirst;
  private final int width;
  private final Blocking blocking;
  private final LeftOperand left;

  /**
   * A kernel of the given product.
   *
   * @param packed whether the right operand comes as {@link PackPanels} leaves it
   */
  Product(Tiles tiles, ProductShape shape, Epilogue epilogue, boolean packed) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.packed = packed;
    this.width = tiles.width();
    this.blocking = Blocking.of(shape, width, packed);
    this.packsFirst = !packed && blocking.packsFirst();
    this.left = new LeftOperand(tiles, shape, blocking);
  }

  private static int ceilDiv(int a, int b) {
    return Math.ceilDiv(a, b);
  }

  private int packedLength() {
    return PackPanels.length(tiles, shape);
  }

  @Override
  public int phases() {
    return (packsFirst ? 2 : 1) + (blocking.slices() > 1 ? 1 : 0);
  }

  private int stage(int phase) {
    return packsFirst ? phase : phase + 1;
  }

  @Override
  public int tasks(int phase) {
    return switch (stage(phase)) {
      case 0 -> shape.batch() * blocking.panels();
      case 1 -> shape.batch() * blocking.tasks();
      default -> ceilDiv(resultSize(), SUM_TASK);
    };
  }

  private int resultSize() {
    return shape.batch() * shape.m() * shape.n();
  }

  @Override
  public int temporary() {
    long parts = blocking.slices() > 1 ? (long) blocking.slices() * resultSize() : 0;
    return Math.toIntExact((packsFirst ? packedLength() : 0) + parts);
  }

  @Override
  public int workspace() {
    int packing =
        packed || packsFirst
            ? 0
            : blocking.panelsAtOnce() * width * Math.min(blocking.depth(), shape.k());
    return left.copySize() + blocking.rowsPerTask() * width + packing;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    switch (stage(phase)) {
      case 0 ->
          PackPanels.panel(
              tiles,
              shape,
              task,
              arguments.floats(1),
              arguments.offset(1),
              arguments.floats(finish.temporary()),
              arguments.offset(finish.temporary()));
      case 1 -> multiply(task, arguments, workspace.floats());
      default -> sumSlices(task, arguments);
    }
  }

  private void multiply(int task, Arguments arguments, float[] workspace) {
    int slice = task % blocking.slices();
    int rest = task / blocking.slices();
    int panel = rest % blocking.panelBlocks() * blocking.panelsPerTask();
    rest /= blocking.panelBlocks();
    int row = rest % blocking.rowBlocks() * blocking.rowsPerTask();
    int batch = rest / blocking.rowBlocks();
    boolean last = row + blocking.rowsPerTask() > shape.m();
    int panelEnd = Math.min(blocking.panels(), panel + blocking.panelsPerTask());
    boolean whole = blocking.slices() == 1;
    int target = whole ? finish.result() : finish.temporary();
    int targetAt = arguments.offset(target) + (whole ? 0 : partAt(slice));
    int element = (batch * shape.m() + row) * shape.n();
    int depthEnd = blocking.depthEnd(slice);
    int depth = blocking.depthOf(slice);
    boolean add = false;
    do {
      int count = Math.clamp(depthEnd - depth, 0, blocking.depth());
      block(
          arguments,
          workspace,
          last,
          batch,
          row,
          depth,
          count,
          panel,
          panelEnd,
          arguments.floats(target),
          targetAt + element,
          add);
      add = true;
      depth += count;
    } while (depth < depthEnd);
    if (whole) {
      int rows = left.rows(last).count();
      finishBlock(arguments, element, rows, panel * width, panelEnd * width);
    }
  }

  private int partAt(int slice) {
    return (packsFirst ? packedLength() : 0) + slice * resultSize();
  }

  /** One block of the depth, for all panels of a task. */
  private void block(
      Arguments arguments,
      float[] workspace,
      boolean last,
      int batch,
      int row,
      int depth,
      int count,
      int panel,
      int panelEnd,
      float[] y,
      int yAt,
      boolean add) {
    float[] a = arguments.floats(0);
    int aAt = arguments.offset(0) + shape.aBatch().at(batch);
    boolean comesPacked = packed || packsFirst;
    int argument = packed ? 1 : finish.temporary();
    float[] b = comesPacked ? arguments.floats(argument) : workspace;
    int panelsAt = left.copySize() + blocking.rowsPerTask() * width;
    if (left.isCopied()) {
      left.copy(a, aAt, row, left.rows(last).count(), depth, count, workspace);
    }
    for (int first = panel; first < panelEnd; first += blocking.panelsAtOnce()) {
      int end = Math.min(panelEnd, first + blocking.panelsAtOnce());
      if (!comesPacked) {
        packBlock(arguments, batch, depth, count, first, end, workspace, panelsAt);
      }
      for (int p = first; p < end; p++) {
        int bAt =
            comesPacked
                ? arguments.offset(argument)
                    + ((batch * blocking.panels() + p) * shape.k() + depth) * width
                : panelsAt + (p - first) * count * width;
        panel(
            last,
            count,
            left.isCopied() ? workspace : a,
            left.isCopied() ? 0 : aAt + left.blockAt(row, depth),
            b,
            bAt,
            y,
            yAt + p * width,
            Math.min(width, shape.n() - p * width),
            workspace,
            add);
      }
    }
  }

  /** One panel of a block. The workspace holds the results of one that has fewer columns. */
  private void panel(
      boolean last,
      int count,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      int columns,
      float[] workspace,
      boolean add) {
    Walk walk = left.walk(count);
    Rows rows = left.rows(last);
    if (columns == width) {
      tiles.product(walk, rows, a, aAt, b, bAt, y, yAt, add);
      return;
    }
    int at = left.copySize();
    for (int r = 0; add && r < rows.count(); r++) {
      System.arraycopy(y, yAt + rows.places()[r], workspace, at + r * width, columns);
    }
    tiles.product(walk, left.narrowRows(last), a, aAt, b, bAt, workspace, at, add);
    for (int r = 0; r < rows.count(); r++) {
      System.arraycopy(workspace, at + r * width, y, yAt + rows.places()[r], columns);
    }
  }

  /** Packs panels for one block of the depth. */
  private void packBlock(
      Arguments arguments,
      int batch,
      int depth,
      int count,
      int panel,
      int panelEnd,
      float[] to,
      int toAt) {
    float[] b = arguments.floats(1);
    int bAt = arguments.offset(1) + shape.bBatch().at(batch);
    int p = panel;
    if (blocking.deep()) {
      p = Math.min(panelEnd, shape.n() / width);
      for (int k = 0; k < count; k++) {
        int from = bAt + shape.bDepth().at(depth + k) + panel * width;
        tiles.copyRows(p - panel, b, from, width, to, toAt + k * width, count * width);
      }
    }
    for (; p < panelEnd; p++) {
      int place = toAt + (p - panel) * count * width;
      Panels.pack(
          tiles, b, bAt, shape.bDepth(), depth, count, shape.bColumn(), p * width, to, place);
    }
  }

  private void finishBlock(Arguments arguments, int element, int rows, int column, int columnEnd) {
    int end = Math.min(columnEnd, shape.n());
    if (column == 0 && end == shape.n()) {
      finish.all(arguments, element, element + rows * shape.n());
      return;
    }
    for (int r = 0; r < rows; r++) {
      int at = element + r * shape.n();
      finish.all(arguments, at + column, at + end);
    }
  }

  private void sumSlices(int task, Arguments arguments) {
    int from = task * SUM_TASK;
    int to = Math.min(resultSize(), from + SUM_TASK);
    tiles.sum(
        blocking.slices(),
        to - from,
        arguments.floats(finish.temporary()),
        arguments.offset(finish.temporary()) + partAt(0) + from,
        resultSize(),
        arguments.floats(finish.result()),
        arguments.offset(finish.result()) + from);
    finish.all(arguments, from, to);
  }
}
