package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions of an input with a kernel, each one {@link Convolution.Correlation} and at most a
 * {@code reverse} of the kernel. See {@link FactoredConvolutions} for the depthwise, separable and
 * flattened ones, and {@link Layers} for those that make their own kernels.
 *
 * <p>Axes are as {@link Conv#format()} says: with features last, the input is {@code [N, spatial..,
 * C]} and the kernel {@code [spatial.., C / groups, filters]} (NHWC and HWIO); with features first
 * the input is {@code [N, C, spatial..]} and the kernel {@code [filters, C / groups, spatial..]}
 * (NCHW and OIHW). Dtypes are numeric and equal, and so is the result's. The batch and the spatial
 * sizes may be symbolic.
 *
 * <p>Each raises a {@link GraphException} that names the kernel's node, so the layer, and the
 * constraint that is broken: (C1) input and kernel have the function's rank; (C2) strides,
 * dilations and padding are one for all spatial axes or one an axis; (dtype) the dtypes are equal;
 * (C4) the kernel reads as many planes as the input has; (C5) the kernel's output planes divide
 * into the groups; (C7) the result has no size of zero or less, as far as sizes are known; (C8) a
 * transposed convolution's output padding is less than the stride. The result is the same bits on
 * any number of threads.
 */
public final class Convolutions {
  private Convolutions() {}

  /** A convolution over one spatial axis, stride 1, no padding, features last. */
  public static Value conv1d(Value x, Value kernel) {
    return conv1d(x, kernel, Conv.valid());
  }

  /** A convolution over one spatial axis. */
  public static Value conv1d(Value x, Value kernel, Conv conv) {
    return forward("conv1d", 1, x, kernel, conv);
  }

  /** A convolution over two spatial axes, stride 1, no padding, features last. */
  public static Value conv2d(Value x, Value kernel) {
    return conv2d(x, kernel, Conv.valid());
  }

  /**
   * A convolution over two spatial axes:
   *
   * <pre>
   * y[n, i, j, o] = sum over a, b, c of
   *     x[n, i * stride + a * dilation - low, j * stride + b * dilation - low, c] * w[a, b, c, o]
   * </pre>
   */
  public static Value conv2d(Value x, Value kernel, Conv conv) {
    return forward("conv2d", 2, x, kernel, conv);
  }

  /** A convolution over three spatial axes, stride 1, no padding, features last. */
  public static Value conv3d(Value x, Value kernel) {
    return conv3d(x, kernel, Conv.valid());
  }

  /** A convolution over three spatial axes. */
  public static Value conv3d(Value x, Value kernel, Conv conv) {
    return forward("conv3d", 3, x, kernel, conv);
  }

  /** A convolution over as many spatial axes, 1 to 3, as the input has. */
  public static Value conv(Value x, Value kernel, Conv conv) {
    return forward("conv", spatialRank("conv", x), x, kernel, conv);
  }

  /** As {@link #convTranspose}, over one spatial axis. */
  public static Value convTranspose1d(Value x, Value kernel, Conv conv, long... outputPadding) {
    return backward("conv_transpose1d", 1, x, kernel, conv, outputPadding);
  }

  /** As {@link #convTranspose}, over two spatial axes. */
  public static Value convTranspose2d(Value x, Value kernel, Conv conv, long... outputPadding) {
    return backward("conv_transpose2d", 2, x, kernel, conv, outputPadding);
  }

  /** As {@link #convTranspose}, over three spatial axes. */
  public static Value convTranspose3d(Value x, Value kernel, Conv conv, long... outputPadding) {
    return backward("conv_transpose3d", 3, x, kernel, conv, outputPadding);
  }

  /**
   * The transposed convolution: the transposed of the linear map {@code conv(., kernel, conv)},
   * which is also that map's gradient. The kernel is the one of that convolution, in its layout: it
   * reads the planes of the <em>result</em> and makes the planes of the <em>input</em>. With
   * features last it is {@code [spatial.., result's planes / groups, input's planes]}, as in
   * TensorFlow; with features first {@code [input's planes, result's planes / groups, spatial..]},
   * as in PyTorch.
   *
   * <p>An axis of size n with stride s, a kernel of extent e and padding low and high becomes
   * {@code (n - 1) * s + e - low - high + output padding}, as in PyTorch; with {@link
   * Padding#same()} it becomes {@code n * s}, as in TensorFlow.
   *
   * @param outputPadding which of the sizes that the convolution would bring to n: none for the
   *     smallest, else 0 to stride - 1, one number for all spatial axes or one an axis
   */
  public static Value convTranspose(Value x, Value kernel, Conv conv, long... outputPadding) {
    int spatialRank = spatialRank("conv_transpose", x);
    return backward("conv_transpose", spatialRank, x, kernel, conv, outputPadding);
  }

