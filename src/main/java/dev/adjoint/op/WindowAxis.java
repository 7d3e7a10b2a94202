package dev.adjoint.op;

import dev.adjoint.graph.Default;
import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Dim;

/**
 * How a window moves along one axis of an array. Step o of the window puts its tap k at index
 * {@code o * stride + k * dilation - low} of the array whose elements stand {@code inputDilation}
 * apart; where there is no element, the array is taken to hold nothing (zero, for sums). Negative
 * padding thus shifts the whole axis; it is not a crop of the array before the window moves.
 *
 * @param stride how far the window moves a step, 1 or more
 * @param low padding before the first element, may be negative
 * @param high padding behind the last element, may be negative
 * @param inputDilation the distance of neighbouring elements of the array, 1 or more
 * @param dilation the distance of neighbouring taps of the window, 1 or more
 */
public record WindowAxis(
    @Default("1") long stride,
    @Default("0") Dim low,
    @Default("0") Dim high,
    @Default("1") long inputDilation,
    @Default("1") long dilation) {
  /** A window that moves by one, without padding or dilation. */
  public static final WindowAxis UNIT = new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 1);

  /** Checks the stride and the dilations. */
  public WindowAxis {
    if (stride < 1 || inputDilation < 1 || dilation < 1) {
      throw new GraphException(
          "A window's stride and dilations must be 1 or more, given stride %d, input dilation %d, dilation %d."
              .formatted(stride, inputDilation, dilation));
    }
  }

  /** A window of the given stride and padding, without dilation. */
  public static WindowAxis of(long stride, Dim low, Dim high) {
    return new WindowAxis(stride, low, high, 1, 1);
  }

  /** The extent of {@code size} elements that stand {@code dilation} apart. */
  static Dim dilated(Dim size, long dilation) {
    return dilation == 1 || size.is(0) ? size : size.minus(1).times(dilation).plus(1);
  }

  /** How many steps fit: {@code floor((padded input - extent of the window) / stride) + 1}. */
  public Dim outputSize(Dim input, Dim window) {
    Dim padded = dilated(input, inputDilation).plus(low).plus(high);
    return padded.minus(dilated(window, dilation)).floorDiv(stride).plus(1);
  }

  /**
   * The axis along which the gradient with respect to the input is a correlation of the output's
   * cotangent with the reversed window: stride and input dilation change places, and the padding is
   * such that the result has exactly the input's size. What the stride leaves over shows in the
   * high padding.
   */
  public WindowAxis inputGradient(Dim input, Dim window, Dim output) {
    Dim extent = dilated(window, dilation);
    Dim before = extent.minus(1).minus(low);
    Dim wanted = input.minus(1).times(inputDilation).plus(extent);
    Dim behind = wanted.minus(before).minus(dilated(output, stride));
    return new WindowAxis(
        /* stride= */ inputDilation, before, behind, /* inputDilation= */ stride, dilation);
  }

  /**
   * The axis along which the gradient with respect to the window is a correlation of the input with
   * the output's cotangent: stride and dilation change places, and the high padding is such that
   * the result has exactly the window's size.
   */
  public WindowAxis windowGradient(Dim input, Dim window, Dim output) {
    Dim wanted = window.minus(1).times(dilation).plus(dilated(output, stride));
    Dim behind = wanted.minus(low).minus(dilated(input, inputDilation));
    return new WindowAxis(
        /* stride= */ dilation, low, behind, inputDilation, /* dilation= */ stride);
  }

  /**
   * The axis along which the correlation of the window with the input, in each other's place, is
   * the reverse of this one's result: the dilations change places, and the padding is such that the
   * result has the same size.
   */
  public WindowAxis exchanged(Dim input, Dim window, Dim output) {
    Dim moved = output.minus(1).times(stride);
    Dim before = moved.minus(low);
    Dim behind = dilated(input, inputDilation).plus(low).minus(dilated(window, dilation));
    return new WindowAxis(
        stride, before, behind, /* inputDilation= */ dilation, /* dilation= */ inputDilation);
  }

  /**
   * The axis along which the correlation of the reversed input with the reversed window is the
   * reverse of this one's result: the paddings change places, without what the stride leaves over.
   */
  public WindowAxis reversed(Dim input, Dim window, Dim output) {
    Dim covered = output.minus(1).times(stride).plus(dilated(window, dilation));
    Dim before = covered.minus(dilated(input, inputDilation)).minus(low);
    return new WindowAxis(stride, before, low, inputDilation, dilation);
  }
}
