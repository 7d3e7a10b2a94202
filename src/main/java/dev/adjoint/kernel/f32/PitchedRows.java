package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;

/** {@link TwelveRows} for the distance at which products copy rows, and the most usual others. */
final class PitchedRows {
  /**
   * Rows of a block of a product that is copied: as long as any, and no multiple of the caches'
   * periods.
   */
  static final int LONGEST = TwelveRowsApart784.PITCH;

  private PitchedRows() {}

  /** Whether {@link #product} computes the given row and the eleven behind it. */
  static boolean suit(Walk walk, Rows rows, int row) {
    return rows.run(row) >= TwelveRows.COUNT && has(rows.pitch(row)) && walk.isEven();
  }

  private static boolean has(int pitch) {
    return switch (pitch) {
      case TwelveRows.PITCH,
          TwelveRowsApart3.PITCH,
          TwelveRowsApart32.PITCH,
          TwelveRowsApart64.PITCH,
          TwelveRowsApart128.PITCH,
          TwelveRowsApart256.PITCH,
          TwelveRowsApart512.PITCH,
          TwelveRowsApart784.PITCH ->
          true;
      default -> false;
    };
  }

  /** Computes twelve rows; see {@link Tiles#product}. */
  static void product(
      Walk walk,
      Rows rows,
      int row,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    switch (rows.pitch(row)) {
      case TwelveRows.PITCH -> TwelveRows.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart3.PITCH ->
          TwelveRowsApart3.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart32.PITCH ->
          TwelveRowsApart32.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart64.PITCH ->
          TwelveRowsApart64.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart128.PITCH ->
          TwelveRowsApart128.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart256.PITCH ->
          TwelveRowsApart256.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart512.PITCH ->
          TwelveRowsApart512.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      case TwelveRowsApart784.PITCH ->
          TwelveRowsApart784.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
      default ->
          throw new IllegalArgumentException(
              "No block of rows %d apart".formatted(rows.pitch(row)));
    }
  }
}
