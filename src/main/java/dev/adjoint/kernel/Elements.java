package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;
import java.util.Arrays;

/**
 * The loops that move elements, over an array of one dtype. Java has no arrays of a type parameter,
 * so these few lines stand once a dtype, and every movement is written once over them. Arrays are
 * of the dtype; places are not checked beyond what Java does.
 */
sealed interface Elements permits Elements.Booleans, Numbers {
  /** Those of a dtype. */
  static Elements of(DType dtype) {
    return dtype == DType.BOOL ? new Booleans() : Numbers.of(dtype);
  }

  /** {@code y[to] = x[from]}. */
  void move(Object x, int from, Object y, int to);

  /** {@code y[from], .., y[to - 1] = x[at]}. */
  void fill(Object y, int from, int to, Object x, int at);

  /**
   * {@code y[to + r * yRow + c * yColumn] = x[from + r * xRow + c * xColumn]} for all r below
   * {@code rows} and c below {@code columns}; c in the inner loop.
   */
  void copy(
      Object x,
      int from,
      int xRow,
      int xColumn,
      Object y,
      int to,
      int yRow,
      int yColumn,
      int rows,
      int columns);

  /** How many lines {@link #turn} reads at once. */
  int TURNED = 8;

  /**
   * Turns lines into columns: {@code y[to + i * yLine + k] = x[from + k * xLine + i]} for all i
   * below {@code count} and k below {@link #TURNED}. Twice as fast as {@link #copy}.
   */
  void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count);

  /** BOOL. */
  record Booleans() implements Elements {
    @Override
    public void move(Object x, int from, Object y, int to) {
      ((boolean[]) y)[to] = ((boolean[]) x)[from];
    }

    @Override
    public void fill(Object y, int from, int to, Object x, int at) {
      Arrays.fill((boolean[]) y, from, to, ((boolean[]) x)[at]);
    }

    @Override
    public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
      boolean[] source = (boolean[]) x;
      boolean[] target = (boolean[]) y;
      for (int i = 0; i < count; i++) {
        boolean x0 = source[from + i];
        boolean x1 = source[from + xLine + i];
        boolean x2 = source[from + 2 * xLine + i];
        boolean x3 = source[from + 3 * xLine + i];
        boolean x4 = source[from + 4 * xLine + i];
        boolean x5 = source[from + 5 * xLine + i];
        boolean x6 = source[from + 6 * xLine + i];
        boolean x7 = source[from + 7 * xLine + i];
        int at = to + i * yLine;
        target[at] = x0;
        target[at + 1] = x1;
        target[at + 2] = x2;
        target[at + 3] = x3;
        target[at + 4] = x4;
        target[at + 5] = x5;
        target[at + 6] = x6;
        target[at + 7] = x7;
      }
    }

    @Override
    public void copy(
        Object x,
        int from,
        int xRow,
        int xColumn,
        Object y,
        int to,
        int yRow,
        int yColumn,
        int rows,
        int columns) {
      boolean[] source = (boolean[]) x;
      boolean[] target = (boolean[]) y;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
        }
      }
    }
  }
}
