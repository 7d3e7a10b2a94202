package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;
import java.util.Arrays;

/** The loops over an array of one numeric dtype; see {@link Elements}. */
sealed interface Numbers extends Elements
    permits Numbers.Floats, Numbers.Doubles, Numbers.Ints, Numbers.Longs {
  /** Those of a numeric dtype. */
  static Numbers of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> new Floats();
      case FLOAT64 -> new Doubles();
      case INT32 -> new Ints();
      case INT64 -> new Longs();
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

  /** FLOAT32. */
  record Floats() implements Numbers {
    @Override
    public void move(Object x, int from, Object y, int to) {
      ((float[]) y)[to] = ((float[]) x)[from];
    }

    @Override
    public void fill(Object y, int from, int to, Object x, int at) {
      Arrays.fill((float[]) y, from, to, ((float[]) x)[at]);
    }

    @Override
    public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
      float[] source = (float[]) x;
      float[] target = (float[]) y;
      for (int i = 0; i < count; i++) {
        float x0 = source[from + i];
        float x1 = source[from + xLine + i];
        float x2 = source[from + 2 * xLine + i];
        float x3 = source[from + 3 * xLine + i];
        float x4 = source[from + 4 * xLine + i];
        float x5 = source[from + 5 * xLine + i];
        float x6 = source[from + 6 * xLine + i];
        float x7 = source[from + 7 * xLine + i];
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
      float[] source = (float[]) x;
      float[] target = (float[]) y;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
        }
      }
    }

    @Override
    public void clear(Object y, int from, int to) {
      Arrays.fill((float[]) y, from, to, 0);
    }

    @Override
    public void set(Object y, int at, long value) {
      ((float[]) y)[at] = value;
    }

    @Override
    public void setSmallest(Object y, int at) {
      ((float[]) y)[at] = Float.NEGATIVE_INFINITY;
    }

    @Override
    public boolean isAbove(Object x, int i, int j) {
      float a = ((float[]) x)[i];
      float b = ((float[]) x)[j];
      return Float.isNaN(a) ? !Float.isNaN(b) : a > b;
    }

    @Override
    public void runningSums(
        Object x, int from, Object y, int to, int step, int count, boolean exclusive) {
      float[] source = (float[]) x;
      float[] target = (float[]) y;
      double sum = 0;
      for (int i = 0; i < count; i++) {
        double before = sum;
        sum += source[from + i * step];
        target[to + i * step] = (float) (exclusive ? before : sum);
      }
    }

    @Override
    public void max(Object x, int from, Object y, int to, int count) {
      float[] source = (float[]) x;
      float[] target = (float[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] = Math.max(target[to + c], source[from + c]);
      }
    }

    @Override
    public void add(Object x, int from, Object y, int to, int count) {
      float[] source = (float[]) x;
      float[] target = (float[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] += source[from + c];
      }
    }
  }

  /** FLOAT64. */
  record Doubles() implements Numbers {
    @Override
    public void move(Object x, int from, Object y, int to) {
      ((double[]) y)[to] = ((double[]) x)[from];
    }

    @Override
    public void fill(Object y, int from, int to, Object x, int at) {
      Arrays.fill((double[]) y, from, to, ((double[]) x)[at]);
    }

    @Override
    public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
      double[] source = (double[]) x;
      double[] target = (double[]) y;
      for (int i = 0; i < count; i++) {
        double x0 = source[from + i];
        double x1 = source[from + xLine + i];
        double x2 = source[from + 2 * xLine + i];
        double x3 = source[from + 3 * xLine + i];
        double x4 = source[from + 4 * xLine + i];
        double x5 = source[from + 5 * xLine + i];
        double x6 = source[from + 6 * xLine + i];
        double x7 = source[from + 7 * xLine + i];
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
      double[] source = (double[]) x;
      double[] target = (double[]) y;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
        }
      }
    }

    @Override
    public void clear(Object y, int from, int to) {
      Arrays.fill((double[]) y, from, to, 0);
    }

    @Override
    public void set(Object y, int at, long value) {
      ((double[]) y)[at] = value;
    }

    @Override
    public void setSmallest(Object y, int at) {
      ((double[]) y)[at] = Double.NEGATIVE_INFINITY;
    }

    @Override
    public boolean isAbove(Object x, int i, int j) {
      double a = ((double[]) x)[i];
      double b = ((double[]) x)[j];
      return Double.isNaN(a) ? !Double.isNaN(b) : a > b;
    }

    @Override
    public void runningSums(
        Object x, int from, Object y, int to, int step, int count, boolean exclusive) {
      double[] source = (double[]) x;
      double[] target = (double[]) y;
      double sum = 0;
      for (int i = 0; i < count; i++) {
        double before = sum;
        sum += source[from + i * step];
        target[to + i * step] = (exclusive ? before : sum);
      }
    }

    @Override
    public void max(Object x, int from, Object y, int to, int count) {
      double[] source = (double[]) x;
      double[] target = (double[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] = Math.max(target[to + c], source[from + c]);
      }
    }

    @Override
    public void add(Object x, int from, Object y, int to, int count) {
      double[] source = (double[]) x;
      double[] target = (double[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] += source[from + c];
      }
    }
  }

  /** INT32. */
  record Ints() implements Numbers {
    @Override
    public void move(Object x, int from, Object y, int to) {
      ((int[]) y)[to] = ((int[]) x)[from];
    }

    @Override
    public void fill(Object y, int from, int to, Object x, int at) {
      Arrays.fill((int[]) y, from, to, ((int[]) x)[at]);
    }

    @Override
    public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
      int[] source = (int[]) x;
      int[] target = (int[]) y;
      for (int i = 0; i < count; i++) {
        int x0 = source[from + i];
        int x1 = source[from + xLine + i];
        int x2 = source[from + 2 * xLine + i];
        int x3 = source[from + 3 * xLine + i];
        int x4 = source[from + 4 * xLine + i];
        int x5 = source[from + 5 * xLine + i];
        int x6 = source[from + 6 * xLine + i];
        int x7 = source[from + 7 * xLine + i];
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
      int[] source = (int[]) x;
      int[] target = (int[]) y;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
        }
      }
    }

    @Override
    public void clear(Object y, int from, int to) {
      Arrays.fill((int[]) y, from, to, 0);
    }

    @Override
    public void set(Object y, int at, long value) {
      ((int[]) y)[at] = (int) value;
    }

    @Override
    public void setSmallest(Object y, int at) {
      ((int[]) y)[at] = Integer.MIN_VALUE;
    }

    @Override
    public boolean isAbove(Object x, int i, int j) {
      int a = ((int[]) x)[i];
      int b = ((int[]) x)[j];
      return a > b;
    }

    @Override
    public void runningSums(
        Object x, int from, Object y, int to, int step, int count, boolean exclusive) {
      int[] source = (int[]) x;
      int[] target = (int[]) y;
      int sum = 0;
      for (int i = 0; i < count; i++) {
        int before = sum;
        sum += source[from + i * step];
        target[to + i * step] = (exclusive ? before : sum);
      }
    }

    @Override
    public void max(Object x, int from, Object y, int to, int count) {
      int[] source = (int[]) x;
      int[] target = (int[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] = Math.max(target[to + c], source[from + c]);
      }
    }

    @Override
    public void add(Object x, int from, Object y, int to, int count) {
      int[] source = (int[]) x;
      int[] target = (int[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] += source[from + c];
      }
    }
  }

  /** INT64. */
  record Longs() implements Numbers {
    @Override
    public void move(Object x, int from, Object y, int to) {
      ((long[]) y)[to] = ((long[]) x)[from];
    }

    @Override
    public void fill(Object y, int from, int to, Object x, int at) {
      Arrays.fill((long[]) y, from, to, ((long[]) x)[at]);
    }

    @Override
    public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
      long[] source = (long[]) x;
      long[] target = (long[]) y;
      for (int i = 0; i < count; i++) {
        long x0 = source[from + i];
        long x1 = source[from + xLine + i];
        long x2 = source[from + 2 * xLine + i];
        long x3 = source[from + 3 * xLine + i];
        long x4 = source[from + 4 * xLine + i];
        long x5 = source[from + 5 * xLine + i];
        long x6 = source[from + 6 * xLine + i];
        long x7 = source[from + 7 * xLine + i];
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
      long[] source = (long[]) x;
      long[] target = (long[]) y;
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
        }
      }
    }

    @Override
    public void clear(Object y, int from, int to) {
      Arrays.fill((long[]) y, from, to, 0);
    }

    @Override
    public void set(Object y, int at, long value) {
      ((long[]) y)[at] = value;
    }

    @Override
    public void setSmallest(Object y, int at) {
      ((long[]) y)[at] = Long.MIN_VALUE;
    }

    @Override
    public boolean isAbove(Object x, int i, int j) {
      long a = ((long[]) x)[i];
      long b = ((long[]) x)[j];
      return a > b;
    }

    @Override
    public void runningSums(
        Object x, int from, Object y, int to, int step, int count, boolean exclusive) {
      long[] source = (long[]) x;
      long[] target = (long[]) y;
      long sum = 0;
      for (int i = 0; i < count; i++) {
        long before = sum;
        sum += source[from + i * step];
        target[to + i * step] = (exclusive ? before : sum);
      }
    }

    @Override
    public void max(Object x, int from, Object y, int to, int count) {
      long[] source = (long[]) x;
      long[] target = (long[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] = Math.max(target[to + c], source[from + c]);
      }
    }

    @Override
    public void add(Object x, int from, Object y, int to, int count) {
      long[] source = (long[]) x;
      long[] target = (long[]) y;
      for (int c = 0; c < count; c++) {
        target[to + c] += source[from + c];
      }
    }
  }
}
