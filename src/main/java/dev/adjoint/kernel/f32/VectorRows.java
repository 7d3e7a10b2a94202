package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products of one row with a matrix that is read once, and sums of rows, with vectors. */
final class VectorRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorRows() {}

  /** See {@link Tiles#addRows}. */
  static void add(
      int depth,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt) {
    int k = 0;
    // Eight rows of 4 KiB would drive each other out of the first cache.
    for (; k + 4 <= depth; k += 4) {
      addFourRows(columns, a, aAt + k * aStep, aStep, b, bAt + k * bStep, bStep, y, yAt);
    }
    for (; k < depth; k++) {
      addRow(columns, a[aAt + k * aStep], b, bAt + k * bStep, y, yAt);
    }
  }

  /** See {@link Tiles#sum}. */
  static void sum(int parts, int count, float[] x, int xAt, int xStep, float[] y, int yAt) {
    int n = 0;
    for (; n <= count - LANES; n += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, x, xAt + n);
      for (int part = 1; part < parts; part++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, xAt + part * xStep + n));
      }
      sum.intoArray(y, yAt + n);
    }
    for (; n < count; n++) {
      float sum = x[xAt + n];
      for (int part = 1; part < parts; part++) {
        sum += x[xAt + part * xStep + n];
      }
      y[yAt + n] = sum;
    }
  }

  private static void addRow(int columns, float x, float[] b, int bAt, float[] y, int yAt) {
    FloatVector factor = FloatVector.broadcast(SPECIES, x);
    int n = 0;
    for (; n <= columns - LANES; n += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt + n);
      factor.fma(FloatVector.fromArray(SPECIES, b, bAt + n), sum).intoArray(y, yAt + n);
    }
    for (; n < columns; n++) {
      y[yAt + n] = Math.fma(x, b[bAt + n], y[yAt + n]);
    }
  }

  private static void addFourRows(
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt) {
    float a0 = a[aAt];
    float a1 = a[aAt + 1 * aStep];
    float a2 = a[aAt + 2 * aStep];
    float a3 = a[aAt + 3 * aStep];
    FloatVector x0 = FloatVector.broadcast(SPECIES, a0);
    FloatVector x1 = FloatVector.broadcast(SPECIES, a1);
    FloatVector x2 = FloatVector.broadcast(SPECIES, a2);
    FloatVector x3 = FloatVector.broadcast(SPECIES, a3);
    int b0 = bAt;
    int b1 = bAt + 1 * bStep;
    int b2 = bAt + 2 * bStep;
    int b3 = bAt + 3 * bStep;
    int n = 0;
    for (; n <= columns - LANES; n += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt + n);
      sum = x0.fma(FloatVector.fromArray(SPECIES, b, b0 + n), sum);
      sum = x1.fma(FloatVector.fromArray(SPECIES, b, b1 + n), sum);
      sum = x2.fma(FloatVector.fromArray(SPECIES, b, b2 + n), sum);
      sum = x3.fma(FloatVector.fromArray(SPECIES, b, b3 + n), sum);
      sum.intoArray(y, yAt + n);
    }
    for (; n < columns; n++) {
      float sum = y[yAt + n];
      sum = Math.fma(a0, b[b0 + n], sum);
      sum = Math.fma(a1, b[b1 + n], sum);
      sum = Math.fma(a2, b[b2 + n], sum);
      sum = Math.fma(a3, b[b3 + n], sum);
      y[yAt + n] = sum;
    }
  }

  /** See {@link Tiles#twoPanels}. */
  static void twoPanels(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int secondAt,
      float[] y,
      int yAt) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    int p = aAt;
    int first = bAt;
    int second = secondAt;
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[p]);
      sum0 = x.fma(FloatVector.fromArray(SPECIES, b, first), sum0);
      sum1 = x.fma(FloatVector.fromArray(SPECIES, b, first + LANES), sum1);
      sum2 = x.fma(FloatVector.fromArray(SPECIES, b, second), sum2);
      sum3 = x.fma(FloatVector.fromArray(SPECIES, b, second + LANES), sum3);
      p += aStep;
      first += 2 * LANES;
      second += 2 * LANES;
    }
    sum0.intoArray(y, yAt);
    sum1.intoArray(y, yAt + LANES);
    sum2.intoArray(y, yAt + 2 * LANES);
    sum3.intoArray(y, yAt + 3 * LANES);
  }

  /** See {@link Tiles#dots}. */
  static void dots(
      int depth,
      int columns,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    int n = 0;
    for (; n + 4 <= columns; n += 4) {
      fourDots(depth, a, aAt, b, bAt + n * bStep, bStep, y, yAt + n, scratch, scratchAt);
    }
    for (; n < columns; n++) {
      y[yAt + n] = dot(depth, a, aAt, b, bAt + n * bStep, scratch, scratchAt);
    }
  }

  private static float dot(
      int depth, float[] a, int aAt, float[] b, int bAt, float[] scratch, int scratchAt) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k <= depth - LANES; k += LANES) {
      sums =
          FloatVector.fromArray(SPECIES, a, aAt + k)
              .fma(FloatVector.fromArray(SPECIES, b, bAt + k), sums);
    }
    float sum = sumOfLanes(sums, scratch, scratchAt);
    for (; k < depth; k++) {
      sum = Math.fma(a[aAt + k], b[bAt + k], sum);
    }
    return sum;
  }

  /** The sum of the lanes in their order, which a reduction of the vector library leaves open. */
  private static float sumOfLanes(FloatVector sums, float[] scratch, int scratchAt) {
    sums.intoArray(scratch, scratchAt);
    float sum = scratch[scratchAt];
    for (int lane = 1; lane < LANES; lane++) {
      sum += scratch[scratchAt + lane];
    }
    return sum;
  }

  private static void fourDots(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    int b0 = bAt;
    int b1 = bAt + 1 * bStep;
    int b2 = bAt + 2 * bStep;
    int b3 = bAt + 3 * bStep;
    FloatVector sums0 = FloatVector.zero(SPECIES);
    FloatVector sums1 = FloatVector.zero(SPECIES);
    FloatVector sums2 = FloatVector.zero(SPECIES);
    FloatVector sums3 = FloatVector.zero(SPECIES);
    int k = 0;
    for (; k <= depth - LANES; k += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, a, aAt + k);
      sums0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + k), sums0);
      sums1 = x.fma(FloatVector.fromArray(SPECIES, b, b1 + k), sums1);
      sums2 = x.fma(FloatVector.fromArray(SPECIES, b, b2 + k), sums2);
      sums3 = x.fma(FloatVector.fromArray(SPECIES, b, b3 + k), sums3);
    }
    float sum0 = sumOfLanes(sums0, scratch, scratchAt);
    float sum1 = sumOfLanes(sums1, scratch, scratchAt);
    float sum2 = sumOfLanes(sums2, scratch, scratchAt);
    float sum3 = sumOfLanes(sums3, scratch, scratchAt);
    for (; k < depth; k++) {
      float x = a[aAt + k];
      sum0 = Math.fma(x, b[b0 + k], sum0);
      sum1 = Math.fma(x, b[b1 + k], sum1);
      sum2 = Math.fma(x, b[b2 + k], sum2);
      sum3 = Math.fma(x, b[b3 + k], sum3);
    }
    y[yAt] = sum0;
    y[yAt + 1] = sum1;
    y[yAt + 2] = sum2;
    y[yAt + 3] = sum3;
  }
}
