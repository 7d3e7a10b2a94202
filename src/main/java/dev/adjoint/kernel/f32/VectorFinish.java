package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of an epilogue with vectors: long rows one after the other, as they lie in memory,
 * short ones by columns of vectors, each with its part of the bias in a register.
 */
final class VectorFinish {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Rows of so many elements are long. */
  private static final int LONG = 8 * LANES;

  /** Adding it changes no number, not even the sign of a zero. */
  @SuppressWarnings("cast") // needless in f64
  private static final float NO_SHIFT = (float) -0.0;

  private VectorFinish() {}

  /** See {@link Tiles#finish}. */
  static void finish(
      int rows,
      int columns,
      float[] y,
      int yAt,
      int yStep,
      float scale,
      float[] bias,
      int biasAt,
      float[] residual,
      int residualAt,
      boolean relu) {
    int whole = columns - columns % LANES;
    if (bias.length == 0 && whole >= LONG) {
      for (int r = 0; r < rows; r++) {
        int row = r * yStep;
        walk(whole / LANES, LANES, y, yAt + row, scale, bias, 0, residual, residualAt + row, relu);
      }
    } else {
      for (int n = 0; n < whole; n += LANES) {
        walk(rows, yStep, y, yAt + n, scale, bias, biasAt + n, residual, residualAt + n, relu);
      }
    }
    for (int n = whole; n < columns; n++) {
      float shift = bias.length == 0 ? NO_SHIFT : bias[biasAt + n];
      for (int r = 0; r < rows; r++) {
        int at = r * yStep + n;
        float value = y[yAt + at] * scale + shift;
        value = residual.length == 0 ? value : value + residual[residualAt + at];
        y[yAt + at] = relu ? Math.max(value, 0) : value;
      }
    }
  }

  /** Loaded where it is added, since a vector that is handed on may become an object. */
  private static FloatVector shiftAt(float[] bias, int biasAt) {
    return bias.length == 0
        ? FloatVector.broadcast(SPECIES, NO_SHIFT)
        : FloatVector.fromArray(SPECIES, bias, biasAt);
  }

  /** The steps on {@code count} vectors that stand {@code step} elements apart. */
  private static void walk(
      int count,
      int step,
      float[] y,
      int yAt,
      float scale,
      float[] bias,
      int biasAt,
      float[] residual,
      int residualAt,
      boolean relu) {
    if (residual.length > 0) {
      addResidual(count, step, y, yAt, scale, bias, biasAt, residual, residualAt, relu);
    } else if (relu) {
      clip(count, step, y, yAt, scale, bias, biasAt);
    } else {
      shift(count, step, y, yAt, scale, bias, biasAt);
    }
  }

  /** What {@code max(0)} gives, in fewer instructions: also of a negative zero and of no number. */
  private static FloatVector clipped(FloatVector x) {
    return x.blend(0, x.compare(VectorOperators.LE, 0));
  }

  private static void clip(
      int count, int step, float[] y, int yAt, float scale, float[] bias, int biasAt) {
    FloatVector shift = shiftAt(bias, biasAt);
    int at = yAt;
    for (int i = 0; i < count; i++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, at).mul(scale).add(shift);
      clipped(sum).intoArray(y, at);
      at += step;
    }
  }

  private static void shift(
      int count, int step, float[] y, int yAt, float scale, float[] bias, int biasAt) {
    FloatVector shift = shiftAt(bias, biasAt);
    int at = yAt;
    for (int i = 0; i < count; i++) {
      FloatVector.fromArray(SPECIES, y, at).mul(scale).add(shift).intoArray(y, at);
      at += step;
    }
  }

  private static void addResidual(
      int count,
      int step,
      float[] y,
      int yAt,
      float scale,
      float[] bias,
      int biasAt,
      float[] residual,
      int residualAt,
      boolean relu) {
    FloatVector shift = shiftAt(bias, biasAt);
    int at = yAt;
    int other = residualAt;
    for (int i = 0; i < count; i++) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, y, at)
              .mul(scale)
              .add(shift)
              .add(FloatVector.fromArray(SPECIES, residual, other));
      (relu ? clipped(sum) : sum).intoArray(y, at);
      at += step;
      other += step;
    }
  }
}
