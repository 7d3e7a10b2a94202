package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Pooling over the 1 to 3 spatial axes of an input {@code [N, spatial.., C]} or {@code [N, C,
 * spatial..]}, whose batch and spatial sizes may be symbolic. The result has the input's dtype;
 * means of integers are rounded down.
 *
 * <p>Each raises a {@link GraphException} that names the input's node and the constraint that is
 * broken: (C1) the input has 1 to 3 spatial axes; (C2) the settings are one for all spatial axes or
 * one an axis; (C3) the result has no size of zero or less, as far as sizes are known.
 */
public final class Poolings {
  private Poolings() {}

  /** The sizes and the motion of a window over all axes of an array. */
  private record Windows(List<Long> sizes, List<WindowAxis> axes) {}

  /**
   * The largest element of each window. Padding never wins; a window that covers nothing else, as
   * only dilation or explicit padding can make, gives -infinity. The gradient goes to the first of
   * the largest elements.
   */
  public static Value maxPool(Value x, Pool pool) {
    Windows windows = windows("maxPool", x, pool);
    return x.maxPool(windows.sizes(), windows.axes());
  }

  /** The sum of each window, padding counting as 0. */
  public static Value sumPool(Value x, Pool pool) {
    Windows windows = windows("sumPool", x, pool);
    return x.sumPool(windows.sizes(), windows.axes());
  }

  /**
   * The mean of those elements of each window that are not padding, as in TensorFlow; NaN for a
   * window that covers nothing else.
   */
  public static Value averagePool(Value x, Pool pool) {
    Windows windows = windows("averagePool", x, pool);
    Value sums = x.sumPool(windows.sizes(), windows.axes());
    Value count = oneFeature(x, pool).sumPool(windows.sizes(), windows.axes());
    return sums.div(count);
  }

  /**
   * The mean of each window where padding counts as zeros, as PyTorch does by default. What a
   * {@linkplain Pool#ceilMode() last window} covers behind the padding does not count.
   */
  public static Value averagePoolCountingPadding(Value x, Pool pool) {
    Windows windows = windows("averagePool", x, pool);
    Value sums = x.sumPool(windows.sizes(), windows.axes());
    if (!pool.ceiling()) {
      return sums.div(windows.sizes().stream().reduce(1L, (a, b) -> a * b));
    }
    List<WindowAxis> overhang = new ArrayList<>();
    Value ones = oneFeature(x, pool);
    Shape shape = ones.shape();
    int[] spatial = pool.format().spatialAxes(x.rank());
    for (int axis = 0; axis < x.rank(); axis++) {
      int position = Arrays.binarySearch(spatial, axis);
      WindowAxis window = windows.axes().get(axis);
      if (position >= 0) {
        WindowAxis declared = pool.declared(position, x.dim(axis));
        shape = shape.withDim(axis, x.dim(axis).plus(declared.low()).plus(declared.high()));
        Dim behind = window.high().minus(declared.high());
        window = new WindowAxis(window.stride(), Dim.of(0), behind, 1, window.dilation());
      }
      overhang.add(window);
    }
    Value counted = x.scalar(1).broadcast(shape);
    return sums.div(counted.sumPool(windows.sizes(), overhang));
  }

  /**
   * The p-norm of each window, {@code (sum |x|^p)^(1/p)}, padding counting as 0. Its gradient is 0
   * where a window holds nothing but zeros.
   *
   * @param p 1 or more
   */
  public static Value lpPool(Value x, double p, Pool pool) {
    Value sums = sumPool(Activations.absolutePower(x, p), pool);
    return Activations.rootWithZeroSlopeAtZero(sums, p);
  }

  /** The mean over all spatial axes: {@code [N, C]}. */
  public static Value globalAveragePool(Value x, DataFormat format) {
    Convolutions.spatialRank("globalAveragePool", x);
    return x.mean(format.spatialAxes(x.rank()));
  }

  /** The largest element over all spatial axes: {@code [N, C]}. */
  public static Value globalMaxPool(Value x, DataFormat format) {
    Convolutions.spatialRank("globalMaxPool", x);
    return x.reduceMax(format.spatialAxes(x.rank()));
  }

  /** Ones in the spatial shape of the input, with a batch and features of 1. */
  private static Value oneFeature(Value x, Pool pool) {
    Shape shape =
        x.shape().withDim(0, Dim.of(1)).withDim(pool.format().featureAxis(x.rank()), Dim.of(1));
    return x.scalar(1).broadcast(shape);
  }

  private static Windows windows(String function, Value x, Pool pool) {
    int spatialRank = Convolutions.spatialRank(function, x);
    if (!pool.fits(spatialRank)) {
      throw new GraphException(
          x.name(),
          "C2",
          "%s of '%s' (C2): the settings are not for %d spatial axes: %s. Give one number for all of them, or one for each."
              .formatted(function, x.name(), spatialRank, pool));
    }
    List<Long> sizes = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
    List<WindowAxis> axes = new ArrayList<>(Collections.nCopies(x.rank(), WindowAxis.UNIT));
    int[] spatial = pool.format().spatialAxes(x.rank());
    for (int axis = 0; axis < spatialRank; axis++) {
      Dim input = x.dim(spatial[axis]);
      WindowAxis window = pool.axis(axis, input);
      requireSize(function, x, pool, axis, window.outputSize(input, Dim.of(pool.sizes().at(axis))));
      sizes.set(spatial[axis], pool.sizes().at(axis));
      axes.set(spatial[axis], window);
    }
    return new Windows(sizes, axes);
  }

  private static void requireSize(String function, Value x, Pool pool, int axis, Dim size) {
    Dim input = x.dim(pool.format().spatialAxes(x.rank())[axis]);
    boolean empty = size.is(0) && input.is(0);
    if (size.isConstant() && size.value() <= 0 && !empty) {
      throw new GraphException(
          x.name(),
          "C3",
          """
          %s of '%s' (C3): spatial axis %d would get size %s: a window of %d (dilation %d) does not fit an input of %s with padding %s.
            input '%s'  %s
          Pass a smaller window or a larger input, or pad with Padding.same().\
          """
              .formatted(
                  function,
                  x.name(),
                  axis,
                  size,
                  pool.sizes().at(axis),
                  pool.dilations().at(axis),
                  input,
                  pool.padding(),
                  x.name(),
                  x.type()));
    }
  }
}
