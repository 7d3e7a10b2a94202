package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link Winograd} with vectors. A loop of its own for a matrix takes the sums
 * and differences that points of opposite signs share once, and each vector of the input once.
 */
@SuppressWarnings("cast") // needless in f64
final class VectorTransforms {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorTransforms() {}

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
    int vectors = count - count % LANES;
    switch (matrix.kind()) {
      case INPUT_AT_6 -> inputAt6(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case INPUT_AT_8 -> inputAt8(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case INPUT_AT_9 ->
          VectorTransformsOfPairs.input(
              matrix, lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case FILTER_OF_4_AT_6 ->
          filterOf4At6(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case FILTER_OF_4_AT_8 ->
          filterOf4At8(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case FILTER_OF_5_AT_9 ->
          VectorTransformsOfPairs.filterOf5(
              matrix, lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case RESULT_OF_4_AT_6 ->
          resultOf4At6(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case RESULT_OF_4_AT_8 ->
          resultOf4At8(lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case RESULT_OF_5_AT_9 ->
          VectorTransformsOfPairs.resultOf5(
              matrix, lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
      case OTHER -> any(matrix, lines, vectors, x, xAt, xLine, xStep, y, yAt, yLine, yStep);
    }
    for (int line = 0; line < lines && vectors < count; line++) {
      rest(matrix, vectors, count, x, xAt + line * xLine, xStep, y, yAt + line * yLine, yStep);
    }
  }

  /** What is left of a line behind its last whole vector. */
  private static void rest(
      Winograd.Matrix matrix,
      int first,
      int count,
      float[] x,
      int xAt,
      int xStep,
      float[] y,
      int yAt,
      int yStep) {
    for (int n = first; n < count; n++) {
      for (int i = 0; i < matrix.rows(); i++) {
        float sum = 0;
        for (int j = 0; j < matrix.columns(); j++) {
          sum = Math.fma(matrix.entry(i, j), x[xAt + j * xStep + n], sum);
        }
        y[yAt + i * yStep + n] = sum;
      }
    }
  }

  private static void inputAt6(
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
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector minusFour = FloatVector.broadcast(SPECIES, -4);
    FloatVector minusFive = FloatVector.broadcast(SPECIES, -5);
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * xStep);
        FloatVector even = x2.fma(minusFour, x4);
        FloatVector odd = x1.fma(minusFour, x3);
        FloatVector even2 = x4.sub(x2);
        FloatVector odd2 = x3.sub(x1).mul(2);
        x0.fma(four, x2.fma(minusFive, x4)).intoArray(y, to);
        even.add(odd).intoArray(y, to + yStep);
        even.sub(odd).intoArray(y, to + 2 * yStep);
        even2.add(odd2).intoArray(y, to + 3 * yStep);
        even2.sub(odd2).intoArray(y, to + 4 * yStep);
        x1.fma(four, x3.fma(minusFive, x5)).intoArray(y, to + 5 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void inputAt8(
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
    FloatVector quarter = FloatVector.broadcast(SPECIES, (float) 0.25);
    FloatVector half = FloatVector.broadcast(SPECIES, (float) 0.5);
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector minusFive = FloatVector.broadcast(SPECIES, -5);
    FloatVector minus1p25 = FloatVector.broadcast(SPECIES, (float) -1.25);
    FloatVector minus2p5 = FloatVector.broadcast(SPECIES, (float) -2.5);
    FloatVector minus4p25 = FloatVector.broadcast(SPECIES, (float) -4.25);
    FloatVector fiveQuarter = FloatVector.broadcast(SPECIES, (float) 5.25);
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * xStep);
        FloatVector x6 = FloatVector.fromArray(SPECIES, x, at + 6 * xStep);
        FloatVector x7 = FloatVector.fromArray(SPECIES, x, at + 7 * xStep);
        FloatVector even1 = x4.fma(minus4p25, x2.add(x6));
        FloatVector odd1 = x3.fma(minus4p25, x1.add(x5));
        FloatVector even2 = x2.fma(quarter, x4.fma(minus1p25, x6));
        FloatVector odd2 = x1.fma(half, x3.fma(minus2p5, x5.add(x5)));
        FloatVector even3 = x2.fma(four, x4.fma(minusFive, x6));
        FloatVector odd3 = x5.fma(half, x3.fma(minus2p5, x1.add(x1)));
        x2.sub(x4).fma(fiveQuarter, x6.sub(x0)).intoArray(y, to);
        even1.add(odd1).intoArray(y, to + yStep);
        even1.sub(odd1).intoArray(y, to + 2 * yStep);
        even2.add(odd2).intoArray(y, to + 3 * yStep);
        even2.sub(odd2).intoArray(y, to + 4 * yStep);
        even3.add(odd3).intoArray(y, to + 5 * yStep);
        even3.sub(odd3).intoArray(y, to + 6 * yStep);
        x3.sub(x5).fma(fiveQuarter, x7.sub(x1)).intoArray(y, to + 7 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void filterOf4At6(
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
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector sixth = FloatVector.broadcast(SPECIES, (float) (-1 / 6.0));
    FloatVector part = FloatVector.broadcast(SPECIES, (float) (1 / 24.0));
    FloatVector twoParts = FloatVector.broadcast(SPECIES, (float) (1 / 12.0));
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector even1 = x0.add(x2).mul(sixth);
        FloatVector odd1 = x1.add(x3).mul(sixth);
        FloatVector even2 = x2.fma(four, x0).mul(part);
        FloatVector odd2 = x3.fma(four, x1).mul(twoParts);
        x0.mul((float) 0.25).intoArray(y, to);
        even1.add(odd1).intoArray(y, to + yStep);
        even1.sub(odd1).intoArray(y, to + 2 * yStep);
        even2.add(odd2).intoArray(y, to + 3 * yStep);
        even2.sub(odd2).intoArray(y, to + 4 * yStep);
        x3.intoArray(y, to + 5 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void filterOf4At8(
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
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector quarter = FloatVector.broadcast(SPECIES, (float) 0.25);
    FloatVector scale1 = FloatVector.broadcast(SPECIES, (float) (-2 / 9.0));
    FloatVector scale2 = FloatVector.broadcast(SPECIES, (float) (1 / 90.0));
    FloatVector twiceScale2 = FloatVector.broadcast(SPECIES, (float) (1 / 45.0));
    FloatVector scale3 = FloatVector.broadcast(SPECIES, (float) (32 / 45.0));
    FloatVector halfScale3 = FloatVector.broadcast(SPECIES, (float) (16 / 45.0));
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector even1 = x0.add(x2).mul(scale1);
        FloatVector odd1 = x1.add(x3).mul(scale1);
        FloatVector even2 = x2.fma(four, x0).mul(scale2);
        FloatVector odd2 = x3.fma(four, x1).mul(twiceScale2);
        FloatVector even3 = x2.fma(quarter, x0).mul(scale3);
        FloatVector odd3 = x3.fma(quarter, x1).mul(halfScale3);
        x0.neg().intoArray(y, to);
        even1.add(odd1).intoArray(y, to + yStep);
        even1.sub(odd1).intoArray(y, to + 2 * yStep);
        even2.add(odd2).intoArray(y, to + 3 * yStep);
        even2.sub(odd2).intoArray(y, to + 4 * yStep);
        even3.add(odd3).intoArray(y, to + 5 * yStep);
        even3.sub(odd3).intoArray(y, to + 6 * yStep);
        x3.intoArray(y, to + 7 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void resultOf4At6(
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
    FloatVector two = FloatVector.broadcast(SPECIES, 2);
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8);
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * xStep);
        FloatVector sum = x1.add(x2);
        FloatVector difference = x1.sub(x2);
        FloatVector sum2 = x3.add(x4);
        FloatVector difference2 = x3.sub(x4);
        x0.add(sum).add(sum2).intoArray(y, to);
        difference2.fma(two, difference).intoArray(y, to + yStep);
        sum2.fma(four, sum).intoArray(y, to + 2 * yStep);
        difference2.fma(eight, difference).add(x5).intoArray(y, to + 3 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void resultOf4At8(
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
    FloatVector half = FloatVector.broadcast(SPECIES, (float) 0.5);
    FloatVector quarter = FloatVector.broadcast(SPECIES, (float) 0.25);
    FloatVector eighth = FloatVector.broadcast(SPECIES, (float) 0.125);
    FloatVector two = FloatVector.broadcast(SPECIES, 2);
    FloatVector four = FloatVector.broadcast(SPECIES, 4);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8);
    for (int n = 0; n < count; n += LANES) {
      int at = xAt + n;
      int to = yAt + n;
      for (int line = 0; line < lines; line++) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + xStep);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * xStep);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * xStep);
        FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * xStep);
        FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * xStep);
        FloatVector x6 = FloatVector.fromArray(SPECIES, x, at + 6 * xStep);
        FloatVector x7 = FloatVector.fromArray(SPECIES, x, at + 7 * xStep);
        FloatVector sum1 = x1.add(x2);
        FloatVector difference1 = x1.sub(x2);
        FloatVector sum2 = x3.add(x4);
        FloatVector difference2 = x3.sub(x4);
        FloatVector sum3 = x5.add(x6);
        FloatVector difference3 = x5.sub(x6);
        x0.add(sum1).add(sum2.add(sum3)).intoArray(y, to);
        difference3.fma(half, difference2.fma(two, difference1)).intoArray(y, to + yStep);
        sum3.fma(quarter, sum2.fma(four, sum1)).intoArray(y, to + 2 * yStep);
        difference3
            .fma(eighth, difference2.fma(eight, difference1))
            .add(x7)
            .intoArray(y, to + 3 * yStep);
        at += xLine;
        to += yLine;
      }
    }
  }

  private static void any(
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
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < matrix.rows(); i++) {
        for (int n = 0; n < count; n += LANES) {
          int at = xAt + line * xLine + n;
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int j = 0; j < matrix.columns(); j++) {
            sum =
                FloatVector.fromArray(SPECIES, x, at + j * xStep)
                    .fma(FloatVector.broadcast(SPECIES, matrix.entry(i, j)), sum);
          }
          sum.intoArray(y, yAt + line * yLine + i * yStep + n);
        }
      }
    }
  }
}
