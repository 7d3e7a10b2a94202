package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes blocks of 16 by 16 elements in registers, where vectors have 16 lanes: in four stages,
 * each of which exchanges one bit of the row's number with that of the lane's. (Eklundh, "A Fast
 * Computer Method for Matrix Transposing", 1972.)
 */
final class VectorTranspose {
  /** The rows and columns of a block. */
  static final int BLOCK = 16;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final VectorShuffle<Float> SWAP_8 = swap(8 % SPECIES.length());
  private static final VectorShuffle<Float> SWAP_4 = swap(4 % SPECIES.length());
  private static final VectorShuffle<Float> SWAP_2 = swap(2 % SPECIES.length());
  private static final VectorShuffle<Float> SWAP_1 = swap(1 % SPECIES.length());
  private static final VectorMask<Float> UPPER_8 = upper(8);
  private static final VectorMask<Float> UPPER_4 = upper(4);
  private static final VectorMask<Float> UPPER_2 = upper(2);
  private static final VectorMask<Float> UPPER_1 = upper(1);

  private VectorTranspose() {}

  /** Whether vectors have the lanes that this needs. */
  static boolean isPossible() {
    return SPECIES.length() == BLOCK;
  }

  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(SPECIES, lane -> lane ^ bit);
  }

  private static VectorMask<Float> upper(int bit) {
    long lanes = 0;
    for (int lane = 0; lane < SPECIES.length(); lane++) {
      lanes |= (lane & bit) == 0 ? 0 : 1L << lane;
    }
    return VectorMask.fromLong(SPECIES, lanes);
  }

  /**
   * Sets {@code y[yAt + r * yStep + n]} to {@code x[xAt + n * xStep + r]} for 16 n and a multiple
   * of 16 rows r, which are read one behind the other.
   */
  static void blocks(int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    for (int r = 0; r < rows; r += BLOCK) {
      block(x, xAt + r, xStep, y, yAt + r * yStep, yStep);
    }
  }

  private static void block(float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    FloatVector r0 = FloatVector.fromArray(SPECIES, x, xAt);
    FloatVector r1 = FloatVector.fromArray(SPECIES, x, xAt + xStep);
    FloatVector r2 = FloatVector.fromArray(SPECIES, x, xAt + 2 * xStep);
    FloatVector r3 = FloatVector.fromArray(SPECIES, x, xAt + 3 * xStep);
    FloatVector r4 = FloatVector.fromArray(SPECIES, x, xAt + 4 * xStep);
    FloatVector r5 = FloatVector.fromArray(SPECIES, x, xAt + 5 * xStep);
    FloatVector r6 = FloatVector.fromArray(SPECIES, x, xAt + 6 * xStep);
    FloatVector r7 = FloatVector.fromArray(SPECIES, x, xAt + 7 * xStep);
    FloatVector r8 = FloatVector.fromArray(SPECIES, x, xAt + 8 * xStep);
    FloatVector r9 = FloatVector.fromArray(SPECIES, x, xAt + 9 * xStep);
    FloatVector r10 = FloatVector.fromArray(SPECIES, x, xAt + 10 * xStep);
    FloatVector r11 = FloatVector.fromArray(SPECIES, x, xAt + 11 * xStep);
    FloatVector r12 = FloatVector.fromArray(SPECIES, x, xAt + 12 * xStep);
    FloatVector r13 = FloatVector.fromArray(SPECIES, x, xAt + 13 * xStep);
    FloatVector r14 = FloatVector.fromArray(SPECIES, x, xAt + 14 * xStep);
    FloatVector r15 = FloatVector.fromArray(SPECIES, x, xAt + 15 * xStep);
    FloatVector a0 = r0.blend(r8.rearrange(SWAP_8), UPPER_8);
    FloatVector a8 = r0.rearrange(SWAP_8).blend(r8, UPPER_8);
    FloatVector a1 = r1.blend(r9.rearrange(SWAP_8), UPPER_8);
    FloatVector a9 = r1.rearrange(SWAP_8).blend(r9, UPPER_8);
    FloatVector a2 = r2.blend(r10.rearrange(SWAP_8), UPPER_8);
    FloatVector a10 = r2.rearrange(SWAP_8).blend(r10, UPPER_8);
    FloatVector a3 = r3.blend(r11.rearrange(SWAP_8), UPPER_8);
    FloatVector a11 = r3.rearrange(SWAP_8).blend(r11, UPPER_8);
    FloatVector a4 = r4.blend(r12.rearrange(SWAP_8), UPPER_8);
    FloatVector a12 = r4.rearrange(SWAP_8).blend(r12, UPPER_8);
    FloatVector a5 = r5.blend(r13.rearrange(SWAP_8), UPPER_8);
    FloatVector a13 = r5.rearrange(SWAP_8).blend(r13, UPPER_8);
    FloatVector a6 = r6.blend(r14.rearrange(SWAP_8), UPPER_8);
    FloatVector a14 = r6.rearrange(SWAP_8).blend(r14, UPPER_8);
    FloatVector a7 = r7.blend(r15.rearrange(SWAP_8), UPPER_8);
    FloatVector a15 = r7.rearrange(SWAP_8).blend(r15, UPPER_8);
    FloatVector b0 = a0.blend(a4.rearrange(SWAP_4), UPPER_4);
    FloatVector b4 = a0.rearrange(SWAP_4).blend(a4, UPPER_4);
    FloatVector b1 = a1.blend(a5.rearrange(SWAP_4), UPPER_4);
    FloatVector b5 = a1.rearrange(SWAP_4).blend(a5, UPPER_4);
    FloatVector b2 = a2.blend(a6.rearrange(SWAP_4), UPPER_4);
    FloatVector b6 = a2.rearrange(SWAP_4).blend(a6, UPPER_4);
    FloatVector b3 = a3.blend(a7.rearrange(SWAP_4), UPPER_4);
    FloatVector b7 = a3.rearrange(SWAP_4).blend(a7, UPPER_4);
    FloatVector b8 = a8.blend(a12.rearrange(SWAP_4), UPPER_4);
    FloatVector b12 = a8.rearrange(SWAP_4).blend(a12, UPPER_4);
    FloatVector b9 = a9.blend(a13.rearrange(SWAP_4), UPPER_4);
    FloatVector b13 = a9.rearrange(SWAP_4).blend(a13, UPPER_4);
    FloatVector b10 = a10.blend(a14.rearrange(SWAP_4), UPPER_4);
    FloatVector b14 = a10.rearrange(SWAP_4).blend(a14, UPPER_4);
    FloatVector b11 = a11.blend(a15.rearrange(SWAP_4), UPPER_4);
    FloatVector b15 = a11.rearrange(SWAP_4).blend(a15, UPPER_4);
    FloatVector c0 = b0.blend(b2.rearrange(SWAP_2), UPPER_2);
    FloatVector c2 = b0.rearrange(SWAP_2).blend(b2, UPPER_2);
    FloatVector c1 = b1.blend(b3.rearrange(SWAP_2), UPPER_2);
    FloatVector c3 = b1.rearrange(SWAP_2).blend(b3, UPPER_2);
    FloatVector c4 = b4.blend(b6.rearrange(SWAP_2), UPPER_2);
    FloatVector c6 = b4.rearrange(SWAP_2).blend(b6, UPPER_2);
    FloatVector c5 = b5.blend(b7.rearrange(SWAP_2), UPPER_2);
    FloatVector c7 = b5.rearrange(SWAP_2).blend(b7, UPPER_2);
    FloatVector c8 = b8.blend(b10.rearrange(SWAP_2), UPPER_2);
    FloatVector c10 = b8.rearrange(SWAP_2).blend(b10, UPPER_2);
    FloatVector c9 = b9.blend(b11.rearrange(SWAP_2), UPPER_2);
    FloatVector c11 = b9.rearrange(SWAP_2).blend(b11, UPPER_2);
    FloatVector c12 = b12.blend(b14.rearrange(SWAP_2), UPPER_2);
    FloatVector c14 = b12.rearrange(SWAP_2).blend(b14, UPPER_2);
    FloatVector c13 = b13.blend(b15.rearrange(SWAP_2), UPPER_2);
    FloatVector c15 = b13.rearrange(SWAP_2).blend(b15, UPPER_2);
    FloatVector d0 = c0.blend(c1.rearrange(SWAP_1), UPPER_1);
    FloatVector d1 = c0.rearrange(SWAP_1).blend(c1, UPPER_1);
    FloatVector d2 = c2.blend(c3.rearrange(SWAP_1), UPPER_1);
    FloatVector d3 = c2.rearrange(SWAP_1).blend(c3, UPPER_1);
    FloatVector d4 = c4.blend(c5.rearrange(SWAP_1), UPPER_1);
    FloatVector d5 = c4.rearrange(SWAP_1).blend(c5, UPPER_1);
    FloatVector d6 = c6.blend(c7.rearrange(SWAP_1), UPPER_1);
    FloatVector d7 = c6.rearrange(SWAP_1).blend(c7, UPPER_1);
    FloatVector d8 = c8.blend(c9.rearrange(SWAP_1), UPPER_1);
    FloatVector d9 = c8.rearrange(SWAP_1).blend(c9, UPPER_1);
    FloatVector d10 = c10.blend(c11.rearrange(SWAP_1), UPPER_1);
    FloatVector d11 = c10.rearrange(SWAP_1).blend(c11, UPPER_1);
    FloatVector d12 = c12.blend(c13.rearrange(SWAP_1), UPPER_1);
    FloatVector d13 = c12.rearrange(SWAP_1).blend(c13, UPPER_1);
    FloatVector d14 = c14.blend(c15.rearrange(SWAP_1), UPPER_1);
    FloatVector d15 = c14.rearrange(SWAP_1).blend(c15, UPPER_1);
    d0.intoArray(y, yAt);
    d1.intoArray(y, yAt + yStep);
    d2.intoArray(y, yAt + 2 * yStep);
    d3.intoArray(y, yAt + 3 * yStep);
    d4.intoArray(y, yAt + 4 * yStep);
    d5.intoArray(y, yAt + 5 * yStep);
    d6.intoArray(y, yAt + 6 * yStep);
    d7.intoArray(y, yAt + 7 * yStep);
    d8.intoArray(y, yAt + 8 * yStep);
    d9.intoArray(y, yAt + 9 * yStep);
    d10.intoArray(y, yAt + 10 * yStep);
    d11.intoArray(y, yAt + 11 * yStep);
    d12.intoArray(y, yAt + 12 * yStep);
    d13.intoArray(y, yAt + 13 * yStep);
    d14.intoArray(y, yAt + 14 * yStep);
    d15.intoArray(y, yAt + 15 * yStep);
  }
}
