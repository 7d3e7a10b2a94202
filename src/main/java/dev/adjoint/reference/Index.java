package dev.adjoint.reference;

import java.util.List;
import java.util.stream.IntStream;

/** Changes to the index of an element: a number an axis. Nothing here writes to its argument. */
final class Index {
  private Index() {}

  /** The index with another number at one axis. */
  static long[] with(long[] index, int axis, long value) {
    long[] changed = index.clone();
    changed[axis] = value;
    return changed;
  }

  /** The index without one axis. */
  static long[] remove(long[] index, int axis) {
    return IntStream.range(0, index.length)
        .filter(a -> a != axis)
        .mapToLong(a -> index[a])
        .toArray();
  }

  /** The index with a number put before the one at {@code axis}. */
  static long[] insert(long[] index, int axis, long value) {
    return IntStream.rangeClosed(0, index.length)
        .mapToLong(a -> a < axis ? index[a] : a == axis ? value : index[a - 1])
        .toArray();
  }

  /** The numbers at some axes, in their order. */
  static long[] select(long[] index, List<Integer> axes) {
    return axes.stream().mapToLong(axis -> index[axis]).toArray();
  }
}
