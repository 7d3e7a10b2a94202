package dev.adjoint.kernel.loop;

/**
 * How the elements of a row become one value.
 *
 * <p>Sums and products of floating point are formed in {@value Fold#PARTIALS} interleaved parts,
 * over blocks of at most {@value Fold#BLOCK} elements; the parts of a block are combined pairwise,
 * the blocks one after the other. The order depends on sizes only. The error of a sum of n terms is
 * within about {@code (128 + n / 4096) * 2^-24} (FLOAT32) of the sum of their magnitudes in the
 * worst case, and far below it in practice. Rows that lie side by side across memory are added term
 * by term within a block, so that the first number is 4096 there, or what a row has along its axes
 * but the longest, if that is more.
 */
public enum Fold {
  /** The sum; 0 of nothing. Integers wrap around. */
  SUM,
  /** The product; 1 of nothing. Integers wrap around. */
  PRODUCT,
  /** The largest, 0.0 above -0.0, NaN if any is; -infinity or the smallest integer of nothing. */
  MAX,
  /** The smallest, -0.0 below 0.0, NaN if any is; infinity or the largest integer of nothing. */
  MIN,
  /** Whether any is true; false of nothing. */
  ANY,
  /** Whether all are true; true of nothing. */
  ALL,
  /** The INT64 index of the first largest along one axis, the first NaN before any number. */
  ARGMAX,
  /** The INT64 index of the first smallest along one axis, the first NaN before any number. */
  ARGMIN;

  static final int PARTIALS = 32;
  static final int BLOCK = 4096;

  boolean isIndex() {
    return this == ARGMAX || this == ARGMIN;
  }
}
