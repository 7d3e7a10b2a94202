package dev.adjoint.reference;

import dev.adjoint.tensor.Shape;
import java.util.Arrays;
import java.util.function.Consumer;

/** The constant sizes of an array: which indices it has, and their places in row-major order. */
final class Extent {
  private static final int MAX_COUNT = Integer.MAX_VALUE - 8;

  private final long[] sizes;
  private final int count;

  private Extent(long[] sizes) {
    this.sizes = sizes;
    this.count = count(sizes);
  }

  static Extent of(Shape shape) {
    return new Extent(shape.sizes());
  }

  static Extent of(long... sizes) {
    return new Extent(sizes.clone());
  }

  private static int count(long[] sizes) {
    if (Arrays.stream(sizes).anyMatch(size -> size == 0)) {
      return 0;
    }
    long count = 1;
    for (long size : sizes) {
      if (size > MAX_COUNT / count) {
        throw new Fault(
            "an array of sizes %s has more than the %d elements that fit one.",
            Arrays.toString(sizes), MAX_COUNT);
      }
      count *= size;
    }
    return (int) count;
  }

  int rank() {
    return sizes.length;
  }

  long size(int axis) {
    return sizes[axis];
  }

  /** How many indices there are. */
  int count() {
    return count;
  }

  /**
   * Passes on every index in row-major order. It is one array whose numbers change; who keeps it
   * copies it.
   */
  void forEach(Consumer<long[]> action) {
    long[] index = new long[rank()];
    for (int i = 0; i < count; i++) {
      action.accept(index);
      advance(index);
    }
  }

  private void advance(long[] index) {
    for (int axis = rank() - 1; axis >= 0; axis--) {
      index[axis]++;
      if (index[axis] < sizes[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  /** The place of an index in row-major order. */
  int place(long... index) {
    long place = 0;
    for (int axis = 0; axis < rank(); axis++) {
      if (index[axis] < 0 || index[axis] >= sizes[axis]) {
        throw new IndexOutOfBoundsException(
            "%s is no index of an array of sizes %s"
                .formatted(Arrays.toString(index), Arrays.toString(sizes)));
      }
      place = place * sizes[axis] + index[axis];
    }
    return (int) place;
  }
}