  /**
   * The kernel with which a convolution does what a dense layer does with flattened features; on
   * larger inputs the convolution then gives the layer's answer at every place (use it with {@link
   * Conv#valid()} in the same format).
   *
   * @param weights of the dense layer: {@code [spatial.. * C, units]}
   * @param features an array of the features as they were flattened, {@code [N, spatial.., C]} or
   *     {@code [N, C, spatial..]}; only its sizes are read
   */
  public static Value kernelOfDense(Value weights, Value features, DataFormat format) {
    int spatialRank = spatialRank("kernelOfDense", features);
    Shape read = features.shape().remove(0);
    boolean fits = weights.rank() == 2 && weights.dim(0).equals(read.elements());
    if (!fits) {
      throw new GraphException(
          weights.name(),
          "C4",
          "kernelOfDense: the weights '%s' are %s, the features '%s' %s flatten to %s. Pass weights of [%s, units]."
              .formatted(
                  weights.name(),
                  weights.type(),
                  features.name(),
                  features.type(),
                  read.elements(),
                  read.elements()));
    }
    Value kernel = weights.reshape(read.append(weights.dim(1)));
    if (format == DataFormat.FEATURES_LAST) {
      return kernel;
    }
    int[] unitsFirst = new int[spatialRank + 2];
    for (int axis = 0; axis < unitsFirst.length; axis++) {
      unitsFirst[axis] = axis - 1;
    }
    return kernel.transpose(unitsFirst);
  }

  static Value forward(String function, int spatialRank, Value x, Value kernel, Conv conv) {
    ConvolutionChecks checks = new ConvolutionChecks(function, x, kernel, conv, spatialRank);
    checks.requireForm();
    checks.requirePlanes();
    Convolution.Correlation op = correlation(checks, x.shape());
    for (int axis = 0; axis < spatialRank; axis++) {
      WindowAxis window = op.window().get(axis);
      Dim size = window.outputSize(spatial(op, x, axis), tap(op, kernel, axis));
      checks.requireSize(axis, size, window);
    }
    return x.builder().add(op, x, oriented(kernel, op.layout(), conv));
  }

  private static Value backward(
      String function, int spatialRank, Value x, Value kernel, Conv conv, long... outputPadding) {
    ConvolutionChecks checks = new ConvolutionChecks(function, x, kernel, conv, spatialRank);
    PerAxis surplus = outputPadding.length == 0 ? PerAxis.of(0) : PerAxis.of(outputPadding);
    checks.requireForm();
    checks.requireTransposedPlanes();
    checks.requireOutputPadding(surplus);
    CorrelationLayout layout = conv.format().layout(spatialRank);
    Dim planes = kernel.dim(layout.kernel().indexOf('i')).times(conv.groups());
    Shape result = x.shape().withDim(conv.format().featureAxis(x.rank()), planes);
    for (int axis = 0; axis < spatialRank; axis++) {
      int position = layout.input().indexOf('0' + axis);
      Dim tap = kernel.dim(layout.kernel().indexOf('0' + axis));
      long stride = conv.strides().at(axis);
      long dilation = conv.dilations().at(axis);
      Dim size =
          conv.padding()
              .transposedSize(axis, x.dim(position), tap, stride, dilation, surplus.at(axis));
      checks.requireSize(axis, size, conv.axis(axis, x.dim(position), tap));
      result = result.withDim(position, size);
    }
    Convolution.Correlation op = correlation(checks, result);
    return op.transposed(x, oriented(kernel, layout, conv), result);
  }

  /** The correlation that a convolution of an input of the given shape is. */
  private static Convolution.Correlation correlation(ConvolutionChecks checks, Shape input) {
    Conv conv = checks.conv();
    CorrelationLayout layout = conv.format().layout(checks.spatialRank());
    List<WindowAxis> window = new ArrayList<>();
    for (int axis = 0; axis < checks.spatialRank(); axis++) {
      window.add(
          conv.axis(
              axis,
              input.dim(layout.input().indexOf('0' + axis)),
              checks.kernel().dim(layout.kernel().indexOf('0' + axis))));
    }
    return new Convolution.Correlation(window, layout, conv.groups(), 1);
  }

  private static Value oriented(Value kernel, CorrelationLayout layout, Conv conv) {
    return conv.trueConvolution() ? kernel.reverse(layout.kernelSpatialAxes()) : kernel;
  }

  private static Dim spatial(Convolution.Correlation op, Value x, int axis) {
    return x.dim(op.layout().input().indexOf('0' + axis));
  }

  private static Dim tap(Convolution.Correlation op, Value kernel, int axis) {
    return kernel.dim(op.layout().kernel().indexOf('0' + axis));
  }

  /** How many spatial axes an input has, if a function takes it. */
  static int spatialRank(String function, Value x) {
    int spatialRank = x.rank() - 2;
    if (spatialRank < 1 || spatialRank > 3) {
      throw new GraphException(
          x.name(),
          "C1",
          "%s of '%s' (C1): the input must have a batch, features and 1 to 3 spatial axes, it is %s."
              .formatted(function, x.name(), x.type()));
    }
    return spatialRank;
  }
}
