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

  /** Packs one panel as {@link Tiles#product} reads it, with the tiles' own copies where it can. */
  static void pack(
      Tiles tiles,
      float[] b,
      int bAt,
      Offsets depth,
      int row,
      int count,
      Offsets columns,
      int column,
      float[] to,
      int at) {
    int width = tiles.width();
    boolean whole = column + width <= columns.size() && depth.isRegular() && columns.isRegular();
    int from = bAt + row * depth.stride() + column * columns.stride();
    if (whole && columns.isContiguous()) {
      tiles.copyRows(count, b, from, depth.stride(), to, at, width);
    } else if (whole && depth.isContiguous()) {
      tiles.transpose(count, width, b, from, columns.stride(), to, at, width);
    } else {
      pack(b, bAt, depth, row, count, columns, column, width, to, at);
    }
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
    if (depth.isContiguous() && columns.isRegular()) {
      int from = bAt + row + columns.at(column);
      transpose(count, used, b, from, columns.stride(), to, at, width);
      return;
    }
    for (int k = 0; k < count; k += BLOCK) {
      int end = Math.min(count, k + BLOCK);
      for (int n = 0; n < used; n++) {
        int from = bAt + columns.at(column + n);
        for (int i = k; i < end; i++) {
          to[at + i * width + n] = b[from + depth.at(row + i)];
        }
      }
    }
  }

  /**
   * Sets {@code y[yAt + r * yStep + n]} to {@code x[xAt + n * xStep + r]}, in blocks, so that what
   * is read and what is written stays in the nearest cache.
   */
  static void transpose(
      int rows, int columns, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    for (int r = 0; r < rows; r += BLOCK) {
      int size = Math.min(BLOCK, rows - r);
      int n = 0;
      for (; n <= columns - FOUR; n += FOUR) {
        transposeFour(size, x, xAt + n * xStep + r, xStep, y, yAt + r * yStep + n, yStep);
      }
      for (; n < columns; n++) {
        for (int i = r; i < r + size; i++) {
          y[yAt + i * yStep + n] = x[xAt + n * xStep + i];
        }
      }
    }
  }

  private static void transposeFour(
      int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    int second = xAt + xStep;
    int third = second + xStep;
    int fourth = third + xStep;
    int to = yAt;
    for (int i = 0; i < rows; i++) {
      y[to] = x[xAt + i];
      y[to + 1] = x[second + i];
      y[to + 2] = x[third + i];
      y[to + 3] = x[fourth + i];
      to += yStep;
    }
  }
}
