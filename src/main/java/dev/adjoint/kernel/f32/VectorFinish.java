package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The steps of an epilogue with vectors, each column of vectors from its first row to its last. */
final class VectorFinish {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

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
    int n = 0;
    for (; n <= columns - LANES; n += LANES) {
      FloatVector shift =
          bias.length == 0
              ? FloatVector.broadcast(SPECIES, NO_SHIFT)
              : FloatVector.fromArray(SPECIES, bias, biasAt + n);
      if (residual.length > 0) {
        addResidual(rows, y, yAt + n, yStep, scale, shift, residual, residualAt + n, relu);
      } else if (relu) {
        clip(rows, y, yAt + n, yStep, scale, shift);
      } else {
        shift(rows, y, yAt + n, yStep, scale, shift);
      }
    }
    for (; n < columns; n++) {
      float shift = bias.length == 0 ? NO_SHIFT : bias[biasAt + n];
      for (int r = 0; r < rows; r++) {
        int at = r * yStep + n;
        float value = y[yAt + at] * scale + shift;
        value = residual.length == 0 ? value : value + residual[residualAt + at];
        y[yAt + at] = relu ? Math.max(value, 0) : value;
      }
    }
  }

  private static void clip(
      int rows, float[] y, int yAt, int yStep, float scale, FloatVector shift) {
    int at = yAt;
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, y, at).mul(scale).add(shift).max(0).intoArray(y, at);
      at += yStep;
    }
  }

  private static void shift(
      int rows, float[] y, int yAt, int yStep, float scale, FloatVector shift) {
    int at = yAt;
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(SPECIES, y, at).mul(scale).add(shift).intoArray(y, at);
      at += yStep;
    }
  }

  private static void addResidual(
      int rows,
      float[] y,
      int yAt,
      int yStep,
      float scale,
      FloatVector shift,
      float[] residual,
      int residualAt,
      boolean relu) {
    int at = yAt;
    int other = residualAt;
    for (int r = 0; r < rows; r++) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, y, at)
              .mul(scale)
              .add(shift)
              .add(FloatVector.fromArray(SPECIES, residual, other));
      (relu ? sum.max(0) : sum).intoArray(y, at);
      at += yStep;
      other += yStep;
    }
  }
}
