package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;

/**
 * The loops that move elements, over an array of one dtype. Java has no arrays of a type parameter,
 * so these few lines are derived for each dtype, and every movement is written once over them.
 * Arrays are of the dtype; places are not checked beyond what Java does.
 */
public interface Elements {
  /** Those of a dtype. */
  static Elements of(DType dtype) {
    return dtype == DType.BOOL
        ? new dev.adjoint.kernel.elements.bool.ArrayElements()
        : Numbers.of(dtype);
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
}
