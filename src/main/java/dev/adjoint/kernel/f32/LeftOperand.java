package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;

/**
 * How tasks read the rows of a product's left operand: where they lie, or, if many panels need
 * them, from a copy whose rows fall into different cache sets. Where the terms of a row are
 * neighbours, the first panel reads rows in place even so: computing meanwhile, it seldom waits for
 * memory, and they are then copied from the cache.
 */
final class LeftOperand {
  /** Rows of a copied block are this much longer. */
  private static final int SKEW = 16;

  private final ProductShape shape;
  private final Blocking blocking;
  private final boolean copies;
  private final boolean rowMajor;
  private final boolean readsInPlace;
  private final Reading inPlace;
  private final Reading copied;

  LeftOperand(ProductShape shape, Blocking blocking, int width) {
    this.shape = shape;
    this.blocking = blocking;
    Offsets row = shape.aRow();
    Offsets depth = shape.aDepth();
    this.copies = !depth.isContiguous() || !row.isRegular() || blocking.readsRowsOften();
    this.rowMajor = depth.isContiguous() || !row.isContiguous();
    this.readsInPlace = row.isRegular() && depth.isContiguous();
    int pitch = rowMajor ? blocking.depth() + SKEW : 1;
    int step = rowMajor ? 1 : blocking.rowsPerTask();
    this.copied = Reading.of(shape, blocking, width, pitch, step);
    this.inPlace =
        readsInPlace ? Reading.of(shape, blocking, width, row.stride(), depth.stride()) : copied;
  }

  /** The tables of one way of reading. */
  static final class Reading {
    private final Walk[] walks;
    private final Rows full;
    private final Rows last;
    private final Rows fullNarrow;
    private final Rows lastNarrow;

    private Reading(Walk[] walks, Rows full, Rows last, int width) {
      this.walks = walks;
      this.full = full;
      this.last = last;
      this.fullNarrow = full.placedApart(width);
      this.lastNarrow = last.placedApart(width);
    }

    private static Reading of(
        ProductShape shape, Blocking blocking, int width, int row, int depth) {
      int before = (blocking.rowBlocks() - 1) * blocking.rowsPerTask();
      int rest = Math.clamp(shape.m() - before, 0, blocking.rowsPerTask());
      Rows full = Rows.apart(Math.min(blocking.rowsPerTask(), shape.m()), row, shape.n());
      Rows last = Rows.apart(rest, row, shape.n());
      return new Reading(walks(blocking, width, depth), full, last, width);
    }

    private static Walk[] walks(Blocking blocking, int width, int aStep) {
      Walk[] byTerms = new Walk[blocking.depth() + 1];
      for (int slice = 0; slice < blocking.slices(); slice++) {
        int terms = Math.max(blocking.depthEnd(slice) - blocking.depthOf(slice), 0);
        for (int count : new int[] {Math.min(terms, blocking.depth()), terms % blocking.depth()}) {
          byTerms[count] = Walk.straight(count, aStep, width);
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
  }

  /** How many elements a copy takes. */
  int copySize() {
    return copies ? blocking.rowsPerTask() * (blocking.depth() + SKEW) : 0;
  }

  /** The first panel, of those from {@code panel} on, that reads a copy. */
  int firstOfCopy(int panel) {
    if (!copies) {
      return Integer.MAX_VALUE;
    }
    return readsInPlace ? panel + 1 : panel;
  }

  Reading inPlace() {
    return inPlace;
  }

  Reading copied() {
    return copied;
  }

  /** Where a block begins, relative to its matrix, for {@link #inPlace}. */
  int blockAt(int row, int depth) {
    return shape.aRow().stride() * row + shape.aDepth().stride() * depth;
  }

  /** Copies a block of {@code rows} rows and {@code count} terms to the workspace's beginning. */
  void copy(float[] a, int aAt, int row, int rows, int depth, int count, float[] workspace) {
    if (count == 0) {
      return;
    }
    Offsets aRow = shape.aRow();
    Offsets aDepth = shape.aDepth();
    if (!rowMajor) {
      for (int k = 0; k < count; k++) {
        int from = aAt + aRow.at(row) + aDepth.at(depth + k);
        System.arraycopy(a, from, workspace, k * blocking.rowsPerTask(), rows);
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      int from = aAt + aRow.at(row + r);
      int to = r * (blocking.depth() + SKEW);
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
