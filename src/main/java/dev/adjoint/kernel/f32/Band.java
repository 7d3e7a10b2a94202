package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import java.util.Arrays;

/**
 * Copies a box of an image, with features last and zeros where it reaches beyond the image, or
 * between the elements of a dilated one.
 */
final class Band {
  private final CorrelationShape shape;
  private final int[] dilations;
  private final int inner;
  private final int innerStride;
  private final int pitch;

  /**
   * Boxes of images.
   *
   * @param dilated whether boxes are measured with the input's dilation
   * @param inner how many elements a pixel of a box has
   * @param innerStride their distance in the input
   * @param pitch the elements from one pixel of a box to the next
   */
  Band(CorrelationShape shape, boolean dilated, int inner, int innerStride, int pitch) {
    this.shape = shape;
    this.dilations =
        shape.axes().stream().mapToInt(axis -> dilated ? axis.inputDilation() : 1).toArray();
    this.inner = inner;
    this.innerStride = innerStride;
    this.pitch = pitch;
  }

  /** A distance of pixels at which those of a row do not fall into the same few cache sets. */
  static int skewed(int inner, int lanes) {
    return (Math.ceilDiv(inner, lanes) | 1) * lanes;
  }

  /** The elements of a box. */
  static int size(int planes, int rows, int columns, int inner) {
    return Math.toIntExact((long) planes * rows * columns * inner);
  }

  /** Copies the box from the given corner, whose planes and rows are {@code pitch} apart. */
  void copy(
      float[] x,
      int xAt,
      int plane,
      int planes,
      int row,
      int rows,
      int column,
      int columns,
      int planePitch,
      float[] to,
      int toAt) {
    int rowPitch = columns * pitch;
    for (int p = 0; p < planes; p++) {
      int fromPlane = source(0, plane + p);
      for (int r = 0; r < rows; r++) {
        int fromRow = fromPlane < 0 ? -1 : source(1, row + r);
        int at = toAt + p * planePitch + r * rowPitch;
        if (fromRow < 0) {
          Arrays.fill(to, at, at + rowPitch, 0);
        } else {
          copyRow(x, xAt + fromPlane + fromRow, column, columns, to, at);
        }
      }
    }
  }

  /** The offset of a place along an axis, or -1 if there is no element. */
  private int source(int axis, int at) {
    CorrelationShape.Axis a = shape.axes().get(axis);
    boolean element = at >= 0 && at % dilations[axis] == 0 && at / dilations[axis] < a.input();
    return element ? at / dilations[axis] * a.xStride() : -1;
  }

  private void copyRow(float[] x, int xAt, int column, int columns, float[] to, int at) {
    CorrelationShape.Axis axis = shape.axes().get(2);
    boolean inOnePiece =
        pitch == inner && innerStride == 1 && dilations[2] == 1 && axis.xStride() == inner;
    if (!inOnePiece) {
      copyPixels(x, xAt, column, columns, to, at);
      return;
    }
    int before = Math.clamp(-(long) column, 0, columns);
    int end = Math.clamp((long) axis.input() - column, before, columns);
    Arrays.fill(to, at, at + before * inner, 0);
    if (before < end) {
      System.arraycopy(
          x, xAt + (column + before) * inner, to, at + before * inner, (end - before) * inner);
    }
    Arrays.fill(to, at + end * inner, at + columns * inner, 0);
  }

  private void copyPixels(float[] x, int xAt, int column, int columns, float[] to, int at) {
    for (int c = 0; c < columns; c++) {
      int from = source(2, column + c);
      int pixel = at + c * pitch;
      if (from < 0) {
        Arrays.fill(to, pixel, pixel + inner, 0);
      } else if (innerStride == 1) {
        System.arraycopy(x, xAt + from, to, pixel, inner);
      } else {
        for (int i = 0; i < inner; i++) {
          to[pixel + i] = x[xAt + from + i * innerStride];
        }
      }
    }
  }
}
