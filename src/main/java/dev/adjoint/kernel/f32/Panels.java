package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Offsets;
import java.util.Arrays;

/**
 * The right operand of a product in the order in which {@link Tiles#product} reads it: panels of as
 * many columns as are computed at a time, each with the rows one after the other. The last panel is
 * filled up with zeros.
 */
final class Panels {
  private static final int BLOCK = 64;
  private static final int FOUR = 4;

  private Panels() {}

  /** How many panels n columns make. */
  static int count(int n, int width) {
    return (n + width - 1) / width;
  }

  /**
   * Packs one panel: {@code count} rows from {@code row} on, of the columns from {@code column}.
   */
  static void pack(
      float[] b,
      int bAt,
      Offsets depth,
      int row,
      int count,
      Offsets columns,
      int column,
      int width,
      float[] to,
      int at) {
    int used = Math.min(width, columns.size() - column);
    if (columns.isContiguous()) {
      packRows(b, bAt + column, depth, row, count, used, width, to, at);
    } else {
      packElements(b, bAt, depth, row, count, columns, column, used, width, to, at);
    }
    if (used < width) {
      for (int k = 0; k < count; k++) {
        Arrays.fill(to, at + k * width + used, at + (k + 1) * width, 0);
      }
    }
  }

  private static void packRows(
      float[] b,
      int bAt,
      Offsets depth,
      int row,
      int count,
      int used,
      int width,
      float[] to,
      int at) {
    for (int k = 0; k < count; k++) {
      System.arraycopy(b, bAt + depth.at(row + k), to, at + k * width, used);
    }
  }

  /** In blocks, so that what is read and what is written stays in the nearest cache. */
  private static void packElements(
      float[] b,
      int bAt,
      Offsets depth,
      int row,
      int count,
      Offsets columns,
      int column,
      int used,
      int width,
      float[] to,
      int at) {
    for (int k = 0; k < count; k += BLOCK) {
      int size = Math.min(BLOCK, count - k);
      int place = at + k * width;
      int n = 0;
      for (; depth.isContiguous() && n + FOUR <= used; n += FOUR) {
        int from = bAt + row + k;
        int c = column + n;
        transposeFour(
            b,
            from + columns.at(c),
            from + columns.at(c + 1),
            from + columns.at(c + 2),
            from + columns.at(c + 3),
            size,
            to,
            place + n,
            width);
      }
      for (; n < used; n++) {
        int from = bAt + columns.at(column + n);
        for (int i = 0; i < size; i++) {
          to[place + i * width + n] = b[from + depth.at(row + k + i)];
        }
      }
    }
  }

  private static void transposeFour(
      float[] b,
      int first,
      int second,
      int third,
      int fourth,
      int size,
      float[] to,
      int at,
      int width) {
    int place = at;
    for (int i = 0; i < size; i++) {
      to[place] = b[first + i];
      to[place + 1] = b[second + i];
      to[place + 2] = b[third + i];
      to[place + 3] = b[fourth + i];
      place += width;
    }
  }
}
