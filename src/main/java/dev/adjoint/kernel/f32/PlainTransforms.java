package dev.adjoint.kernel.f32;

/**
 * The transforms of {@link VectorTransformsOfPairs} element by element, to the same bits: those of
 * convolutions with 5 x 5 taps.
 */
final class PlainTransforms {
  private PlainTransforms() {}

  /** Whether there is a loop here for such a matrix. */
  static boolean has(Winograd.Kind kind) {
    return switch (kind) {
      case INPUT_AT_9, FILTER_OF_5_AT_9, RESULT_OF_5_AT_9 -> true;
      default -> false;
    };
  }

  /** See {@link Tiles#transform}. */
  static void transform(
      Winograd.Matrix matrix,
      int lines,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep,
      int count) {
    for (int line = 0; line < lines; line++) {
      for (int n = 0; n < count; n++) {
        int at = xAt + line * xLine + n;
        int to = yAt + line * yLine + n;
        switch (matrix.kind()) {
          case INPUT_AT_9 -> input(matrix, x, at, xStep, y, to, yStep);
          case FILTER_OF_5_AT_9 -> filterOf5(matrix, x, at, xStep, y, to, yStep);
          case RESULT_OF_5_AT_9 -> resultOf5(matrix, x, at, xStep, y, to, yStep);
          default -> throw new IllegalArgumentException(matrix.kind().toString());
        }
      }
    }
  }

  private static void input(
      Winograd.Matrix matrix, float[] x, int at, int xStep, float[] y, int to, int yStep) {
    float x1 = x[at + xStep];
    float x2 = x[at + 2 * xStep];
    float x3 = x[at + 3 * xStep];
    float x4 = x[at + 4 * xStep];
    float x5 = x[at + 5 * xStep];
    float x6 = x[at + 6 * xStep];
    float x7 = x[at + 7 * xStep];
    float x8 = x[at + 8 * xStep];
    float zero = Math.fma(x6, matrix.entry(0, 6), x8);
    zero = Math.fma(x2, matrix.entry(0, 2), Math.fma(x4, matrix.entry(0, 4), zero));
    y[to] = Math.fma(x[at], matrix.entry(0, 0), zero);
    for (int row = 1; row < 9; row += 2) {
      float c2 = matrix.entry(row, 2);
      float c4 = matrix.entry(row, 4);
      float c6 = matrix.entry(row, 6);
      float even = Math.fma(x2, c2, Math.fma(x4, c4, Math.fma(x6, c6, x8)));
      float odd = Math.fma(x1, c2, Math.fma(x3, c4, Math.fma(x5, c6, x7)));
      y[to + row * yStep] = Math.fma(odd, matrix.entry(row, 7), even);
      y[to + (row + 1) * yStep] = Math.fma(odd, matrix.entry(row + 1, 7), even);
    }
  }

  private static void filterOf5(
      Winograd.Matrix matrix, float[] x, int at, int xStep, float[] y, int to, int yStep) {
    float x0 = x[at];
    float x1 = x[at + xStep];
    float x2 = x[at + 2 * xStep];
    float x3 = x[at + 3 * xStep];
    float x4 = x[at + 4 * xStep];
    y[to] = x0 * matrix.entry(0, 0);
    for (int row = 1; row < 9; row += 2) {
      float even = Math.fma(x2, matrix.entry(row, 2), x4 * matrix.entry(row, 4));
      even = Math.fma(x0, matrix.entry(row, 0), even);
      float odd = Math.fma(x1, matrix.entry(row, 1), x3 * matrix.entry(row, 3));
      y[to + row * yStep] = even + odd;
      y[to + (row + 1) * yStep] = even - odd;
    }
  }

  private static void resultOf5(
      Winograd.Matrix matrix, float[] x, int at, int xStep, float[] y, int to, int yStep) {
    float y0 = x[at];
    float y1 = 0;
    float y2 = 0;
    float y3 = 0;
    float y4 = 0;
    for (int column = 1; column < 9; column += 2) {
      float plus = x[at + column * xStep];
      float minus = x[at + (column + 1) * xStep];
      float sum = plus + minus;
      float difference = plus - minus;
      y0 += sum;
      y1 = Math.fma(difference, matrix.entry(1, column), y1);
      y2 = Math.fma(sum, matrix.entry(2, column), y2);
      y3 = Math.fma(difference, matrix.entry(3, column), y3);
      y4 = Math.fma(sum, matrix.entry(4, column), y4);
    }
    y[to] = y0;
    y[to + yStep] = y1;
    y[to + 2 * yStep] = y2;
    y[to + 3 * yStep] = y3;
    y[to + 4 * yStep] = y4;
  }
}
