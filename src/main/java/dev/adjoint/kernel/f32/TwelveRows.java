package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A block of twelve rows of a product that read {@link #PITCH} elements apart. The build derives
 * the like for other distances from this; {@link PitchedRows} has them all.
 *
 * <p>Since the distance is a constant, a row's share of a term is one instruction that loads and
 * two multiply-adds: C2 checks the bounds of all rows at once, and needs neither registers nor
 * additions for where they are. Rows anywhere take four more instructions each. Measured in parts
 * of the machine's peak, operands in the second cache: 0.94 of a core of its own and 0.92 of one
 * that it shares with another thread of the processor, where blocks of ten rows anywhere reach 0.92
 * and 0.65. A second loop around that over the terms would cost a third, so they stand in a table.
 * Sums have a name each, since C2 keeps no array of vectors in registers.
 */
final class TwelveRows {
  static final int COUNT = 12;
  static final int PITCH = 1;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private TwelveRows() {}

  /**
   * Computes rows {@code row} to {@code row + 11}; see {@link Tiles#product}. The walk is
   * {@linkplain Walk#isEven even}.
   */
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
    FloatVector low10 = FloatVector.zero(SPECIES);
    FloatVector high10 = FloatVector.zero(SPECIES);
    FloatVector low11 = FloatVector.zero(SPECIES);
    FloatVector high11 = FloatVector.zero(SPECIES);
    if (add) {
      low0 = FloatVector.fromArray(SPECIES, y, yAt + places[row]);
      high0 = FloatVector.fromArray(SPECIES, y, yAt + places[row] + LANES);
      low1 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 1]);
      high1 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 1] + LANES);
      low2 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 2]);
      high2 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 2] + LANES);
      low3 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 3]);
      high3 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 3] + LANES);
      low4 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 4]);
      high4 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 4] + LANES);
      low5 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 5]);
      high5 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 5] + LANES);
      low6 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 6]);
      high6 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 6] + LANES);
      low7 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 7]);
      high7 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 7] + LANES);
      low8 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 8]);
      high8 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 8] + LANES);
      low9 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 9]);
      high9 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 9] + LANES);
      low10 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 10]);
      high10 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 10] + LANES);
      low11 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 11]);
      high11 = FloatVector.fromArray(SPECIES, y, yAt + places[row + 11] + LANES);
    }
    for (int k = 0; k < terms.length; k++) {
      int p = first + terms[k];
      FloatVector low = FloatVector.fromArray(SPECIES, b, q);
      FloatVector high = FloatVector.fromArray(SPECIES, b, q + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
      low0 = x0.fma(low, low0);
      high0 = x0.fma(high, high0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + PITCH]);
      low1 = x1.fma(low, low1);
      high1 = x1.fma(high, high1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + 2 * PITCH]);
      low2 = x2.fma(low, low2);
      high2 = x2.fma(high, high2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[p + 3 * PITCH]);
      low3 = x3.fma(low, low3);
      high3 = x3.fma(high, high3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[p + 4 * PITCH]);
      low4 = x4.fma(low, low4);
      high4 = x4.fma(high, high4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[p + 5 * PITCH]);
      low5 = x5.fma(low, low5);
      high5 = x5.fma(high, high5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[p + 6 * PITCH]);
      low6 = x6.fma(low, low6);
      high6 = x6.fma(high, high6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[p + 7 * PITCH]);
      low7 = x7.fma(low, low7);
      high7 = x7.fma(high, high7);
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[p + 8 * PITCH]);
      low8 = x8.fma(low, low8);
      high8 = x8.fma(high, high8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[p + 9 * PITCH]);
      low9 = x9.fma(low, low9);
      high9 = x9.fma(high, high9);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[p + 10 * PITCH]);
      low10 = x10.fma(low, low10);
      high10 = x10.fma(high, high10);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[p + 11 * PITCH]);
      low11 = x11.fma(low, low11);
      high11 = x11.fma(high, high11);
      q += bStep;
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
    low10.intoArray(y, yAt + places[row + 10]);
    high10.intoArray(y, yAt + places[row + 10] + LANES);
    low11.intoArray(y, yAt + places[row + 11]);
    high11.intoArray(y, yAt + places[row + 11] + LANES);
  }
}
