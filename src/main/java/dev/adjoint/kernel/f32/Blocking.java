package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Rows;

/**
 * How a product is cut: into tasks, and within one into blocks whose operands stay in the second
 * cache. It depends on sizes, and on how the right operand lies before it is packed, so neither
 * threads nor packing change a bit.
 *
 * @param shape the product
 * @param panels how many panels the right operand has
 * @param deep whether sums are so much longer than the result is large that a task takes a part of
 *     all sums: it reads its rows of the right operand once, from beginning to end, and packs them
 *     as it goes
 * @param rowsPerTask rows of the result
 * @param panelsPerTask panels of the right operand
 * @param panelsAtOnce how many of these are in the cache at a time, if the task packs them
 * @param slices into how many parts every sum is cut, each a task; they are added at the end
 * @param depth terms that are summed before the result is written
 */
record Blocking(
    ProductShape shape,
    int panels,
    boolean deep,
    int rowsPerTask,
    int panelsPerTask,
    int panelsAtOnce,
    int slices,
    int depth) {
  private static final int ROWS = 120;

  /** Where panels come from memory, not from a cache, they should be read for more rows. */
  private static final int ROWS_OF_MANY = 240;

  private static final int DEPTH = 512;
  private static final int SHALLOW = 128;
  private static final int ROWS_OF_SHALLOW = 24;

  /**
   * Panels for which a task copies its rows, if that leaves enough tasks; half or fewer otherwise.
   */
  private static final int LEAST_PANELS = 16;

  /** Panels for which a copy of rows costs less than reading them where they lie. */
  private static final int OFTEN = 4;

  private static final int LEAST_TASKS = 8;
  private static final int LEAST_SLICE = 256;
  private static final double TASK_TERMS = 4e6;
  private static final int MOST_PACKED = 128 * 1024;

  /** Of panels that come packed: they are read once for each block of rows, and need not stay. */
  private static final int MOST_READ = 256 * 1024;

  private static final int MOST_RESULT = 512 * 1024;

  /** Of a deep product: rows of the right operand are read as a whole while so many fit. */
  private static final int LEAST_DEPTH = 96;

  /** With so few blocks of rows, a panel is packed where it is needed, while it is in the cache. */
  private static final int FEW_ROW_BLOCKS = 2;

  /**
   * How to cut a product.
   *
   * @param width columns of a panel
   * @param packed whether the right operand comes packed
   */
  static Blocking of(ProductShape shape, int width, boolean packed) {
    int panels = Panels.count(shape.n(), width);
    boolean deep = !packed && isDeep(shape);
    int most = deep ? Math.max(shape.m(), 1) : mostRows(shape);
    int rows = roundUp(ceilDiv(shape.m(), Math.max(ceilDiv(shape.m(), most), 1)), most);
    int rowBlocks = ceilDiv(shape.m(), rows) * shape.batch();
    int panelsPerTask =
        deep ? Math.max(panels, 1) : panelsPerTask(shape, width, panels, rows, rowBlocks);
    // Also of a packed operand, so that packing changes no bit.
    boolean sliced = isDeep(shape) || rowBlocks * ceilDiv(panels, panelsPerTask) < LEAST_TASKS;
    int slices = sliced ? Math.clamp(shape.k() / LEAST_SLICE, 1, LEAST_TASKS) : 1;
    int depth = slices > 1 ? evenly(ceilDiv(shape.k(), slices)) : DEPTH;
    int fitting = Math.clamp(MOST_PACKED / (depth * width), 1, panelsPerTask);
    int panelsAtOnce =
        deep ? ceilDiv(panelsPerTask, ceilDiv(panelsPerTask, fitting)) : panelsPerTask;
    return new Blocking(shape, panels, deep, rows, panelsPerTask, panelsAtOnce, slices, depth);
  }

  private static int mostRows(ProductShape shape) {
    if (shape.k() <= SHALLOW) {
      return ROWS_OF_SHALLOW;
    }
    return shape.m() >= LEAST_TASKS * ROWS_OF_MANY ? ROWS_OF_MANY : ROWS;
  }

  private static boolean isDeep(ProductShape shape) {
    return shape.k() >= LEAST_TASKS * LEAST_SLICE
        && (long) shape.m() * shape.n() <= MOST_RESULT
        && shape.n() <= MOST_PACKED / LEAST_DEPTH
        && shape.batch() == 1
        && shape.bColumn().isContiguous()
        && shape.bDepth().isRegular();
  }

  /** Blocks of about the usual depth, none of which is only a few terms deep. */
  private static int evenly(int depth) {
    return ceilDiv(depth, Math.max((depth + DEPTH / 2) / DEPTH, 1));
  }

  private static int panelsPerTask(
      ProductShape shape, int width, int panels, int rows, int rowBlocks) {
    double terms = (double) rows * width * Math.max(shape.k(), 1);
    int wanted = Math.max((int) (TASK_TERMS / Math.max(terms, 1)), 1);
    int most = Math.max(panels, 1);
    boolean many = rowBlocks * ceilDiv(most, LEAST_PANELS) >= 2 * LEAST_TASKS;
    int least = many ? LEAST_PANELS : LEAST_PANELS / 2;
    int balanced = ceilDiv(most, ceilDiv(LEAST_TASKS, Math.max(rowBlocks, 1)));
    int elements = ceilDiv(shape.m(), rows) > FEW_ROW_BLOCKS ? MOST_READ : MOST_PACKED;
    int fitting = elements / (width * Math.clamp(shape.k(), 1, DEPTH));
    int chosen = Math.min(Math.max(wanted, Math.min(least, balanced)), fitting);
    return Math.clamp(chosen, 1, most);
  }

  private static int roundUp(int rows, int most) {
    return rows <= Rows.MOST_AT_A_TIME
        ? Math.max(rows, 1)
        : Math.min(most, ceilDiv(rows, Rows.MOST_AT_A_TIME) * Rows.MOST_AT_A_TIME);
  }

  private static int ceilDiv(int a, int b) {
    return Math.ceilDiv(a, b);
  }

  int rowBlocks() {
    return ceilDiv(shape.m(), rowsPerTask);
  }

  int panelBlocks() {
    return ceilDiv(panels, panelsPerTask);
  }

  /** How many tasks one product of the batch has. */
  int tasks() {
    return rowBlocks() * panelBlocks() * slices;
  }

  /** Whether a phase of its own packs the right operand, unless it comes packed. */
  boolean packsFirst() {
    return rowBlocks() > FEW_ROW_BLOCKS && shape.k() > 0;
  }

  /** Whether each row of the left operand is read so often that a copy of it is worth its time. */
  boolean readsRowsOften() {
    return panelsPerTask >= OFTEN;
  }

  /** The first term of a slice. */
  int depthOf(int slice) {
    return slice * ceilDiv(shape.k(), slices);
  }

  /** The end of a slice's terms. */
  int depthEnd(int slice) {
    return Math.min(shape.k(), depthOf(slice + 1));
  }
}
