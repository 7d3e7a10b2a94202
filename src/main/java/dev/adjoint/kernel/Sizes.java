package dev.adjoint.kernel;

import dev.adjoint.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** The constant sizes of an array in row-major order, and the distances of neighbours. */
record Sizes(List<Offsets.Axis> axes) {
  /**
   * The sizes of a type.
   *
   * @throws IllegalArgumentException if a size is symbolic, or if there are too many elements
   */
  static Sizes of(TensorType type) {
    if (!type.isConstant()) {
      throw new IllegalArgumentException(
          "A kernel is made for constant sizes, given %s. Bind the named sizes first."
              .formatted(type));
    }
    int[] sizes = new int[type.rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      long size = type.dim(axis).value();
      if (isTooLarge((double) size)) {
        throw tooLarge("An axis of " + type, (double) size);
      }
      sizes[axis] = (int) size;
    }
    return of(sizes);
  }

  /** The given sizes; refuses too many elements. */
  static Sizes of(int... sizes) {
    double count = 1;
    for (int size : sizes) {
      count *= Math.max(size, 1);
    }
    if (isTooLarge(count)) {
      throw tooLarge("An array of sizes " + Arrays.toString(sizes), count);
    }
    Offsets.Axis[] axes = new Offsets.Axis[sizes.length];
    int stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      axes[axis] = new Offsets.Axis(sizes[axis], stride);
      stride *= Math.max(sizes[axis], 1);
    }
    return new Sizes(List.of(axes));
  }

  /** Refuses what no Java array holds. */
  static void requireCount(String what, double elements) {
    if (isTooLarge(elements)) {
      throw tooLarge(what, elements);
    }
  }

  private static boolean isTooLarge(double elements) {
    return elements > Integer.MAX_VALUE - 8;
  }

  private static IllegalArgumentException tooLarge(String what, double elements) {
    return new IllegalArgumentException(
        "%s has %.0f elements; a Java array holds %d. Use smaller batches."
            .formatted(what, elements, Integer.MAX_VALUE - 8));
  }

  Offsets.Axis axis(int axis) {
    return axes.get(axis);
  }

  /** The places along some of the axes, the last one fastest. */
  Offsets along(List<Integer> chosen) {
    return Offsets.of(chosen.stream().map(this::axis).toList());
  }
}
