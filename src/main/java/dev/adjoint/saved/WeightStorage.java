package dev.adjoint.saved;

/**
 * How the elements of FLOAT32 parameters are stored. Whatever it is, they are FLOAT32 again when
 * they are loaded; parameters of other dtypes are always stored as they are.
 */
public enum WeightStorage {
  /** All bits. */
  FULL,

  /**
   * IEEE 754 binary16: half the bytes, 11 significant bits, up to 65504. Rounded to the nearest,
   * ties to even. A finite value that would become infinite is refused.
   */
  FLOAT16,

  /**
   * The upper half of a binary32: half the bytes, 8 significant bits, nearly the range of FLOAT32.
   * Rounded to the nearest, ties to even. A finite value that would become infinite is refused.
   */
  BFLOAT16
}
