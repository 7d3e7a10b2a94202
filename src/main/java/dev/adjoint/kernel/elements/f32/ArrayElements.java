package dev.adjoint.kernel.elements.f32;

import dev.adjoint.kernel.Elements;
import java.util.Arrays;

/** The loops that move elements. */
public class ArrayElements implements Elements {
  @Override
  public void move(Object x, int from, Object y, int to) {
    ((float[]) y)[to] = ((float[]) x)[from];
  }

  @Override
  public void fill(Object y, int from, int to, Object x, int at) {
    Arrays.fill((float[]) y, from, to, ((float[]) x)[at]);
  }

  @Override
  public void turn(Object x, int from, int xLine, Object y, int to, int yLine, int count) {
    float[] source = (float[]) x;
    float[] target = (float[]) y;
    for (int i = 0; i < count; i++) {
      float x0 = source[from + i];
      float x1 = source[from + xLine + i];
      float x2 = source[from + 2 * xLine + i];
      float x3 = source[from + 3 * xLine + i];
      float x4 = source[from + 4 * xLine + i];
      float x5 = source[from + 5 * xLine + i];
      float x6 = source[from + 6 * xLine + i];
      float x7 = source[from + 7 * xLine + i];
      int at = to + i * yLine;
      target[at] = x0;
      target[at + 1] = x1;
      target[at + 2] = x2;
      target[at + 3] = x3;
      target[at + 4] = x4;
      target[at + 5] = x5;
      target[at + 6] = x6;
      target[at + 7] = x7;
    }
  }

  @Override
  public void copy(
      Object x,
      int from,
      int xRow,
      int xColumn,
      Object y,
      int to,
      int yRow,
      int yColumn,
      int rows,
      int columns) {
    float[] source = (float[]) x;
    float[] target = (float[]) y;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        target[to + r * yRow + c * yColumn] = source[from + r * xRow + c * xColumn];
      }
    }
  }
}
