package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A block of five rows of a product: what is left of the 25 rows that the gradient of a 5 x 5
 * kernel of one plane has, of which blocks of four would compute three in vain.
 */
final class FiveRows {
  static final int COUNT = 5;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private FiveRows() {}

  /** Computes rows {@code row} to {@code row + 4}; see {@link Tiles#product}. */
  static void product(
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
    int y0 = yAt + places[row];
    int y1 = yAt + places[row + 1];
    int y2 = yAt + places[row + 2];
    int y3 = yAt + places[row + 3];
    int y4 = yAt + places[row + 4];
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
    if (add) {
      low0 = FloatVector.fromArray(SPECIES, y, y0);
      high0 = FloatVector.fromArray(SPECIES, y, y0 + LANES);
      low1 = FloatVector.fromArray(SPECIES, y, y1);
      high1 = FloatVector.fromArray(SPECIES, y, y1 + LANES);
      low2 = FloatVector.fromArray(SPECIES, y, y2);
      high2 = FloatVector.fromArray(SPECIES, y, y2 + LANES);
      low3 = FloatVector.fromArray(SPECIES, y, y3);
      high3 = FloatVector.fromArray(SPECIES, y, y3 + LANES);
      low4 = FloatVector.fromArray(SPECIES, y, y4);
      high4 = FloatVector.fromArray(SPECIES, y, y4 + LANES);
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
        p += aStep;
        q += bStep;
      }
    }
    low0.intoArray(y, y0);
    high0.intoArray(y, y0 + LANES);
    low1.intoArray(y, y1);
    high1.intoArray(y, y1 + LANES);
    low2.intoArray(y, y2);
    high2.intoArray(y, y2 + LANES);
    low3.intoArray(y, y3);
    high3.intoArray(y, y3 + LANES);
    low4.intoArray(y, y4);
    high4.intoArray(y, y4 + LANES);
  }
}
