package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.VectorLength;
import dev.adjoint.kernel.Walk;
import dev.adjoint.tensor.DType;
import java.util.Arrays;

/**
 * The loops of {@link VectorTiles}, but the first of what a kernel computes by plain loops, to the
 * same bits. Before C2 has compiled it, an operation on a vector takes a dozen calls and three
 * objects, and a small network's first prediction would spend most of its time on them.
 *
 * <p>What is left for plain loops is counted without a lock: threads may forget each other's share,
 * which changes the speed of a few calls and no result.
 */
final class WarmingTiles implements Tiles {
  /**
   * Multiply-adds of a kernel by plain loops, and elements that it packs. A few milliseconds, once
   * they are compiled.
   */
  private static final long PLAIN = 1L << 23;

  private static final int LANES = VectorLength.of(DType.FLOAT32);

  private final ScalarTiles scalars = new ScalarTiles();
  private long left = PLAIN;

  /** Loads the classes of vectors when they are first needed. */
  private static final class Vectors {
    static final VectorTiles TILES = new VectorTiles();
  }

  /** Whether to compute so many multiply-adds by plain loops, which are fewer left then. */
  private boolean isCold(long work) {
    if (work > left) {
      return false;
    }
    left -= work;
    return true;
  }

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
    if (isCold((long) rows.count() * walk.terms() * width())) {
      for (int row = 0; row < rows.count(); row++) {
        plainRow(walk, a, aAt + rows.reads()[row], b, bAt, y, yAt + rows.places()[row], add);
      }
    } else {
      Vectors.TILES.product(walk, rows, a, aAt, b, bAt, y, yAt, add);
    }
  }

  private void plainRow(
      Walk walk, float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, boolean add) {
    int width = width();
    if (!add) {
      Arrays.fill(y, yAt, yAt + width, 0);
    }
    for (int run = 0; run < walk.runs(); run++) {
      int p = aAt + walk.starts()[2 * run];
      int q = bAt + walk.starts()[2 * run + 1];
      for (int k = 0; k < walk.depth(); k++) {
        addMultiple(width, a[p], b, q, y, yAt);
        p += walk.aStep();
        q += walk.bStep();
      }
    }
  }

  private static void addMultiple(int count, float x, float[] b, int bAt, float[] y, int yAt) {
    for (int n = 0; n < count; n++) {
      y[yAt + n] = Math.fma(x, b[bAt + n], y[yAt + n]);
    }
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
    Vectors.TILES.lanewise(walk, rows, a, aAt, b, bAt, y, yAt, add);
  }

  @Override
  public DepthwiseTiles depthwise() {
    return Vectors.TILES.depthwise();
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
    if (isCold((long) depth * columns)) {
      for (int k = 0; k < depth; k++) {
        addMultiple(columns, a[aAt + k * aStep], b, bAt + k * bStep, y, yAt);
      }
    } else {
      Vectors.TILES.addRows(depth, columns, a, aAt, aStep, b, bAt, bStep, y, yAt);
    }
  }

  @Override
  public void twoPanels(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int secondAt,
      float[] y,
      int yAt) {
    if ((long) depth * 2 * width() <= left) {
      Tiles.super.twoPanels(depth, a, aAt, aStep, b, bAt, secondAt, y, yAt);
    } else {
      Vectors.TILES.twoPanels(depth, a, aAt, aStep, b, bAt, secondAt, y, yAt);
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
    Vectors.TILES.dots(depth, columns, a, aAt, b, bAt, bStep, y, yAt, scratch, scratchAt);
  }

  @Override
  public void sum(int parts, int count, float[] x, int xAt, int xStep, float[] y, int yAt) {
    Tiles tiles = isCold((long) parts * count) ? scalars : Vectors.TILES;
    tiles.sum(parts, count, x, xAt, xStep, y, yAt);
  }

  @Override
  public void copyRows(int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    if (isCold((long) rows * width())) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x, xAt + r * xStep, y, yAt + r * yStep, width());
      }
    } else {
      Vectors.TILES.copyRows(rows, x, xAt, xStep, y, yAt, yStep);
    }
  }

  @Override
  public void transpose(
      int rows, int columns, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    if (isCold((long) rows * columns)) {
      Panels.transpose(rows, columns, x, xAt, xStep, y, yAt, yStep);
    } else {
      Vectors.TILES.transpose(rows, columns, x, xAt, xStep, y, yAt, yStep);
    }
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
    Tiles tiles = isCold((long) rows * columns) ? scalars : Vectors.TILES;
    tiles.finish(rows, columns, y, yAt, yStep, scale, bias, biasAt, residual, residualAt, relu);
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
    long work = (long) lines * matrix.rows() * matrix.columns() * count;
    if (PlainTransforms.has(matrix.kind()) && count % lanes() == 0 && isCold(work)) {
      PlainTransforms.transform(matrix, lines, x, xAt, xLine, xStep, y, yAt, yLine, yStep, count);
    } else {
      Vectors.TILES.transform(matrix, lines, x, xAt, xLine, xStep, y, yAt, yLine, yStep, count);
    }
  }
}
