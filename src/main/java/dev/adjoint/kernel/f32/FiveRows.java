package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A block of five rows of a product that read neighbours: a row of taps of a 5 x 5 kernel, if it is
 * the gradient of one of one plane. There, a run of terms is a row of an image; the loops over runs
 * and over their terms that {@link VectorTiles} has otherwise reach 0.41 of the machine's peak with
 * runs of 28 terms, and a table of all terms, with constant distances of rows, 0.87.
 */
final class FiveRows {
  static final int COUNT = 5;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private FiveRows() {}

  /** Whether {@link #product} computes the given row and the four behind it. */
  static boolean suit(Walk walk, Rows rows, int row) {
    return rows.run(row) >= COUNT && rows.pitch(row) == 1 && walk.isEven();
  }

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
    int[] places = rows.places();
    int[] terms = walk.table();
    int bStep = walk.bStep();
    int first = aAt + rows.reads()[row];
    int q = bAt + walk.starts()[1];
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
    for (int k = 0; k < terms.length; k++) {
      int p = first + terms[k];
      FloatVector low = FloatVector.fromArray(SPECIES, b, q);
      FloatVector high = FloatVector.fromArray(SPECIES, b, q + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
      low0 = x0.fma(low, low0);
      high0 = x0.fma(high, high0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + 1]);
      low1 = x1.fma(low, low1);
      high1 = x1.fma(high, high1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + 2]);
      low2 = x2.fma(low, low2);
      high2 = x2.fma(high, high2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[p + 3]);
      low3 = x3.fma(low, low3);
      high3 = x3.fma(high, high3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[p + 4]);
      low4 = x4.fma(low, low4);
      high4 = x4.fma(high, high4);
      q += bStep;
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
