package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.PoolingLoop;
import dev.adjoint.kernel.PoolingWindows;
import dev.adjoint.kernel.WindowPlaces;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling over vectors of channels; what is left of them, too few for a vector, goes to another
 * loop. Windows of two by two, the most frequent by far, have {@link VectorPoolingOfFour loops of
 * their own}.
 */
public final class VectorPooling implements PoolingLoop {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private final WindowPlaces rows;
  private final WindowPlaces columns;
  private final boolean disjoint;
  private final PoolingLoop rest;

  /** The loop over the given windows; {@code rest} is over the same ones. */
  public VectorPooling(PoolingWindows windows, PoolingLoop rest) {
    this.rows = windows.rows();
    this.columns = windows.columns();
    this.disjoint = windows.disjoint();
    this.rest = rest;
  }

  @Override
  public void max(int row, int column, int channels, Arguments arguments, int plane, int place) {
    float[] source = arguments.floats(0);
    int xPlane = arguments.offset(0) + plane;
    float[] target = arguments.floats(1);
    int yAt = arguments.offset(1) + place;
    int limit = SPECIES.loopBound(channels);
    if (isOfFour(row, column)) {
      VectorPoolingOfFour.max(
          tap(row, 0, column, 0),
          tap(row, 0, column, 1),
          tap(row, 1, column, 0),
          tap(row, 1, column, 1),
          limit,
          source,
          xPlane,
          target,
          yAt);
    } else {
      maxOfAny(row, column, limit, source, xPlane, target, yAt);
    }
    if (limit < channels) {
      rest.max(row, column, channels - limit, arguments, plane + limit, place + limit);
    }
  }

  private boolean isOfFour(int row, int column) {
    return rows.limit(row) - rows.first(row) == 2
        && columns.limit(column) - columns.first(column) == 2;
  }

  /** The place of the i-th row and j-th column of a step's window. */
  private int tap(int row, int i, int column, int j) {
    return rows.place(rows.first(row) + i) + columns.place(columns.first(column) + j);
  }

  private void maxOfAny(
      int row, int column, int limit, float[] source, int xPlane, float[] target, int yAt) {
    for (int c = 0; c < limit; c += SPECIES.length()) {
      FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      for (int i = rows.first(row); i < rows.limit(row); i++) {
        int at = xPlane + c + rows.place(i);
        for (int j = columns.first(column); j < columns.limit(column); j++) {
          max = max.max(FloatVector.fromArray(SPECIES, source, at + columns.place(j)));
        }
      }
      max.intoArray(target, yAt + c);
    }
  }

