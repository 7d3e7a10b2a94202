package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;

/**
 * Convolutions whose kernel is a product of smaller ones, along the features or along space. They
 * are compositions of {@link Convolutions} and raise its errors; {@link Conv#groups()} must be 1.
 */
public final class FactoredConvolutions {
  private FactoredConvolutions() {}

  /**
   * Convolves each plane for itself, with as many filters a plane as the kernel has: plane c and
   * filter m make plane {@code c * multiplier + m}. A grouped convolution with a group a plane.
   *
   * @param kernel {@code [spatial.., C, multiplier]} with features last, {@code [C, multiplier,
   *     spatial..]} with features first
   */
  public static Value depthwise(Value x, Value kernel, Conv conv) {
    requireOneGroup("depthwise", kernel, conv);
    int spatialRank = Convolutions.spatialRank("depthwise", x);
    Dim planes = x.dim(conv.format().featureAxis(x.rank()));
    int at = conv.format() == DataFormat.FEATURES_LAST ? spatialRank : 0;
    if (kernel.rank() != x.rank() || !kernel.dim(at).equals(planes) || !planes.isConstant()) {
      throw new GraphException(
          kernel.name(),
          "C4",
          "depthwise of '%s' with '%s' (C4): the kernel %s must have size %s along axis %d, as many as the input %s has planes."
              .formatted(x.name(), kernel.name(), kernel.type(), planes, at, x.type()));
    }
    return Convolutions.forward(
        "depthwise",
        spatialRank,
        x,
        kernel.reshape(groupedShape(kernel.shape(), conv.format())),
        conv.groups(planes.value()));
  }

  /** The shape of a depthwise kernel as the kernel of a grouped convolution. */
  static Shape groupedShape(Shape depthwise, DataFormat format) {
    int planes = format == DataFormat.FEATURES_LAST ? depthwise.rank() - 2 : 0;
    Dim made = depthwise.dim(planes).times(depthwise.dim(planes + 1));
    Shape merged = depthwise.remove(planes).withDim(planes, made);
    return merged.insert(format == DataFormat.FEATURES_LAST ? planes : 1, Dim.of(1));
  }

  /**
   * Mixes planes at each place for itself: a convolution with a kernel of size 1.
   *
   * @param kernel {@code [C, filters]} with features last, {@code [filters, C]} with features first
   * @param conv its strides and format count; padding has nothing to do
   */
  public static Value pointwise(Value x, Value kernel, Conv conv) {
    requireOneGroup("pointwise", kernel, conv);
    int spatialRank = Convolutions.spatialRank("pointwise", x);
    if (kernel.rank() != 2) {
      throw new GraphException(
          kernel.name(),
          "C1",
          "pointwise of '%s' with '%s' (C1): the kernel must be a matrix %s, it is %s."
              .formatted(
                  x.name(),
                  kernel.name(),
                  conv.format() == DataFormat.FEATURES_LAST ? "[C, filters]" : "[filters, C]",
                  kernel.type()));
    }
    Shape shape = kernel.shape();
    for (int axis = 0; axis < spatialRank; axis++) {
      shape = shape.insert(conv.format() == DataFormat.FEATURES_LAST ? 0 : 2, Dim.of(1));
    }
    Conv unpadded = conv.padding(Padding.valid());
    return Convolutions.forward("pointwise", spatialRank, x, kernel.reshape(shape), unpadded);
  }

  /**
   * The depthwise separable convolution: {@link #depthwise} with the settings, then {@link
   * #pointwise}.
   */
  public static Value separable(Value x, Value depthwise, Value pointwise, Conv conv) {
    return pointwise(depthwise(x, depthwise, conv), pointwise, Conv.valid().format(conv.format()));
  }

  /**
   * The spatially separable convolution of images: a column of k taps, then a row of k taps. With
   * one plane between them it equals the convolution with the outer product of both.
   *
   * @param column the kernel along the height, its size along the width being 1
   * @param row the kernel along the width, its size along the height being 1
   * @param conv strides, dilations and padding go to the kernel along whose axis they are
   */
  public static Value spatiallySeparable(Value x, Value column, Value row, Conv conv) {
    requireOneGroup("spatiallySeparable", column, conv);
    Value tall = Convolutions.forward("spatiallySeparable", 2, x, column, conv.along(0, 2));
    return Convolutions.forward("spatiallySeparable", 2, tall, row, conv.along(1, 2));
  }

  /**
   * The flattened convolution of images: three one-dimensional convolutions, over the planes, the
   * height and the width, one of each a filter (Jin, Dundar and Culurciello, "Flattened
   * convolutional neural networks for feedforward acceleration", 2015). It equals the convolution
   * with the kernel {@code w[a, b, c, f] = lateral[c, f] * vertical[a, f] * horizontal[b, f]}.
   *
   * @param lateral {@code [C, filters]}
   * @param vertical {@code [height, filters]}
   * @param horizontal {@code [width, filters]}
   * @param conv strides, dilations and padding go to the axis along which they are
   */
  public static Value flattened(
      Value x, Value lateral, Value vertical, Value horizontal, Conv conv) {
    boolean last = conv.format() == DataFormat.FEATURES_LAST;
    Conv plain = Conv.valid().format(conv.format());
    Value mixed = pointwise(x, last ? lateral : lateral.transpose(), plain);
    Value tall = depthwise(mixed, line(vertical, 1, last), conv.along(0, 2));
    return depthwise(tall, line(horizontal, 0, last), conv.along(1, 2));
  }

  /** From {@code [taps, filters]} to the depthwise kernel that has the taps along one axis. */
  private static Value line(Value taps, int otherSpatialAxis, boolean featuresLast) {
    Value lined = featuresLast ? taps.expandDims(2) : taps.transpose().expandDims(1);
    int spatial = featuresLast ? 0 : 2;
    return lined.expandDims(spatial + otherSpatialAxis);
  }

  private static void requireOneGroup(String function, Value kernel, Conv conv) {
    if (conv.groups() != 1) {
      throw new GraphException(
          kernel.name(),
          "C3",
          "%s with '%s' (C3): it takes no groups of its own, given %d. Leave them out, or call conv."
              .formatted(function, kernel.name(), conv.groups()));
    }
  }
}
