package dev.adjoint.kernel;

/**
 * The arrays of one call of a kernel: for each argument an array of its dtype and the place of its
 * first element. The elements are in row-major order without gaps.
 */
public final class Arguments {
  private final Object[] arrays;
  private final int[] offsets;

  /** Room for {@code count} arguments; each must be {@linkplain #set set} before a run. */
  public Arguments(int count) {
    this.arrays = new Object[count];
    this.offsets = new int[count];
  }

  /** Sets an argument to the part of {@code array} that begins at {@code offset}. */
  public void set(int argument, Object array, int offset) {
    arrays[argument] = array;
    offsets[argument] = offset;
  }

  /** How many arguments there are. */
  public int count() {
    return arrays.length;
  }

  /** Where the argument begins in its array. */
  public int offset(int argument) {
    return offsets[argument];
  }

  /** The array of an argument, of whichever dtype. */
  public Object array(int argument) {
    return arrays[argument];
  }

  /** The array of an argument of FLOAT32. */
  public float[] floats(int argument) {
    return (float[]) arrays[argument];
  }

  /** The array of an argument of FLOAT64. */
  public double[] doubles(int argument) {
    return (double[]) arrays[argument];
  }

  /** The array of an argument of INT32. */
  public int[] ints(int argument) {
    return (int[]) arrays[argument];
  }

  /** The array of an argument of INT64. */
  public long[] longs(int argument) {
    return (long[]) arrays[argument];
  }

  /** The array of an argument of BOOL. */
  public boolean[] booleans(int argument) {
    return (boolean[]) arrays[argument];
  }
}
