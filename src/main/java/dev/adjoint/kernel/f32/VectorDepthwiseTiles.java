package dev.adjoint.kernel.f32;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolutions with vectors. Kernel vectors (or their sums) stay in registers along a
 * row; what a pixel adds to outputs that the window has not left is carried along in sums. Two rows
 * at a time read four rows of pixels rather than six, and need 17 registers at least, so with 16
 * (AVX2) rows are taken singly.
 */
final class VectorDepthwiseTiles implements DepthwiseTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final boolean MANY_REGISTERS =
      SPECIES.vectorShape() == VectorShape.S_512_BIT
          || System.getProperty("os.arch", "").equals("aarch64");

  @Override
  public void correlate(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      Pitch yPitch) {
    int row = 0;
    for (; MANY_REGISTERS && row + 2 <= rows; row += 2) {
      int from = xAt + row * xPitch.row();
      twoRows(columns, x, from, xPitch, w, wAt, y, yAt + row * yPitch.row(), yPitch);
    }
    for (; row < rows; row++) {
      int from = xAt + row * xPitch.row();
      oneRow(columns, x, from, xPitch, w, wAt, y, yAt + row * yPitch.row(), yPitch);
    }
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(SPECIES, from, at);
  }

  private static void oneRow(
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      Pitch yPitch) {
    final FloatVector w00 = load(w, wAt);
    final FloatVector w01 = load(w, wAt + LANES);
    final FloatVector w02 = load(w, wAt + 2 * LANES);
    final FloatVector w10 = load(w, wAt + 3 * LANES);
    final FloatVector w11 = load(w, wAt + 4 * LANES);
    final FloatVector w12 = load(w, wAt + 5 * LANES);
    final FloatVector w20 = load(w, wAt + 6 * LANES);
    final FloatVector w21 = load(w, wAt + 7 * LANES);
    final FloatVector w22 = load(w, wAt + 8 * LANES);
    int column = xPitch.column();
    int second = xPitch.row();
    int third = 2 * second;
    int at = xAt;
    FloatVector a = load(x, at);
    FloatVector b = load(x, at + second);
    FloatVector c = load(x, at + third);
    FloatVector left = c.fma(w20, b.fma(w10, a.mul(w00)));
    at += column;
    a = load(x, at);
    b = load(x, at + second);
    c = load(x, at + third);
    left = c.fma(w21, b.fma(w11, a.fma(w01, left)));
    FloatVector middle = c.fma(w20, b.fma(w10, a.mul(w00)));
    int to = yAt;
    for (int j = 0; j < columns; j++) {
      at += column;
      a = load(x, at);
      b = load(x, at + second);
      c = load(x, at + third);
      c.fma(w22, b.fma(w12, a.fma(w02, left))).intoArray(y, to);
      left = c.fma(w21, b.fma(w11, a.fma(w01, middle)));
      middle = c.fma(w20, b.fma(w10, a.mul(w00)));
      to += yPitch.column();
    }
  }

  private static void twoRows(
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      Pitch yPitch) {
    final FloatVector w00 = load(w, wAt);
    final FloatVector w01 = load(w, wAt + LANES);
    final FloatVector w02 = load(w, wAt + 2 * LANES);
    final FloatVector w10 = load(w, wAt + 3 * LANES);
    final FloatVector w11 = load(w, wAt + 4 * LANES);
    final FloatVector w12 = load(w, wAt + 5 * LANES);
    final FloatVector w20 = load(w, wAt + 6 * LANES);
    final FloatVector w21 = load(w, wAt + 7 * LANES);
    final FloatVector w22 = load(w, wAt + 8 * LANES);
    int column = xPitch.column();
    int second = xPitch.row();
    int third = 2 * second;
    int fourth = 3 * second;
    int at = xAt;
    FloatVector a = load(x, at);
    FloatVector b = load(x, at + second);
    FloatVector c = load(x, at + third);
    FloatVector d = load(x, at + fourth);
    FloatVector left = c.fma(w20, b.fma(w10, a.mul(w00)));
    FloatVector lowLeft = d.fma(w20, c.fma(w10, b.mul(w00)));
    at += column;
    a = load(x, at);
    b = load(x, at + second);
    c = load(x, at + third);
    d = load(x, at + fourth);
    left = c.fma(w21, b.fma(w11, a.fma(w01, left)));
    lowLeft = d.fma(w21, c.fma(w11, b.fma(w01, lowLeft)));
    FloatVector middle = c.fma(w20, b.fma(w10, a.mul(w00)));
    FloatVector lowMiddle = d.fma(w20, c.fma(w10, b.mul(w00)));
    int to = yAt;
    int low = yPitch.row();
    for (int j = 0; j < columns; j++) {
      at += column;
      a = load(x, at);
      b = load(x, at + second);
      c = load(x, at + third);
      d = load(x, at + fourth);
      c.fma(w22, b.fma(w12, a.fma(w02, left))).intoArray(y, to);
      d.fma(w22, c.fma(w12, b.fma(w02, lowLeft))).intoArray(y, to + low);
      left = c.fma(w21, b.fma(w11, a.fma(w01, middle)));
      lowLeft = d.fma(w21, c.fma(w11, b.fma(w01, lowMiddle)));
      middle = c.fma(w20, b.fma(w10, a.mul(w00)));
      lowMiddle = d.fma(w20, c.fma(w10, b.mul(w00)));
      to += yPitch.column();
    }
  }

  @Override
  public void gradient(
      int rows,
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] dy,
      int dyAt,
      Pitch dyPitch,
      float[] w,
      int wAt,
      int wStep) {
    int row = 0;
    for (; MANY_REGISTERS && row + 2 <= rows; row += 2) {
      int from = xAt + row * xPitch.row();
      gradientOfTwoRows(
          columns, x, from, xPitch, dy, dyAt + row * dyPitch.row(), dyPitch, w, wAt, wStep);
    }
    for (; row < rows; row++) {
      int from = xAt + row * xPitch.row();
      gradientOfRow(
          columns, x, from, xPitch, dy, dyAt + row * dyPitch.row(), dyPitch, w, wAt, wStep);
    }
  }

  private static void gradientOfRow(
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] dy,
      int dyAt,
      Pitch dyPitch,
      float[] w,
      int wAt,
      int wStep) {
    FloatVector w00 = load(w, wAt);
    FloatVector w01 = load(w, wAt + wStep);
    FloatVector w02 = load(w, wAt + 2 * wStep);
    FloatVector w10 = load(w, wAt + 3 * wStep);
    FloatVector w11 = load(w, wAt + 4 * wStep);
    FloatVector w12 = load(w, wAt + 5 * wStep);
    FloatVector w20 = load(w, wAt + 6 * wStep);
    FloatVector w21 = load(w, wAt + 7 * wStep);
    FloatVector w22 = load(w, wAt + 8 * wStep);
    int column = xPitch.column();
    int second = xPitch.row();
    int third = 2 * second;
    int at = xAt;
    FloatVector a0 = load(x, at);
    FloatVector b0 = load(x, at + second);
    FloatVector c0 = load(x, at + third);
    at += column;
    FloatVector a1 = load(x, at);
    FloatVector b1 = load(x, at + second);
    FloatVector c1 = load(x, at + third);
    int from = dyAt;
    for (int j = 0; j < columns; j++) {
      at += column;
      FloatVector factor = load(dy, from);
      FloatVector a2 = load(x, at);
      FloatVector b2 = load(x, at + second);
      FloatVector c2 = load(x, at + third);
      w00 = a0.fma(factor, w00);
      w01 = a1.fma(factor, w01);
      w02 = a2.fma(factor, w02);
      w10 = b0.fma(factor, w10);
      w11 = b1.fma(factor, w11);
      w12 = b2.fma(factor, w12);
      w20 = c0.fma(factor, w20);
      w21 = c1.fma(factor, w21);
      w22 = c2.fma(factor, w22);
      a0 = a1;
      b0 = b1;
      c0 = c1;
      a1 = a2;
      b1 = b2;
      c1 = c2;
      from += dyPitch.column();
    }
    w00.intoArray(w, wAt);
    w01.intoArray(w, wAt + wStep);
    w02.intoArray(w, wAt + 2 * wStep);
    w10.intoArray(w, wAt + 3 * wStep);
    w11.intoArray(w, wAt + 4 * wStep);
    w12.intoArray(w, wAt + 5 * wStep);
    w20.intoArray(w, wAt + 6 * wStep);
    w21.intoArray(w, wAt + 7 * wStep);
    w22.intoArray(w, wAt + 8 * wStep);
  }

  private static void gradientOfTwoRows(
      int columns,
      float[] x,
      int xAt,
      Pitch xPitch,
      float[] dy,
      int dyAt,
      Pitch dyPitch,
      float[] w,
      int wAt,
      int wStep) {
    FloatVector w00 = load(w, wAt);
    FloatVector w01 = load(w, wAt + wStep);
    FloatVector w02 = load(w, wAt + 2 * wStep);
    FloatVector w10 = load(w, wAt + 3 * wStep);
    FloatVector w11 = load(w, wAt + 4 * wStep);
    FloatVector w12 = load(w, wAt + 5 * wStep);
    FloatVector w20 = load(w, wAt + 6 * wStep);
    FloatVector w21 = load(w, wAt + 7 * wStep);
    FloatVector w22 = load(w, wAt + 8 * wStep);
    int column = xPitch.column();
    int second = xPitch.row();
    int third = 2 * second;
    int fourth = 3 * second;
    int at = xAt;
    FloatVector a0 = load(x, at);
    FloatVector b0 = load(x, at + second);
    FloatVector c0 = load(x, at + third);
    FloatVector d0 = load(x, at + fourth);
    at += column;
    FloatVector a1 = load(x, at);
    FloatVector b1 = load(x, at + second);
    FloatVector c1 = load(x, at + third);
    FloatVector d1 = load(x, at + fourth);
    int from = dyAt;
    int low = dyPitch.row();
    for (int j = 0; j < columns; j++) {
      at += column;
      FloatVector factor = load(dy, from);
      FloatVector lowFactor = load(dy, from + low);
      FloatVector a2 = load(x, at);
      FloatVector b2 = load(x, at + second);
      FloatVector c2 = load(x, at + third);
      FloatVector d2 = load(x, at + fourth);
      w00 = b0.fma(lowFactor, a0.fma(factor, w00));
      w01 = b1.fma(lowFactor, a1.fma(factor, w01));
      w02 = b2.fma(lowFactor, a2.fma(factor, w02));
      w10 = c0.fma(lowFactor, b0.fma(factor, w10));
      w11 = c1.fma(lowFactor, b1.fma(factor, w11));
      w12 = c2.fma(lowFactor, b2.fma(factor, w12));
      w20 = d0.fma(lowFactor, c0.fma(factor, w20));
      w21 = d1.fma(lowFactor, c1.fma(factor, w21));
      w22 = d2.fma(lowFactor, c2.fma(factor, w22));
      a0 = a1;
      b0 = b1;
      c0 = c1;
      d0 = d1;
      a1 = a2;
      b1 = b2;
      c1 = c2;
      d1 = d2;
      from += dyPitch.column();
    }
    w00.intoArray(w, wAt);
    w01.intoArray(w, wAt + wStep);
    w02.intoArray(w, wAt + 2 * wStep);
    w10.intoArray(w, wAt + 3 * wStep);
    w11.intoArray(w, wAt + 4 * wStep);
    w12.intoArray(w, wAt + 5 * wStep);
    w20.intoArray(w, wAt + 6 * wStep);
    w21.intoArray(w, wAt + 7 * wStep);
    w22.intoArray(w, wAt + 8 * wStep);
  }
}
