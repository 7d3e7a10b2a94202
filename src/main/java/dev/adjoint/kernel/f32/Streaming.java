package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Workspace;
import java.util.Arrays;

/**
 * Products of very few rows: memory decides their speed, so the matrix is read once, in place and
 * in the order in which it lies there. If its rows lie along the columns of the result, multiples
 * of them are added up, each task taking some of the rows, and a last phase adds the parts;
 * otherwise inner products are taken.
 */
final class Streaming implements Kernel {
  /** The most rows for which reading the matrix again from the cache beats packing it. */
  private static final int MOST_ROWS = 3;

  /** Elements of the matrix that a task reads. */
  private static final int TASK = 128 * 1024;

  /** Of the rows that a task adds up. */
  private static final int MOST_COLUMNS = 1024;

  private static final int SUM_TASK = 4096;

  private final Tiles tiles;
  private final ProductShape shape;
  private final int mainOperand;
  private final Finish finish;
  private final boolean addsRows;
  private final int slices;
  private final int depthPerSlice;
  private final int columnBlocks;
  private final int columnsPerTask;

  private Streaming(Tiles tiles, ProductShape shape, boolean swapped, Finish finish) {
    this.tiles = tiles;
    this.shape = shape;
    this.mainOperand = swapped ? 1 : 0;
    this.finish = finish;
    this.addsRows = addsRows(shape);
    this.depthPerSlice = addsRows ? depthPerSlice(shape) : Math.max(shape.k(), 1);
    this.slices = Math.max(1, Math.ceilDiv(shape.k(), depthPerSlice));
    this.columnsPerTask = Math.clamp(TASK / Math.max(depthPerSlice, 1), 1, Math.max(shape.n(), 1));
    this.columnBlocks = Math.ceilDiv(shape.n(), columnsPerTask);
  }

  /** Whether this is the kernel for a product, or for it with the operands exchanged. */
  static boolean suits(ProductShape shape) {
    return suitsAsIs(shape) || (shape.n() == 1 && suitsAsIs(shape.transposed()));
  }

  private static boolean suitsAsIs(ProductShape shape) {
    boolean columns =
        shape.bDepth().isContiguous()
            && shape.bColumn().isRegular()
            && shape.aDepth().isContiguous();
    return shape.m() <= MOST_ROWS && (addsRows(shape) || columns);
  }

  private static boolean addsRows(ProductShape shape) {
    return shape.bColumn().isContiguous()
        && shape.bDepth().isRegular()
        && shape.aDepth().isRegular();
  }

  /** Whether multiples of rows of a matrix are added up that is larger than the second cache. */
  static boolean suitsPacked(ProductShape shape) {
    return shape.m() <= MOST_ROWS && addsRows(shape) && (long) shape.k() * shape.n() > 2 * TASK;
  }

  /** How many multiples of rows are added up to a part of the result; see {@link #suitsPacked}. */
  static int depthPerSlice(ProductShape shape) {
    int rows = TASK / Math.clamp(shape.n(), 1, MOST_COLUMNS);
    return Math.clamp(shape.k(), 1, Math.max(rows, 1));
  }

  /** The kernel for a product that {@linkplain #suits suits}. */
  static Streaming of(Tiles tiles, ProductShape shape, Epilogue epilogue) {
    boolean swapped = !suitsAsIs(shape);
    return new Streaming(
        tiles,
        swapped ? shape.transposed() : shape,
        swapped,
        new Finish(tiles, epilogue, shape.lastAxis()));
  }

  @Override
  public int phases() {
    return slices > 1 ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    if (phase == 1) {
      return Math.ceilDiv(size(), SUM_TASK);
    }
    return size() == 0 ? 0 : shape.batch() * columnBlocks * slices;
  }

  private int size() {
    return shape.batch() * shape.m() * shape.n();
  }

  @Override
  public int temporary() {
    return slices > 1 ? Math.multiplyExact(slices, size()) : 0;
  }

  @Override
  public int workspace() {
    return tiles.lanes();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 0) {
      stream(task, arguments, workspace.floats());
    } else {
      int from = task * SUM_TASK;
      int to = Math.min(size(), from + SUM_TASK);
      tiles.sum(
          slices,
          to - from,
          arguments.floats(finish.temporary()),
          arguments.offset(finish.temporary()) + from,
          size(),
          arguments.floats(finish.result()),
          arguments.offset(finish.result()) + from);
      finish.all(arguments, from, to);
    }
  }

  private void stream(int task, Arguments arguments, float[] workspace) {
    int slice = task % slices;
    int column = task / slices % columnBlocks * columnsPerTask;
    int batch = task / slices / columnBlocks;
    int columns = Math.min(columnsPerTask, shape.n() - column);
    int target = slices == 1 ? finish.result() : finish.temporary();
    int targetAt = arguments.offset(target) + (slices == 1 ? 0 : slice * size());
    for (int row = 0; row < shape.m(); row++) {
      int element = (batch * shape.m() + row) * shape.n() + column;
      row(batch, row, column, columns, slice, arguments, target, targetAt + element, workspace);
      if (slices == 1) {
        finish.all(arguments, element, element + columns);
      }
    }
  }

  private void row(
      int batch,
      int row,
      int column,
      int columns,
      int slice,
      Arguments arguments,
      int target,
      int yAt,
      float[] workspace) {
    float[] y = arguments.floats(target);
    float[] a = arguments.floats(mainOperand);
    float[] b = arguments.floats(1 - mainOperand);
    int aAt = arguments.offset(mainOperand) + shape.aBatch().at(batch) + shape.aRow().at(row);
    int bAt = arguments.offset(1 - mainOperand) + shape.bBatch().at(batch);
    if (addsRows) {
      int from = slice * depthPerSlice;
      int depth = Math.min(depthPerSlice, shape.k() - from);
      Offsets aDepth = shape.aDepth();
      Offsets bDepth = shape.bDepth();
      Arrays.fill(y, yAt, yAt + columns, 0);
      tiles.addRows(
          Math.max(depth, 0),
          columns,
          a,
          aAt + from * aDepth.stride(),
          aDepth.stride(),
          b,
          bAt + from * bDepth.stride() + column,
          bDepth.stride(),
          y,
          yAt);
    } else {
      int step = shape.bColumn().stride();
      tiles.dots(shape.k(), columns, a, aAt, b, bAt + column * step, step, y, yAt, workspace, 0);
    }
  }
}
