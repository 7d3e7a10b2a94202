package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A set of axes, counted from 0, in ascending order.
 *
 * @param indices the axes; negative, repeated or unordered ones are refused
 */
public record Axes(List<Integer> indices) {
  /** Checks the order. */
  public Axes {
    indices = List.copyOf(indices);
    for (int i = 0; i < indices.size(); i++) {
      if (indices.get(i) < 0 || (i > 0 && indices.get(i) <= indices.get(i - 1))) {
        throw new GraphException(
            "Axes must be ascending and distinct, counted from 0, given %s.".formatted(indices));
      }
    }
  }

  /** The given axes. */
  public static Axes of(Integer... indices) {
    return new Axes(List.of(indices));
  }

  /** The given axes of {@code value}, in any order, negative ones from the last; all if none. */
  static Axes of(Value value, int... axes) {
    if (axes.length == 0) {
      return all(value.rank());
    }
    return new Axes(Arrays.stream(axes).map(value::axis).sorted().boxed().toList());
  }

  /** All axes of a rank. */
  public static Axes all(int rank) {
    return new Axes(IntStream.range(0, rank).boxed().toList());
  }

  /** How many there are. */
  public int count() {
    return indices.size();
  }

  /** Whether {@code axis} is among them. */
  public boolean contains(int axis) {
    return indices.contains(axis);
  }

  /** Whether all are axes of a value of the given rank. */
  public boolean within(int rank) {
    return indices.isEmpty() || indices.getLast() < rank;
  }

  /** The axes of the given rank that are not among these. */
  public Axes complement(int rank) {
    return new Axes(IntStream.range(0, rank).filter(a -> !contains(a)).boxed().toList());
  }

  /** The shape without these axes, or with size 1 along them. */
  public Shape reduce(Shape shape, boolean keepDims) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!contains(axis)) {
        dims.add(shape.dim(axis));
      } else if (keepDims) {
        dims.add(Dim.of(1));
      }
    }
    return Shape.of(dims);
  }

  /** How many elements of {@code shape} lie along these axes together. */
  public Dim elements(Shape shape) {
    Dim product = Dim.of(1);
    for (int axis : indices) {
      product = product.times(shape.dim(axis));
    }
    return product;
  }
}