  @Override
  public void sum(int row, int column, int channels, Arguments arguments, int plane, int place) {
    float[] source = arguments.floats(0);
    int xPlane = arguments.offset(0) + plane;
    float[] target = arguments.floats(1);
    int yAt = arguments.offset(1) + place;
    int limit = SPECIES.loopBound(channels);
    for (int c = 0; c < limit; c += SPECIES.length()) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = rows.first(row); i < rows.limit(row); i++) {
        int at = xPlane + c + rows.place(i);
        for (int j = columns.first(column); j < columns.limit(column); j++) {
          sum = sum.add(FloatVector.fromArray(SPECIES, source, at + columns.place(j)));
        }
      }
      sum.intoArray(target, yAt + c);
    }
    if (limit < channels) {
      rest.sum(row, column, channels - limit, arguments, plane + limit, place + limit);
    }
  }

  /** Where {@code v} is above {@code best}, or the first NaN. */
  static VectorMask<Float> isAbove(FloatVector v, FloatVector best) {
    VectorMask<Float> isNumber = best.compare(VectorOperators.EQ, best);
    return v.compare(VectorOperators.LE, best).not().and(isNumber);
  }

  @Override
  public void gather(int row, int column, int channels, Arguments arguments, int plane, int place) {
    float[] source = arguments.floats(0);
    int xPlane = arguments.offset(0) + plane;
    float[] values = arguments.floats(1);
    int vPlane = arguments.offset(1) + plane;
    float[] target = arguments.floats(2);
    int yAt = arguments.offset(2) + place;
    boolean isEmpty =
        rows.first(row) == rows.limit(row) || columns.first(column) == columns.limit(column);
    int limit = SPECIES.loopBound(channels);
    for (int c = 0; c < limit; c += SPECIES.length()) {
      FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      FloatVector taken =
          isEmpty
              ? FloatVector.zero(SPECIES)
              : FloatVector.fromArray(
                  SPECIES,
                  values,
                  vPlane + c + rows.place(rows.first(row)) + columns.place(columns.first(column)));
      for (int i = rows.first(row); i < rows.limit(row); i++) {
        for (int j = columns.first(column); j < columns.limit(column); j++) {
          int at = rows.place(i) + columns.place(j) + c;
          FloatVector next = FloatVector.fromArray(SPECIES, source, xPlane + at);
          FloatVector value = FloatVector.fromArray(SPECIES, values, vPlane + at);
          VectorMask<Float> above = isAbove(next, best);
          best = best.blend(next, above);
          taken = taken.blend(value, above);
        }
      }
      taken.intoArray(target, yAt + c);
    }
    if (limit < channels) {
      rest.gather(row, column, channels - limit, arguments, plane + limit, place + limit);
    }
  }

  @Override
  public void scatter(
      int row, int column, int channels, Arguments arguments, int plane, int place) {
    float[] x = arguments.floats(0);
    int xPlane = arguments.offset(0) + plane;
    float[] v = arguments.floats(1);
    int vAt = arguments.offset(1) + place;
    float[] y = arguments.floats(2);
    int yPlane = arguments.offset(2) + plane;
    int limit = SPECIES.loopBound(channels);
    if (disjoint && isOfFour(row, column)) {
      VectorPoolingOfFour.scatter(
          tap(row, 0, column, 0),
          tap(row, 0, column, 1),
          tap(row, 1, column, 0),
          tap(row, 1, column, 1),
          limit,
          x,
          xPlane,
          v,
          vAt,
          y,
          yPlane);
    } else {
      scatterOfAny(row, column, limit, x, xPlane, v, vAt, y, yPlane);
    }
    if (limit < channels) {
      rest.scatter(row, column, channels - limit, arguments, plane + limit, place + limit);
    }
  }

  private void scatterOfAny(
      int row,
      int column,
      int limit,
      float[] x,
      int xPlane,
      float[] v,
      int vAt,
      float[] y,
      int yPlane) {
    for (int c = 0; c < limit; c += SPECIES.length()) {
      FloatVector winner = winner(row, column, x, xPlane + c);
      // What is added to 0 is never -0.
      FloatVector value = FloatVector.fromArray(SPECIES, v, vAt + c).add(FloatVector.zero(SPECIES));
      put(row, column, winner, value, y, yPlane + c);
    }
  }

  /** The number of the tap that holds the first largest element, counted from 0. */
  private FloatVector winner(int row, int column, float[] x, int at) {
    FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector winner = FloatVector.zero(SPECIES);
    int tap = 0;
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        int place = at + rows.place(i) + columns.place(j);
        FloatVector next = FloatVector.fromArray(SPECIES, x, place);
        VectorMask<Float> above = isAbove(next, best);
        best = best.blend(next, above);
        winner = winner.blend(FloatVector.broadcast(SPECIES, tap), above);
        tap++;
      }
    }
    return winner;
  }

  private void put(int row, int column, FloatVector winner, FloatVector value, float[] y, int at) {
    FloatVector zero = FloatVector.zero(SPECIES);
    int tap = 0;
    for (int i = rows.first(row); i < rows.limit(row); i++) {
      for (int j = columns.first(column); j < columns.limit(column); j++) {
        int place = at + rows.place(i) + columns.place(j);
        FloatVector here = FloatVector.broadcast(SPECIES, tap);
        VectorMask<Float> wins = winner.compare(VectorOperators.EQ, here);
        if (disjoint) {
          zero.blend(value, wins).intoArray(y, place);
        } else {
          FloatVector before = FloatVector.fromArray(SPECIES, y, place);
          before.add(value, wins).intoArray(y, place);
        }
        tap++;
      }
    }
  }
}
