package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import java.util.Arrays;
import java.util.List;

/**
 * How far a window may hang over the edges of an array of n elements. With the window's extent
 * {@code e = (k - 1) * dilation + 1} and stride s, the number of places is
 *
 * <ul>
 *   <li>{@link #valid()}, no padding: {@code floor((n - e) / s) + 1};
 *   <li>{@link #same()}: {@code ceil(n / s)}, with as little padding as that takes, and the odd
 *       element behind, as in TensorFlow;
 *   <li>{@link #full()}, e - 1 on each side: {@code floor((n + e - 2) / s) + 1};
 *   <li>{@link #of explicit}: {@code floor((n + low + high - e) / s) + 1}.
 * </ul>
 *
 * Sizes may be symbolic; the padding is then an expression.
 */
public sealed interface Padding {
  /** See {@link #valid()}. */
  record Valid() implements Padding {
    @Override
    public String toString() {
      return "VALID";
    }
  }

  /** See {@link #same()}. */
  record Same() implements Padding {
    @Override
    public String toString() {
      return "SAME";
    }
  }

  /** See {@link #full()}. */
  record Full() implements Padding {
    @Override
    public String toString() {
      return "FULL";
    }
  }

  /**
   * Given amounts.
   *
   * @param edges one entry for all spatial axes, or one an axis
   */
  record Explicit(List<Edges> edges) implements Padding {
    /** Copies the list. */
    public Explicit {
      edges = List.copyOf(edges);
      if (edges.isEmpty()) {
        throw new GraphException("Give padding for all spatial axes, or one entry an axis.");
      }
    }

    /** The amounts, as in {@code [1..2, 0..0]}. */
    @Override
    public String toString() {
      return edges.toString();
    }

    Edges at(int spatialAxis) {
      return edges.size() == 1 ? edges.getFirst() : edges.get(spatialAxis);
    }
  }

  /**
   * The padding of one axis.
   *
   * @param low before the first element, may be negative
   * @param high behind the last element, may be negative
   */
  record Edges(Dim low, Dim high) {
    /** The given amounts. */
    public static Edges of(long low, long high) {
      return new Edges(Dim.of(low), Dim.of(high));
    }

    /** Both amounts, as in {@code 1..2}. */
    @Override
    public String toString() {
      return low + ".." + high;
    }
  }

  /** The window stays inside the array. */
  static Padding valid() {
    return new Valid();
  }

  /** As many places as the array has elements, over the stride, rounded up. */
  static Padding same() {
    return new Same();
  }

  /** Every place at which the window covers at least one element. */
  static Padding full() {
    return new Full();
  }

  /** The same amount before and behind: one number for all spatial axes, or one an axis. */
  static Padding of(long... amounts) {
    return new Explicit(Arrays.stream(amounts).mapToObj(n -> Edges.of(n, n)).toList());
  }

  /** Different amounts before and behind: one entry for all spatial axes, or one an axis. */
  static Padding of(Edges... edges) {
    return new Explicit(List.of(edges));
  }

  /** Whether this has amounts for that many spatial axes. */
  default boolean fits(int spatialRank) {
    return !(this instanceof Explicit(var edges))
        || edges.size() == 1
        || edges.size() == spatialRank;
  }

  /**
   * How the window moves along a spatial axis.
   *
   * @param spatialAxis counted from 0, for explicit amounts
   * @param input the size of the array
   * @param window the size of the window
   */
  default WindowAxis axis(int spatialAxis, Dim input, Dim window, long stride, long dilation) {
    Edges edges = edges(spatialAxis, input, extent(window, dilation), stride);
    return new WindowAxis(stride, edges.low(), edges.high(), 1, dilation);
  }

  /**
   * The size that the transposed window motion makes of {@code output} elements: the size of an
   * array on which the window has that many places, and {@code surplus} more, which {@link #same()}
   * leaves no room for.
   */
  default Dim transposedSize(
      int spatialAxis, Dim output, Dim window, long stride, long dilation, long surplus) {
    if (this instanceof Same) {
      return output.times(stride);
    }
    Dim extent = extent(window, dilation);
    Edges edges = edges(spatialAxis, output, extent, stride);
    Dim covered = output.minus(1).times(stride).plus(extent);
    return covered.minus(edges.low()).minus(edges.high()).plus(surplus);
  }

  private Edges edges(int spatialAxis, Dim input, Dim extent, long stride) {
    return switch (this) {
      case Valid() -> Edges.of(0, 0);
      case Full() -> new Edges(extent.minus(1), extent.minus(1));
      case Explicit explicit -> explicit.at(spatialAxis);
      case Same() -> sameEdges(input, extent, stride);
    };
  }

  private static Dim extent(Dim window, long dilation) {
    return window.minus(1).times(dilation).plus(1);
  }

  private static Edges sameEdges(Dim input, Dim extent, long stride) {
    Dim needed = input.ceilDiv(stride).minus(1).times(stride).plus(extent).minus(input);
    boolean reachesNext = extent.isConstant() && extent.value() >= stride;
    Dim low = (reachesNext ? needed : needed.max(Dim.of(0))).floorDiv(2);
    // A window smaller than its stride needs less than nothing: it leaves elements over. Cutting
    // them off changes no result, and keeps the size of the result a plain ceil(n / s) when n is
    // symbolic.
    Dim high = needed.minus(low);
    return new Edges(low, input.isConstant() ? high.max(Dim.of(0)) : high);
  }
}
