package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;

/** The loops over an array of one numeric dtype; see {@link Elements}. */
public interface Numbers extends Elements {
  /** Those of a numeric dtype. */
  static Numbers of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> new dev.adjoint.kernel.elements.f32.ArrayNumbers();
      case FLOAT64 -> new dev.adjoint.kernel.elements.f64.ArrayNumbers();
      case INT32 -> new dev.adjoint.kernel.elements.i32.ArrayNumbers();
      case INT64 -> new dev.adjoint.kernel.elements.i64.ArrayNumbers();
      case BOOL -> throw new IllegalArgumentException("BOOL is not numeric.");
    };
  }

  /** {@code y[from], .., y[to - 1] = 0}. */
  void clear(Object y, int from, int to);

  /** {@code y[at] = value}, rounded to floating point or cut to its low bits. */
  void set(Object y, int at, long value);

  /** {@code y[at]} becomes what no element is below: -infinity, or the smallest integer. */
  void setSmallest(Object y, int at);

  /** Whether {@code x[i] > x[j]}, where NaN is above every number. */
  boolean isAbove(Object x, int i, int j);

  /** {@code y[to + c] = max(y[to + c], x[from + c])} for all c below {@code count}. */
  void max(Object x, int from, Object y, int to, int count);

  /** {@code y[to + c] += x[from + c]} for all c below {@code count}. */
  void add(Object x, int from, Object y, int to, int count);

  /**
   * Running sums of {@code count} elements that stand {@code step} apart in both arrays, each with
   * its own element or without it; {@code step} may be negative. Floating point is added in double.
   * The arrays may be one.
   */
  void runningSums(Object x, int from, Object y, int to, int step, int count, boolean exclusive);
}
