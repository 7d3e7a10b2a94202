package dev.adjoint.nn;

import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;

/**
 * The settings of a pooling, for 1 to 3 spatial axes. Immutable; each method returns a changed
 * copy:
 *
 * <p>
 *
 * {@snippet :
 * Pool.of(2)                                           // windows of 2x2, stride 2
 * Pool.of(3).strides(2).padding(Padding.same())
 * Pool.of(2, 3).ceilMode().format(DataFormat.NCHW)
 * }
 *
 * @param sizes the window's size, 1 or more
 * @param strides how far it moves a step, 1 or more
 * @param dilations the distance of neighbouring elements of the window, 1 or more
 * @param padding how far it may hang over the edges
 * @param ceiling whether a last window that is not filled is kept, if it starts inside the input or
 *     its padding before; false drops it
 * @param format where the features stand
 */
public record Pool(
    PerAxis sizes,
    PerAxis strides,
    PerAxis dilations,
    Padding padding,
    boolean ceiling,
    DataFormat format) {
  /** Checks the numbers. */
  public Pool {
    sizes.requireAtLeast(1, "A window's size");
    strides.requireAtLeast(1, "A stride");
    dilations.requireAtLeast(1, "A dilation");
  }

  /** Windows side by side: the size, one or one an axis, is also the stride. No padding. */
  public static Pool of(long... sizes) {
    PerAxis size = PerAxis.of(sizes);
    return new Pool(size, size, PerAxis.of(1), Padding.valid(), false, DataFormat.FEATURES_LAST);
  }

  /** With strides: one for all spatial axes, or one an axis. */
  public Pool strides(long... values) {
    return new Pool(sizes, PerAxis.of(values), dilations, padding, ceiling, format);
  }

  /** With dilations: one for all spatial axes, or one an axis. */
  public Pool dilations(long... values) {
    return new Pool(sizes, strides, PerAxis.of(values), padding, ceiling, format);
  }

  /** With another padding. */
  public Pool padding(Padding other) {
    return new Pool(sizes, strides, dilations, other, ceiling, format);
  }

  /** With a last window that hangs over the edge. */
  public Pool ceilMode() {
    return new Pool(sizes, strides, dilations, padding, true, format);
  }

  /** With another order of the axes. */
  public Pool format(DataFormat other) {
    return new Pool(sizes, strides, dilations, padding, ceiling, other);
  }

  /** Whether there are numbers for that many spatial axes. */
  boolean fits(int spatialRank) {
    return sizes.fits(spatialRank)
        && strides.fits(spatialRank)
        && dilations.fits(spatialRank)
        && padding.fits(spatialRank);
  }

  /** The window along one spatial axis, without what a ceiling adds. */
  WindowAxis declared(int spatialAxis, Dim input) {
    return padding.axis(
        spatialAxis,
        input,
        Dim.of(sizes.at(spatialAxis)),
        strides.at(spatialAxis),
        dilations.at(spatialAxis));
  }

  /** The window along one spatial axis. */
  WindowAxis axis(int spatialAxis, Dim input) {
    WindowAxis floor = declared(spatialAxis, input);
    return ceiling ? hangingOver(floor, input, Dim.of(sizes.at(spatialAxis))) : floor;
  }

  /**
   * Pads behind so that the last window fits that starts inside the input or the padding before it.
   */
  private static WindowAxis hangingOver(WindowAxis floor, Dim input, Dim size) {
    long stride = floor.stride();
    Dim extent = size.minus(1).times(floor.dilation()).plus(1);
    Dim padded = input.plus(floor.low()).plus(floor.high());
    Dim rounded = padded.minus(extent).ceilDiv(stride).plus(1);
    Dim starting = input.plus(floor.low()).ceilDiv(stride);
    Dim places = rounded.min(starting);
    Dim high = places.minus(1).times(stride).plus(extent).minus(input).minus(floor.low());
    return new WindowAxis(stride, floor.low(), high, 1, floor.dilation());
  }
}
