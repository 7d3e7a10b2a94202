package dev.adjoint.bench;

import java.util.SplittableRandom;

/** The numbers that all contenders compute with, the same in every JVM. */
final class Values {
  private Values() {}

  /**
   * Uniform values from -bound to bound.
   *
   * @param name what they are for; other names give other values
   */
  static float[] uniform(String name, int count, double bound) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }

  /** Classes from 0 to {@code classes} - 1. */
  static int[] labels(int count, int classes) {
    return new SplittableRandom(count).ints(count, 0, classes).toArray();
  }

  /** A row for each label, 1 at its place and 0 elsewhere. */
  static float[] oneHot(int[] labels, int classes) {
    float[] rows = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      rows[i * classes + labels[i]] = 1;
    }
    return rows;
  }

  /**
   * The elements of a row-major array with its axes in another order: axis i of the result is axis
   * {@code axes[i]} of the array.
   */
  static float[] transposed(float[] values, long[] sizes, int... axes) {
    int rank = axes.length;
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    float[] result = new float[values.length];
    long[] index = new long[rank];
    for (int i = 0; i < result.length; i++) {
      long from = 0;
      for (int axis = 0; axis < rank; axis++) {
        from += index[axis] * strides[axes[axis]];
      }
      result[i] = values[(int) from];
      for (int axis = rank - 1; axis >= 0 && ++index[axis] == sizes[axes[axis]]; axis--) {
        index[axis] = 0;
      }
    }
    return result;
  }

  /** The sizes that {@link #transposed} gives. */
  static long[] transposedSizes(long[] sizes, int... axes) {
    long[] result = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      result[i] = sizes[axes[i]];
    }
    return result;
  }
}
