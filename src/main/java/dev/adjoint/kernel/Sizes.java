package dev.adjoint.kernel;

import dev.adjoint.tensor.TensorType;
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
    double count = 1;
    for (int axis = 0; axis < type.rank(); axis++) {
      requireCount("An axis of %s".formatted(type), type.dim(axis).value());
      count *= Math.max(type.dim(axis).value(), 1);
    }
    requireCount(type.toString(), count);
    Offsets.Axis[] axes = new Offsets.Axis[type.rank()];
    int stride = 1;
    for (int axis = type.rank() - 1; axis >= 0; axis--) {
      int size = (int) type.dim(axis).value();
      axes[axis] = new Offsets.Axis(size, stride);
      stride *= Math.max(size, 1);
    }
    return new Sizes(List.of(axes));
  }

  /** Refuses what no Java array holds. */
  static void requireCount(String what, double elements) {
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%s has %.0f elements; a Java array holds %d. Use smaller batches."
              .formatted(what, elements, Integer.MAX_VALUE - 8));
    }
  }

  Offsets.Axis axis(int axis) {
    return axes.get(axis);
  }

  /** The places along some of the axes, the last one fastest. */
  Offsets along(List<Integer> chosen) {
    return Offsets.of(chosen.stream().map(this::axis).toList());
  }
}
