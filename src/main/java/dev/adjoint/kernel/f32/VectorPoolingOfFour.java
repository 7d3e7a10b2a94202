package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Maximum pooling with a window of four elements for vectors of channels: each element is read once
 * and stays in a register. The elements are at four places behind the beginning of a plane, in the
 * order of the window's taps.
 */
final class VectorPoolingOfFour {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorPoolingOfFour() {}

  /** See {@link dev.adjoint.kernel.PoolingLoop#max}. */
  static void max(
      int first,
      int second,
      int third,
      int fourth,
      int channels,
      float[] x,
      int xPlane,
      float[] y,
      int yAt) {
    for (int c = 0; c < channels; c += LANES) {
      int at = xPlane + c;
      FloatVector upper =
          FloatVector.fromArray(SPECIES, x, at + first)
              .max(FloatVector.fromArray(SPECIES, x, at + second));
      FloatVector lower =
          FloatVector.fromArray(SPECIES, x, at + third)
              .max(FloatVector.fromArray(SPECIES, x, at + fourth));
      upper.max(lower).intoArray(y, yAt + c);
    }
  }

  /** See {@link dev.adjoint.kernel.PoolingLoop#scatter}, of windows that cover nothing twice. */
  static void scatter(
      int first,
      int second,
      int third,
      int fourth,
      int channels,
      float[] x,
      int xPlane,
      float[] v,
      int vAt,
      float[] y,
      int yPlane) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int c = 0; c < channels; c += LANES) {
      int at = xPlane + c;
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + first);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + second);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + third);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + fourth);
      VectorMask<Float> secondWins = VectorPooling.isAbove(x2, x1);
      FloatVector bestOf2 = x1.blend(x2, secondWins);
      VectorMask<Float> thirdWins = VectorPooling.isAbove(x3, bestOf2);
      FloatVector bestOf3 = bestOf2.blend(x3, thirdWins);
      VectorMask<Float> fourthWins = VectorPooling.isAbove(x4, bestOf3);
      // What is added to 0 is never -0.
      FloatVector value = FloatVector.fromArray(SPECIES, v, vAt + c).add(zero);
      FloatVector left3 = value.blend(zero, fourthWins);
      FloatVector left2 = left3.blend(zero, thirdWins);
      int to = yPlane + c;
      left2.blend(zero, secondWins).intoArray(y, to + first);
      zero.blend(left2, secondWins).intoArray(y, to + second);
      zero.blend(left3, thirdWins).intoArray(y, to + third);
      zero.blend(value, fourthWins).intoArray(y, to + fourth);
    }
  }
}
