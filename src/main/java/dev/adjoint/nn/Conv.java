package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import java.util.Arrays;

/**
 * The settings of a convolution, for 1 to 3 spatial axes. Immutable; each method returns a changed
 * copy:
 *
 * <p>
 *
 * {@snippet :
 * Conv.same().strides(2).groups(4)
 * Conv.valid().padding(Padding.of(1, 2)).format(DataFormat.NCHW)
 * }
 *
 * @param strides how far the kernel moves a step, 1 or more
 * @param dilations the distance of neighbouring taps of the kernel, 1 or more
 * @param padding how far the kernel may hang over the edges
 * @param groups how many groups the features are cut into, 1 or more
 * @param format where the features stand
 * @param trueConvolution whether the kernel is reversed, as in the mathematical definition; false
 *     is the correlation that the field calls convolution
 */
public record Conv(
    PerAxis strides,
    PerAxis dilations,
    Padding padding,
    long groups,
    DataFormat format,
    boolean trueConvolution) {
  private static final PerAxis ONE = PerAxis.of(1);

  /** Checks the numbers. */
  public Conv {
    strides.requireAtLeast(1, "A stride");
    dilations.requireAtLeast(1, "A dilation");
    if (groups < 1) {
      throw new GraphException("Groups must be 1 or more, given %d.".formatted(groups));
    }
  }

  /** Stride 1, no dilation, no padding, one group, features last. */
  public static Conv valid() {
    return new Conv(ONE, ONE, Padding.valid(), 1, DataFormat.FEATURES_LAST, false);
  }

  /** As {@link #valid()}, padded so that the result has the input's size over the stride. */
  public static Conv same() {
    return valid().padding(Padding.same());
  }

  /** As {@link #valid()}, padded so that the kernel goes everywhere it touches the input. */
  public static Conv full() {
    return valid().padding(Padding.full());
  }

  /** With strides: one for all spatial axes, or one an axis. */
  public Conv strides(long... values) {
    return new Conv(PerAxis.of(values), dilations, padding, groups, format, trueConvolution);
  }

  /** With dilations: one for all spatial axes, or one an axis. */
  public Conv dilations(long... values) {
    return new Conv(strides, PerAxis.of(values), padding, groups, format, trueConvolution);
  }

  /** With another padding. */
  public Conv padding(Padding other) {
    return new Conv(strides, dilations, other, groups, format, trueConvolution);
  }

  /** With feature groups: group g of the result reads group g of the input only. */
  public Conv groups(long count) {
    return new Conv(strides, dilations, padding, count, format, trueConvolution);
  }

  /** With another order of the axes. */
  public Conv format(DataFormat other) {
    return new Conv(strides, dilations, padding, groups, other, trueConvolution);
  }

  /** With the kernel reversed: {@code y_i = sum_j x_(i - j) w_j}. */
  public Conv asTrueConvolution() {
    return new Conv(strides, dilations, padding, groups, format, true);
  }

  /** How the kernel moves along one spatial axis. */
  WindowAxis axis(int spatialAxis, Dim input, Dim kernel) {
    return padding.axis(
        spatialAxis, input, kernel, strides.at(spatialAxis), dilations.at(spatialAxis));
  }

  /** These settings along one of several spatial axes, and stride 1 without padding elsewhere. */
  Conv along(int spatialAxis, int spatialRank) {
    long[] alongStrides = ones(spatialRank);
    long[] alongDilations = ones(spatialRank);
    alongStrides[spatialAxis] = strides.at(spatialAxis);
    alongDilations[spatialAxis] = dilations.at(spatialAxis);
    Conv only = strides(alongStrides).dilations(alongDilations);
    if (!(padding instanceof Padding.Explicit explicit)) {
      return only;
    }
    Padding.Edges[] edges = new Padding.Edges[spatialRank];
    Arrays.fill(edges, Padding.Edges.of(0, 0));
    edges[spatialAxis] = explicit.at(spatialAxis);
    return only.padding(Padding.of(edges));
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
