package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops with vectors.
 *
 * <p>Rows a constant distance apart are computed {@linkplain PitchedRows twelve} or {@linkplain
 * FiveRows five} at a time, others ten, and eight or fewer by four. Ten rows of 2 vectors take 20
 * registers for sums, 2 for b, and up to 10 for the elements of a, since C2 loads all of those
 * first: the 32 registers of AVX-512 and NEON. Twelve rows at any distance spill and reach 0.41 of
 * the machine's peak. With 16 registers (AVX2) it is {@linkplain FourRows blocks of 4 rows}.
 */
final class VectorTiles implements Tiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final DepthwiseTiles DEPTHWISE = new VectorDepthwiseTiles();
  private static final int MANY_ROWS = 10;
  private static final int FEW_ROWS = 4;
  private static final int FEW_TERMS = 256;
  private static final boolean MANY_REGISTERS =
      SPECIES.vectorShape() == VectorShape.S_512_BIT
          || System.getProperty("os.arch", "").equals("aarch64");

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
    int count = rows.count();
    int row = 0;
    while (row < count) {
      if (MANY_REGISTERS && PitchedRows.suit(walk, rows, row)) {
        PitchedRows.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
        row += TwelveRows.COUNT;
      } else if (MANY_REGISTERS && FiveRows.suit(walk, rows, row)) {
        FiveRows.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
        row += FiveRows.COUNT;
      } else if (MANY_REGISTERS && rowsBeforePitched(walk, rows, row) > 2 * FEW_ROWS) {
        product10(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
        row += MANY_ROWS;
      } else if (FourRows.suits(walk)) {
        FourRows.product(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
        row += FourRows.COUNT;
      } else {
        product4(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
        row += FEW_ROWS;
      }
    }
  }

  /** How many rows to compute before those that {@link PitchedRows} computes, if these are next. */
  private static int rowsBeforePitched(Walk walk, Rows rows, int row) {
    int next = row + rows.run(row);
    boolean soon = next < rows.count() && PitchedRows.suit(walk, rows, next);
    return (soon ? next : rows.count()) - row;
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
    for (int row = 0; row < rows.count(); row += MANY_ROWS) {
      lanewise10(walk, rows, row, a, aAt, b, bAt, y, yAt, add);
    }
  }

  private static void product10(
      Walk walk,
      Rows rows,
      int row,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    int[] reads = rows.reads();
    int[] places = rows.places();
    int[] starts = walk.starts();
    int runs = walk.runs();
    int depth = walk.depth();
    int aStep = walk.aStep();
    int bStep = walk.bStep();
    int a0 = aAt + reads[row];
    int a1 = aAt + reads[row + 1];
    int a2 = aAt + reads[row + 2];
    int a3 = aAt + reads[row + 3];
    int a4 = aAt + reads[row + 4];
    int a5 = aAt + reads[row + 5];
    int a6 = aAt + reads[row + 6];
    int a7 = aAt + reads[row + 7];
    int a8 = aAt + reads[row + 8];
    int a9 = aAt + reads[row + 9];
    FloatVector low0 = FloatVector.zero(SPECIES);
    FloatVector high0 = FloatVector.zero(SPECIES);
    FloatVector low1 = FloatVector.zero(SPECIES);
    FloatVector high1 = FloatVector.zero(SPECIES);
    FloatVector low2 = FloatVector.zero(SPECIES);
    FloatVector high2 = FloatVector.zero(SPECIES);
    FloatVector low3 = FloatVector.zero(SPECIES);
    FloatVector high3 = FloatVector.zero(SPECIES);
    FloatVector low4 = FloatVector.zero(SPECIES);
    FloatVector high4 = FloatVector.zero(SPECIES);
    FloatVector low5 = FloatVector.zero(SPECIES);
    FloatVector high5 = FloatVector.zero(SPECIES);
    FloatVector low6 = FloatVector.zero(SPECIES);
    FloatVector high6 = FloatVector.zero(SPECIES);
    FloatVector low7 = FloatVector.zero(SPECIES);
    FloatVector high7 = FloatVector.zero(SPECIES);
    FloatVector low8 = FloatVector.zero(SPECIES);
    FloatVector high8 = FloatVector.zero(SPECIES);
    FloatVector low9 = FloatVector.zero(SPECIES);
    FloatVector high9 = FloatVector.zero(SPECIES);
    if (add) {
      int y0 = yAt + places[row];
      low0 = FloatVector.fromArray(SPECIES, y, y0);
      high0 = FloatVector.fromArray(SPECIES, y, y0 + LANES);
      int y1 = yAt + places[row + 1];
      low1 = FloatVector.fromArray(SPECIES, y, y1);
      high1 = FloatVector.fromArray(SPECIES, y, y1 + LANES);
      int y2 = yAt + places[row + 2];
      low2 = FloatVector.fromArray(SPECIES, y, y2);
      high2 = FloatVector.fromArray(SPECIES, y, y2 + LANES);
      int y3 = yAt + places[row + 3];
      low3 = FloatVector.fromArray(SPECIES, y, y3);
      high3 = FloatVector.fromArray(SPECIES, y, y3 + LANES);
      int y4 = yAt + places[row + 4];
      low4 = FloatVector.fromArray(SPECIES, y, y4);
      high4 = FloatVector.fromArray(SPECIES, y, y4 + LANES);
      int y5 = yAt + places[row + 5];
      low5 = FloatVector.fromArray(SPECIES, y, y5);
      high5 = FloatVector.fromArray(SPECIES, y, y5 + LANES);
      int y6 = yAt + places[row + 6];
      low6 = FloatVector.fromArray(SPECIES, y, y6);
      high6 = FloatVector.fromArray(SPECIES, y, y6 + LANES);
      int y7 = yAt + places[row + 7];
      low7 = FloatVector.fromArray(SPECIES, y, y7);
      high7 = FloatVector.fromArray(SPECIES, y, y7 + LANES);
      int y8 = yAt + places[row + 8];
      low8 = FloatVector.fromArray(SPECIES, y, y8);
      high8 = FloatVector.fromArray(SPECIES, y, y8 + LANES);
      int y9 = yAt + places[row + 9];
      low9 = FloatVector.fromArray(SPECIES, y, y9);
      high9 = FloatVector.fromArray(SPECIES, y, y9 + LANES);
    } else if (runs * depth <= FEW_TERMS) {
      fetch(y, yAt + LANES, places, row);
    }
    for (int run = 0; run < runs; run++) {
      int p = starts[2 * run];
      int q = bAt + starts[2 * run + 1];
      for (int k = 0; k < depth; k++) {
        FloatVector low = FloatVector.fromArray(SPECIES, b, q);
        FloatVector high = FloatVector.fromArray(SPECIES, b, q + LANES);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
        low0 = x0.fma(low, low0);
        high0 = x0.fma(high, high0);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
        low1 = x1.fma(low, low1);
        high1 = x1.fma(high, high1);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
        low2 = x2.fma(low, low2);
        high2 = x2.fma(high, high2);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
        low3 = x3.fma(low, low3);
        high3 = x3.fma(high, high3);
        FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
        low4 = x4.fma(low, low4);
        high4 = x4.fma(high, high4);
        FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
        low5 = x5.fma(low, low5);
        high5 = x5.fma(high, high5);
        FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + p]);
        low6 = x6.fma(low, low6);
        high6 = x6.fma(high, high6);
        FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + p]);
        low7 = x7.fma(low, low7);
        high7 = x7.fma(high, high7);
        FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + p]);
        low8 = x8.fma(low, low8);
        high8 = x8.fma(high, high8);
        FloatVector x9 = FloatVector.broadcast(SPECIES, a[a9 + p]);
        low9 = x9.fma(low, low9);
        high9 = x9.fma(high, high9);
        p += aStep;
        q += bStep;
      }
    }
    low0.intoArray(y, yAt + places[row]);
    high0.intoArray(y, yAt + places[row] + LANES);
    low1.intoArray(y, yAt + places[row + 1]);
    high1.intoArray(y, yAt + places[row + 1] + LANES);
    low2.intoArray(y, yAt + places[row + 2]);
    high2.intoArray(y, yAt + places[row + 2] + LANES);
    low3.intoArray(y, yAt + places[row + 3]);
    high3.intoArray(y, yAt + places[row + 3] + LANES);
    low4.intoArray(y, yAt + places[row + 4]);
    high4.intoArray(y, yAt + places[row + 4] + LANES);
    low5.intoArray(y, yAt + places[row + 5]);
    high5.intoArray(y, yAt + places[row + 5] + LANES);
    low6.intoArray(y, yAt + places[row + 6]);
    high6.intoArray(y, yAt + places[row + 6] + LANES);
    low7.intoArray(y, yAt + places[row + 7]);
    high7.intoArray(y, yAt + places[row + 7] + LANES);
    low8.intoArray(y, yAt + places[row + 8]);
    high8.intoArray(y, yAt + places[row + 8] + LANES);
    low9.intoArray(y, yAt + places[row + 9]);
    high9.intoArray(y, yAt + places[row + 9] + LANES);
  }

  /**
   * Stores to where the rows of a block will, so that the caches fetch these lines while the sums
   * are computed: lines that they fetch only when sums are stored hold up the next block, which
   * matters where a block has few terms.
   */
  private static void fetch(float[] y, int yAt, int[] places, int row) {
    for (int r = row; r < row + MANY_ROWS; r++) {
      y[yAt + places[r]] = 0;
    }
  }

  private static void product4(
      Walk walk,
      Rows rows,
      int row,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    int[] reads = rows.reads();
    int[] places = rows.places();
    int[] starts = walk.starts();
    int runs = walk.runs();
    int depth = walk.depth();
    int aStep = walk.aStep();
    int bStep = walk.bStep();
    int a0 = aAt + reads[row];
    int a1 = aAt + reads[row + 1];
    int a2 = aAt + reads[row + 2];
    int a3 = aAt + reads[row + 3];
    FloatVector low0 = FloatVector.zero(SPECIES);
    FloatVector high0 = FloatVector.zero(SPECIES);
    FloatVector low1 = FloatVector.zero(SPECIES);
    FloatVector high1 = FloatVector.zero(SPECIES);
    FloatVector low2 = FloatVector.zero(SPECIES);
    FloatVector high2 = FloatVector.zero(SPECIES);
    FloatVector low3 = FloatVector.zero(SPECIES);
    FloatVector high3 = FloatVector.zero(SPECIES);
    if (add) {
      int y0 = yAt + places[row];
      low0 = FloatVector.fromArray(SPECIES, y, y0);
      high0 = FloatVector.fromArray(SPECIES, y, y0 + LANES);
      int y1 = yAt + places[row + 1];
      low1 = FloatVector.fromArray(SPECIES, y, y1);
      high1 = FloatVector.fromArray(SPECIES, y, y1 + LANES);
      int y2 = yAt + places[row + 2];
      low2 = FloatVector.fromArray(SPECIES, y, y2);
      high2 = FloatVector.fromArray(SPECIES, y, y2 + LANES);
      int y3 = yAt + places[row + 3];
      low3 = FloatVector.fromArray(SPECIES, y, y3);
      high3 = FloatVector.fromArray(SPECIES, y, y3 + LANES);
    }
    for (int run = 0; run < runs; run++) {
      int p = starts[2 * run];
      int q = bAt + starts[2 * run + 1];
      for (int k = 0; k < depth; k++) {
        FloatVector low = FloatVector.fromArray(SPECIES, b, q);
        FloatVector high = FloatVector.fromArray(SPECIES, b, q + LANES);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
        low0 = x0.fma(low, low0);
        high0 = x0.fma(high, high0);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
        low1 = x1.fma(low, low1);
        high1 = x1.fma(high, high1);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
        low2 = x2.fma(low, low2);
        high2 = x2.fma(high, high2);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
        low3 = x3.fma(low, low3);
        high3 = x3.fma(high, high3);
        p += aStep;
        q += bStep;
      }
    }
    low0.intoArray(y, yAt + places[row]);
    high0.intoArray(y, yAt + places[row] + LANES);
    low1.intoArray(y, yAt + places[row + 1]);
    high1.intoArray(y, yAt + places[row + 1] + LANES);
    low2.intoArray(y, yAt + places[row + 2]);
    high2.intoArray(y, yAt + places[row + 2] + LANES);
    low3.intoArray(y, yAt + places[row + 3]);
    high3.intoArray(y, yAt + places[row + 3] + LANES);
  }

  private static void lanewise10(
      Walk walk,
      Rows rows,
      int row,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add) {
    int[] reads = rows.reads();
    int[] places = rows.places();
    int[] starts = walk.starts();
    int runs = walk.runs();
    int depth = walk.depth();
    int aStep = walk.aStep();
    int bStep = walk.bStep();
    int a0 = aAt + reads[row];
    int a1 = aAt + reads[row + 1];
    int a2 = aAt + reads[row + 2];
    int a3 = aAt + reads[row + 3];
    int a4 = aAt + reads[row + 4];
    int a5 = aAt + reads[row + 5];
    int a6 = aAt + reads[row + 6];
    int a7 = aAt + reads[row + 7];
    int a8 = aAt + reads[row + 8];
    int a9 = aAt + reads[row + 9];
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    FloatVector sum4 = FloatVector.zero(SPECIES);
    FloatVector sum5 = FloatVector.zero(SPECIES);
    FloatVector sum6 = FloatVector.zero(SPECIES);
    FloatVector sum7 = FloatVector.zero(SPECIES);
    FloatVector sum8 = FloatVector.zero(SPECIES);
    FloatVector sum9 = FloatVector.zero(SPECIES);
    if (add) {
      sum0 = FloatVector.fromArray(SPECIES, y, yAt + places[row]);
      sum1 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 1]);
      sum2 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 2]);
      sum3 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 3]);
      sum4 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 4]);
      sum5 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 5]);
      sum6 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 6]);
      sum7 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 7]);
      sum8 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 8]);
      sum9 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 9]);
    }
    for (int run = 0; run < runs; run++) {
      int p = starts[2 * run];
      int q = bAt + starts[2 * run + 1];
      for (int k = 0; k < depth; k++) {
        FloatVector factor = FloatVector.fromArray(SPECIES, b, q);
        sum0 = FloatVector.fromArray(SPECIES, a, a0 + p).fma(factor, sum0);
        sum1 = FloatVector.fromArray(SPECIES, a, a1 + p).fma(factor, sum1);
        sum2 = FloatVector.fromArray(SPECIES, a, a2 + p).fma(factor, sum2);
        sum3 = FloatVector.fromArray(SPECIES, a, a3 + p).fma(factor, sum3);
        sum4 = FloatVector.fromArray(SPECIES, a, a4 + p).fma(factor, sum4);
        sum5 = FloatVector.fromArray(SPECIES, a, a5 + p).fma(factor, sum5);
        sum6 = FloatVector.fromArray(SPECIES, a, a6 + p).fma(factor, sum6);
        sum7 = FloatVector.fromArray(SPECIES, a, a7 + p).fma(factor, sum7);
        sum8 = FloatVector.fromArray(SPECIES, a, a8 + p).fma(factor, sum8);
        sum9 = FloatVector.fromArray(SPECIES, a, a9 + p).fma(factor, sum9);
        p += aStep;
        q += bStep;
      }
    }
    sum0.intoArray(y, yAt + places[row]);
    sum1.intoArray(y, yAt + places[row + 1]);
    sum2.intoArray(y, yAt + places[row + 2]);
    sum3.intoArray(y, yAt + places[row + 3]);
    sum4.intoArray(y, yAt + places[row + 4]);
    sum5.intoArray(y, yAt + places[row + 5]);
    sum6.intoArray(y, yAt + places[row + 6]);
    sum7.intoArray(y, yAt + places[row + 7]);
    sum8.intoArray(y, yAt + places[row + 8]);
    sum9.intoArray(y, yAt + places[row + 9]);
  }

  @Override
  public DepthwiseTiles depthwise() {
    return DEPTHWISE;
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
    VectorRows.add(depth, columns, a, aAt, aStep, b, bAt, bStep, y, yAt);
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
    VectorRows.twoPanels(depth, a, aAt, aStep, b, bAt, secondAt, y, yAt);
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
    VectorRows.dots(depth, columns, a, aAt, b, bAt, bStep, y, yAt, scratch, scratchAt);
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
    VectorTransforms.transform(matrix, lines, x, xAt, xLine, xStep, y, yAt, yLine, yStep, count);
  }

  @Override
  public void sum(int parts, int count, float[] x, int xAt, int xStep, float[] y, int yAt) {
    VectorRows.sum(parts, count, x, xAt, xStep, y, yAt);
  }

  @Override
  public void copyRows(int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    int from = xAt;
    int to = yAt;
    for (int r = 0; r < rows; r++) {
      FloatVector low = FloatVector.fromArray(SPECIES, x, from);
      FloatVector high = FloatVector.fromArray(SPECIES, x, from + LANES);
      low.intoArray(y, to);
      high.intoArray(y, to + LANES);
      from += xStep;
      to += yStep;
    }
  }

  @Override
  public void transpose(
      int rows, int columns, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep) {
    int block = VectorTranspose.BLOCK;
    int whole = VectorTranspose.isPossible() ? rows - rows % block : 0;
    int wholeColumns = whole > 0 ? columns - columns % block : 0;
    for (int n = 0; n < wholeColumns; n += block) {
      VectorTranspose.blocks(whole, x, xAt + n * xStep, xStep, y, yAt + n, yStep);
    }
    Panels.transpose(
        whole,
        columns - wholeColumns,
        x,
        xAt + wholeColumns * xStep,
        xStep,
        y,
        yAt + wholeColumns,
        yStep);
    Panels.transpose(rows - whole, columns, x, xAt + whole, xStep, y, yAt + whole * yStep, yStep);
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
    VectorFinish.finish(
        rows, columns, y, yAt, yStep, scale, bias, biasAt, residual, residualAt, relu);
  }
}
