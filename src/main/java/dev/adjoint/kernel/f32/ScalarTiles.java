package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;

/** The innermost loops in plain Java. */
final class ScalarTiles implements Tiles {
  private static final int LANES = 4;

  private final DepthwiseTiles depthwise = new ScalarDepthwiseTiles(LANES);

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void product(
      Walk walk,
      Rows rows,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    for (int row = 0; row < rows.count(); row++) {
      int read = aAt + rows.reads()[row];
      int place = yAt + rows.places()[row];
      fourColumns(walk, a, read, b, bAt, y, place, add);
      fourColumns(walk, a, read, b, bAt + LANES, y, place + LANES, add);
    }
  }

  private static void fourColumns(
      Walk walk, float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, boolean add) {
    float sum0 = add ? y[yAt] : 0;
    float sum1 = add ? y[yAt + 1] : 0;
    float sum2 = add ? y[yAt + 2] : 0;
    float sum3 = add ? y[yAt + 3] : 0;
    for (int run = 0; run < walk.runs(); run++) {
      int p = aAt + walk.starts()[2 * run];
      int q = bAt + walk.starts()[2 * run + 1];
      for (int k = 0; k < walk.depth(); k++) {
        float x = a[p];
        sum0 += x * b[q];
        sum1 += x * b[q + 1];
        sum2 += x * b[q + 2];
        sum3 += x * b[q + 3];
        p += walk.aStep();
        q += walk.bStep();
      }
    }
    y[yAt] = sum0;
    y[yAt + 1] = sum1;
    y[yAt + 2] = sum2;
    y[yAt + 3] = sum3;
  }

  @Override
  public void lanewise(
      Walk walk,
      Rows rows,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    for (int row = 0; row < rows.count(); row++) {
      for (int lane = 0; lane < LANES; lane++) {
        int place = yAt + rows.places()[row] + lane;
        float sum = add ? y[place] : 0;
        for (int run = 0; run < walk.runs(); run++) {
          int p = aAt + rows.reads()[row] + walk.starts()[2 * run] + lane;
          int q = bAt + walk.starts()[2 * run + 1] + lane;
          for (int k = 0; k < walk.depth(); k++) {
            sum += a[p + k * walk.aStep()] * b[q + k * walk.bStep()];
          }
        }
        y[place] = sum;
      }
    }
  }

  @Override
  public DepthwiseTiles depthwise() {
    return depthwise;
  }

  @Override
  public void addRows(
      int depth,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt) {
    for (int k = 0; k < depth; k++) {
      float x = a[aAt + k * aStep];
      int row = bAt + k * bStep;
      for (int n = 0; n < columns; n++) {
        y[yAt + n] += x * b[row + n];
      }
    }
  }

  @Override
  public void dots(
      int depth,
      int columns,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    for (int n = 0; n < columns; n++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += a[aAt + k] * b[bAt + n * bStep + k];
      }
      y[yAt + n] = sum;
    }
  }

  @Override
  public void sum(int parts, int count, float[] x, int xAt, int xStep, float[] y, int yAt) {
    System.arraycopy(x, xAt, y, yAt, count);
    for (int part = 1; part < parts; part++) {
      for (int n = 0; n < count; n++) {
        y[yAt + n] += x[xAt + part * xStep + n];
      }
    }
  }

  @Override
  public void copyRows(int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, xAt + r * xStep, y, yAt + r * yStep, width());
    }
  }

  @Override
  public void transpose(
      int rows, int columns, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    Panels.transpose(rows, columns, x, xAt, xStep, y, yAt, yStep);
  }

  @Override
  public void finish(
      int rows,
      int columns,
      float[] y,
      int yAt,
      int yStep,
      float scale,
      float[] bias,
      int biasAt,
      float[] residual,
      int residualAt,
      boolean relu) {
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < columns; n++) {
        int at = r * yStep + n;
        float value = y[yAt + at] * scale;
        value = bias.length == 0 ? value : value + bias[biasAt + n];
        value = residual.length == 0 ? value : value + residual[residualAt + at];
        y[yAt + at] = relu ? Math.max(value, 0) : value;
      }
    }
  }

  @Override
  public void transform(
      Winograd.Matrix matrix,
      int lines,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep,
      int count) {
    for (int line = 0; line < lines; line++) {
      int from = xAt + line * xLine;
      int to = yAt + line * yLine;
      for (int i = 0; i < matrix.rows(); i++) {
        for (int n = 0; n < count; n++) {
          float sum = 0;
          for (int j = 0; j < matrix.columns(); j++) {
            sum += matrix.entry(i, j) * x[from + j * xStep + n];
          }
          y[to + i * yStep + n] = sum;
        }
      }
    }
  }
}
