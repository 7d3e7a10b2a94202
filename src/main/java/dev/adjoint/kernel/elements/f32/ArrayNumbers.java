package dev.adjoint.kernel.elements.f32;

import dev.adjoint.kernel.Numbers;
import java.util.Arrays;

/**
 * The loops that compute. What is cast to the dtype would fit in double; of integers the cast keeps
 * the low bits, takes -infinity to the smallest, and none is NaN.
 */
@SuppressWarnings("cast") // needless for some dtypes
public final class ArrayNumbers extends ArrayElements implements Numbers {
  @Override
  public void clear(Object y, int from, int to) {
    Arrays.fill((float[]) y, from, to, 0);
  }

  @Override
  public void set(Object y, int at, long value) {
    ((float[]) y)[at] = (float) value;
  }

  @Override
  public void setSmallest(Object y, int at) {
    ((float[]) y)[at] = (float) Double.NEGATIVE_INFINITY;
  }

  @Override
  public boolean isAbove(Object x, int i, int j) {
    float a = ((float[]) x)[i];
    float b = ((float[]) x)[j];
    return Double.isNaN(a) ? !Double.isNaN(b) : a > b;
  }

  @Override
  public void runningSums(
      Object x, int from, Object y, int to, int step, int count, boolean exclusive) {
    float[] source = (float[]) x;
    float[] target = (float[]) y;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double before = sum;
      sum += source[from + i * step];
      target[to + i * step] = (float) (exclusive ? before : sum);
    }
  }

  @Override
  public void max(Object x, int from, Object y, int to, int count) {
    float[] source = (float[]) x;
    float[] target = (float[]) y;
    for (int c = 0; c < count; c++) {
      target[to + c] = Math.max(target[to + c], source[from + c]);
    }
  }

  @Override
  public void add(Object x, int from, Object y, int to, int count) {
    float[] source = (float[]) x;
    float[] target = (float[]) y;
    for (int c = 0; c < count; c++) {
      target[to + c] += source[from + c];
    }
  }
}
