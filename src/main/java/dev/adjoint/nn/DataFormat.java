package dev.adjoint.nn;

import dev.adjoint.graph.Value;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.stream.IntStream;

/**
 * Where the features (planes, channels) stand among the axes of an array. The batch is always the
 * first axis, and the spatial axes keep their order.
 */
public enum DataFormat {
  /** Batch, spatial axes, features: NWC, NHWC, NDHWC. Kernels are spatial, input, output: HWIO. */
  FEATURES_LAST,
  /** Batch, features, spatial axes: NCW, NCHW, NCDHW. Kernels are output, input, spatial: OIHW. */
  FEATURES_FIRST;

  /** {@link #FEATURES_LAST} by the name it has for images. */
  public static final DataFormat NHWC = FEATURES_LAST;

  /** {@link #FEATURES_FIRST} by the name it has for images. */
  public static final DataFormat NCHW = FEATURES_FIRST;

  /** The axis of the features in an array of the given rank. */
  public int featureAxis(int rank) {
    return this == FEATURES_LAST ? rank - 1 : 1;
  }

  /** The spatial axes of an array of the given rank. */
  public int[] spatialAxes(int rank) {
    int first = this == FEATURES_LAST ? 1 : 2;
    return IntStream.range(first, first + rank - 2).toArray();
  }

  /** The layout of a correlation over that many spatial axes. */
  public CorrelationLayout layout(int spatialRank) {
    return this == FEATURES_LAST
        ? CorrelationLayout.featuresLast(spatialRank)
        : CorrelationLayout.featuresFirst(spatialRank);
  }

  /**
   * A vector with one element a feature, with axes of size 1 behind it where an array of the given
   * rank needs them to be broadcast along its features.
   */
  public Value alongFeatures(Value vector, int rank) {
    Shape shape = vector.shape();
    for (int axis = featureAxis(rank) + 1; axis < rank; axis++) {
      shape = shape.append(Dim.of(1));
    }
    return vector.reshape(shape);
  }
}
