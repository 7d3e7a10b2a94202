package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link Winograd} at nine points: 0 and four pairs p, -p. The even and the odd
 * part of a polynomial are computed once for both points of a pair.
 */
final class VectorTransformsOfPairs {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorTransformsOfPairs() {}

  /**
   * The matrix T. The polynomial of a point p is {@code x (x + p) Q(x^2)}, where Q has a root at
   * the square of each other pair.
   */
  static void input(
      Winograd.Matrix matrix,
      int lines,
      int count,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep) {
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * xStep);
        FloatVector x6 = FloatVector.fromArray(SPECIES, x, at + 6 * xStep);
        FloatVector x7 = FloatVector.fromArray(SPECIES, x, at + 7 * xStep);
        FloatVector x8 = FloatVector.fromArray(SPECIES, x, at + 8 * xStep);
        FloatVector zero = x6.fma(all(matrix, 0, 6), x8);
        zero = x2.fma(all(matrix, 0, 2), x4.fma(all(matrix, 0, 4), zero));
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        x0.fma(all(matrix, 0, 0), zero).intoArray(y, to);
        for (int row = 1; row < 9; row += 2) {
          FloatVector c2 = all(matrix, row, 2);
          FloatVector c4 = all(matrix, row, 4);
          FloatVector c6 = all(matrix, row, 6);
          FloatVector even = x2.fma(c2, x4.fma(c4, x6.fma(c6, x8)));
          FloatVector odd = x1.fma(c2, x3.fma(c4, x5.fma(c6, x7)));
          odd.fma(all(matrix, row, 7), even).intoArray(y, to + row * yStep);
          odd.fma(all(matrix, row + 1, 7), even).intoArray(y, to + (row + 1) * yStep);
        }
        at += xLine;
        to += yLine;
      }
    }
  }

  private static FloatVector all(Winograd.Matrix matrix, int row, int column) {
    return FloatVector.broadcast(SPECIES, matrix.entry(row, column));
  }

  /** The matrix G for five taps. */
  static void filterOf5(
      Winograd.Matrix matrix,
      int lines,
      int count,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep) {
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        x0.mul(all(matrix, 0, 0)).intoArray(y, to);
        for (int row = 1; row < 9; row += 2) {
          FloatVector even = x2.fma(all(matrix, row, 2), x4.mul(all(matrix, row, 4)));
          even = x0.fma(all(matrix, row, 0), even);
          FloatVector odd = x1.fma(all(matrix, row, 1), x3.mul(all(matrix, row, 3)));
          even.add(odd).intoArray(y, to + row * yStep);
          even.sub(odd).intoArray(y, to + (row + 1) * yStep);
        }
        at += xLine;
        to += yLine;
      }
    }
  }

  /** The transposed of A for five results. */
  static void resultOf5(
      Winograd.Matrix matrix,
      int lines,
      int count,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep) {
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector y0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector y1 = FloatVector.zero(SPECIES);
        FloatVector y2 = FloatVector.zero(SPECIES);
        FloatVector y3 = FloatVector.zero(SPECIES);
        FloatVector y4 = FloatVector.zero(SPECIES);
        for (int column = 1; column < 9; column += 2) {
          FloatVector plus = FloatVector.fromArray(SPECIES, x, at + column * xStep);
          FloatVector minus = FloatVector.fromArray(SPECIES, x, at + (column + 1) * xStep);
          FloatVector sum = plus.add(minus);
          FloatVector difference = plus.sub(minus);
          y0 = y0.add(sum);
          y1 = difference.fma(all(matrix, 1, column), y1);
          y2 = sum.fma(all(matrix, 2, column), y2);
          y3 = difference.fma(all(matrix, 3, column), y3);
          y4 = sum.fma(all(matrix, 4, column), y4);
        }
        y0.intoArray(y, to);
        y1.intoArray(y, to + yStep);
        y2.intoArray(y, to + 2 * yStep);
        y3.intoArray(y, to + 3 * yStep);
        y4.intoArray(y, to + 4 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }
}
