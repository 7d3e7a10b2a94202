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
