package dev.adjoint.kernel;

import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;

/**
 * Any pooling as one of two axes: planes of rows and columns of channels. The axes before the first
 * that is pooled become the planes; the last that is pooled becomes the columns, the pooled ones
 * before it and what lies between become the rows; the axes behind it become the channels.
 *
 * @param planes how many planes there are
 * @param rows the places, from a plane's start, along the rows
 * @param columns the places, from a row's start, along the columns
 * @param channels how many channels there are
 * @param planeSize how many elements a plane of the array has
 * @param disjoint whether no element is covered by two steps of the window
 * @param complete whether every element is covered
 */
public record PoolingWindows(
    int planes,
    WindowPlaces rows,
    WindowPlaces columns,
    int channels,
    int planeSize,
    boolean disjoint,
    boolean complete) {

  /** The windows of an operator over an array, which give the pooled one. */
  static PoolingWindows of(Pooling op, RowMajor x, RowMajor pooled) {
    int first = 0;
    while (first < x.rank() && !moves(op, first)) {
      first++;
    }
    int last = x.rank() - 1;
    while (last > first && !moves(op, last)) {
      last--;
    }
    if (first == x.rank()) {
      return of(1, WindowPlaces.SINGLE, WindowPlaces.SINGLE, x.count(), x.count());
    }
    return of(op, x, pooled, first, last);
  }

  /** The same with given rows, from axis {@code first} on, and columns, the axis {@code last}. */
  static PoolingWindows of(Pooling op, RowMajor x, RowMajor pooled, int first, int last) {
    WindowPlaces rows = WindowPlaces.SINGLE;
    for (int axis = first; axis < last; axis++) {
      rows = rows.then(along(op, x, pooled, axis));
    }
    return of(
        x.before(first),
        rows,
        along(op, x, pooled, last),
        x.stride(last),
        x.size(first) * x.stride(first));
  }

  private static PoolingWindows of(
      int planes, WindowPlaces rows, WindowPlaces columns, int channels, int planeSize) {
    int distinctRows = rows.distinct();
    int distinctColumns = columns.distinct();
    return new PoolingWindows(
        planes,
        rows,
        columns,
        channels,
        planeSize,
        distinctRows == rows.count() && distinctColumns == columns.count(),
        (long) distinctRows * distinctColumns * channels == planeSize);
  }

  /** Whether the window takes more than one element of an axis, or not all in their order. */
  static boolean moves(Pooling op, int axis) {
    return op.sizes().get(axis) != 1 || !op.window().get(axis).equals(WindowAxis.UNIT);
  }

  private static WindowPlaces along(Pooling op, RowMajor x, RowMajor pooled, int axis) {
    return WindowPlaces.of(
        op.window().get(axis),
        op.sizes().get(axis),
        x.size(axis),
        pooled.size(axis),
        x.stride(axis));
  }

  /** How many steps the window makes in a plane. */
  int steps() {
    return rows.steps() * columns.steps();
  }

  /** How many elements all windows of a plane cover, in one channel. */
  long covered() {
    return (long) rows.count() * columns.count();
  }
}
