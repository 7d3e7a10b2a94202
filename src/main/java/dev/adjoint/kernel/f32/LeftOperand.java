package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;

/**
 * How tasks read the rows of a product's left operand: where they lie, or from a copy with rows a
 * constant distance apart, as {@link PitchedRows} reads them, if several panels need them or the
 * terms of a row do not lie one behind the other.
 */
final class LeftOperand {
  private final Tiles tiles;
  private final ProductShape shape;
  private final Blocking blocking;
  private final boolean copies;
  private final Walk[] walks;
  private final Rows full;
  private final Rows last;
  private final Rows fullNarrow;
  private final Rows lastNarrow;

  LeftOperand(Tiles tiles, ProductShape shape, Blocking blocking) {
    this.tiles = tiles;
    this.shape = shape;
    this.blocking = blocking;
    this.copies =
        !shape.aDepth().isContiguous() || !shape.aRow().isRegular() || blocking.readsRowsOften();
    if (copies && blocking.depth() > PitchedRows.LONGEST) {
      throw new IllegalArgumentException(
          "Blocks of %d terms do not fit rows of %d."
              .formatted(blocking.depth(), PitchedRows.LONGEST));
    }
    this.walks = walks(blocking, tiles.width());
    int pitch = copies ? PitchedRows.LONGEST : shape.aRow().stride();
    int before = (blocking.rowBlocks() - 1) * blocking.rowsPerTask();
    int rest = Math.clamp(shape.m() - before, 0, blocking.rowsPerTask());
    this.full = Rows.apart(Math.min(blocking.rowsPerTask(), shape.m()), pitch, shape.n());
    this.last = Rows.apart(rest, pitch, shape.n());
    this.fullNarrow = full.placedApart(tiles.width());
    this.lastNarrow = last.placedApart(tiles.width());
  }

  /** A walk for each number of terms that a block has. */
  private static Walk[] walks(Blocking blocking, int width) {
    Walk[] byTerms = new Walk[blocking.depth() + 1];
    for (int slice = 0; slice < blocking.slices(); slice++) {
      int terms = Math.max(blocking.depthEnd(slice) - blocking.depthOf(slice), 0);
      for (int count : new int[] {Math.min(terms, blocking.depth()), terms % blocking.depth()}) {
        byTerms[count] = Walk.straight(count, 1, width);
      }
    }
    return byTerms;
  }

  /** The walk of a block of so many terms. */
  Walk walk(int terms) {
    return walks[terms];
  }

  /** The rows of a task: of the last, or of any other. */
  Rows rows(boolean ofLast) {
    return ofLast ? last : full;
  }

  /** The same, with results a panel's width apart. */
  Rows narrowRows(boolean ofLast) {
    return ofLast ? lastNarrow : fullNarrow;
  }

  /** Whether rows are read from a {@link #copy} at the workspace's beginning. */
  boolean isCopied() {
    return copies;
  }

  /** How many elements a copy takes. */
  int copySize() {
    return copies ? blocking.rowsPerTask() * PitchedRows.LONGEST : 0;
  }

  /** Where a block begins, relative to its matrix, if it is not copied. */
  int blockAt(int row, int depth) {
    return shape.aRow().stride() * row + depth;
  }

  /** Copies a block of {@code rows} rows and {@code count} terms to the workspace's beginning. */
  void copy(float[] a, int aAt, int row, int rows, int depth, int count, float[] workspace) {
    if (count == 0) {
      return;
    }
    Offsets aRow = shape.aRow();
    Offsets aDepth = shape.aDepth();
    if (aRow.isContiguous() && aDepth.isRegular()) {
      int from = aAt + row + depth * aDepth.stride();
      tiles.transpose(rows, count, a, from, aDepth.stride(), workspace, 0, PitchedRows.LONGEST);
      return;
    }
    for (int r = 0; r < rows; r++) {
      int from = aAt + aRow.at(row + r);
      int to = r * PitchedRows.LONGEST;
      if (aDepth.isContiguous()) {
        System.arraycopy(a, from + depth, workspace, to, count);
      } else {
        for (int k = 0; k < count; k++) {
          workspace[to + k] = a[from + aDepth.at(depth + k)];
        }
      }
    }
  }
}
