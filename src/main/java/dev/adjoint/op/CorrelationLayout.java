package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What each axis of a correlation's arrays is, a character an axis: {@code b} batch and {@code f}
 * feature (plane, channel) of input and output; {@code i} input and {@code o} output feature of the
 * kernel; {@code 0}, {@code 1}, {@code 2} the spatial axes. NHWC is {@code b01f}, HWIO is {@code
 * 01io}.
 *
 * @param input the axes of the input
 * @param kernel the axes of the kernel
 * @param output the axes of the output
 */
public record CorrelationLayout(String input, String kernel, String output) {
  private static final String SPATIAL = "012";

  /** Checks that each names every axis once. */
  public CorrelationLayout {
    int spatialRank = input.length() - 2;
    requireAxes(input, "bf", spatialRank);
    requireAxes(kernel, "io", spatialRank);
    requireAxes(output, "bf", spatialRank);
  }

  private static String spatialAxes(int spatialRank) {
    if (spatialRank < 1 || spatialRank > SPATIAL.length()) {
      throw new GraphException(
          "A correlation has 1 to 3 spatial axes, not %d.".formatted(spatialRank));
    }
    return SPATIAL.substring(0, spatialRank);
  }

  private static void requireAxes(String layout, String others, int spatialRank) {
    String expected = spatialAxes(spatialRank) + others;
    boolean complete =
        layout.length() == expected.length()
            && expected.chars().allMatch(c -> layout.indexOf(c) >= 0);
    if (!complete) {
      throw new GraphException(
          "The layout '%s' must name each of '%s' once.".formatted(layout, expected));
    }
  }

  /** Batch first, features last, kernels as spatial, input, output: NHWC and HWIO. */
  public static CorrelationLayout featuresLast(int spatialRank) {
    String spatial = spatialAxes(spatialRank);
    return new CorrelationLayout("b" + spatial + "f", spatial + "io", "b" + spatial + "f");
  }

  /** Batch first, then features, kernels as output, input, spatial: NCHW and OIHW. */
  public static CorrelationLayout featuresFirst(int spatialRank) {
    String spatial = spatialAxes(spatialRank);
    return new CorrelationLayout("bf" + spatial, "oi" + spatial, "bf" + spatial);
  }

  /** How many spatial axes. */
  public int spatialRank() {
    return input.length() - 2;
  }

  /** The kernel's spatial axes. */
  public Axes kernelSpatialAxes() {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < kernel.length(); axis++) {
      if (Character.isDigit(kernel.charAt(axis))) {
        axes.add(axis);
      }
    }
    return new Axes(axes);
  }

  static Dim spatial(Shape shape, String layout, int spatialAxis) {
    return shape.dim(layout.indexOf('0' + spatialAxis));
  }

  static Dim named(Shape shape, String layout, char axis) {
    return shape.dim(layout.indexOf(axis));
  }

  Shape outputShape(Dim batch, Dim features, List<Dim> spatial) {
    List<Dim> dims = new ArrayList<>(Collections.nCopies(output.length(), batch));
    dims.set(output.indexOf('f'), features);
    for (int i = 0; i < spatial.size(); i++) {
      dims.set(output.indexOf('0' + i), spatial.get(i));
    }
    return Shape.of(dims);
  }

  /** A layout string with its two letters replaced. */
  static String relabel(String layout, char from, char to, char from2, char to2) {
    return layout.replace(from, '\0').replace(from2, to2).replace('\0', to);
  }
}
