package dev.adjoint.kernel.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The axes of a loop in the order in which nests go over them. Axes of size 1 are left out, and
 * neighbours become one where every access allows it.
 *
 * @param kept the axes that are not folded
 * @param row the axes that are folded
 */
record AxisPlan(List<Axis> kept, List<Axis> row) {
  /** An axis with the strides of every reach. */
  record Axis(int size, List<Integer> strides) {
    /** Whether this axis and the next one within it are one longer axis. */
    boolean joins(Axis inner) {
      return IntStream.range(0, strides.size())
          .allMatch(i -> strides.get(i) == inner.strides.get(i) * inner.size);
    }

    Axis join(Axis inner) {
      return new Axis(size * inner.size, inner.strides);
    }
  }

  static AxisPlan of(Loop loop, List<Reach> reaches) {
    int axes = loop.sizes().size();
    int keptAxes = axes - loop.rowAxes();
    return new AxisPlan(
        collapse(loop, reaches, 0, keptAxes), collapse(loop, reaches, keptAxes, axes));
  }

  private static List<Axis> collapse(Loop loop, List<Reach> reaches, int from, int to) {
    return joined(
        IntStream.range(from, to)
            .mapToObj(axis ->
                new Axis(
                    loop.sizes().get(axis),
                    reaches.stream().map(reach -> reach.stride(axis)).toList()))
            .filter(axis -> axis.size() != 1)
            .toList());
  }

  private static List<Axis> joined(List<Axis> axes) {
    List<Axis> joined = new ArrayList<>();
    for (Axis axis : axes) {
      boolean joins = !joined.isEmpty() && joined.getLast().joins(axis);
      joined.add(joins ? joined.removeLast().join(axis) : axis);
    }
    return List.copyOf(joined);
  }

  /** All axes as a reach goes over memory; without a reduction, no order changes a value. */
  List<Axis> inOrderOf(int reach) {
    return joined(
        Stream.concat(kept.stream(), row.stream())
            .sorted(Comparator.comparingInt(axis -> -Math.abs(axis.strides().get(reach))))
            .toList());
  }

  /** An axis that no reach moves along. */
  static Axis fixed(int size, int reaches) {
    return new Axis(size, Collections.nCopies(reaches, 0));
  }

  /** How many elements axes have together. */
  static int elements(List<Axis> axes) {
    return Loop.product(axes.stream().map(Axis::size).toList());
  }
}
