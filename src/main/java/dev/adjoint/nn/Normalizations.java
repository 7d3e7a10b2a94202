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
import java.util.stream.IntStream;

/**
 * Normalisations of values of floating point: {@code (x - mean) / sqrt(variance + epsilon) * scale
 * + offset}, where mean and variance are taken over some axes of the same example. The variance is
 * the mean squared deviation from the mean (not corrected for the sample's size). See {@link
 * BatchNorm} for the one that is taken over the batch.
 */
public final class Normalizations {
  private Normalizations() {}

  /**
   * {@code (x - mean) / sqrt(variance + epsilon)} with mean and variance over the given axes, over
   * all if none.
   */
  public static Value standardize(Value x, double epsilon, int... axes) {
    return Moments.of(x, axes).standardize(x, epsilon);
  }

  /**
   * Layer normalisation: over the last axes, as many as the scale has (Ba, Kiros and Hinton, 2016).
   *
   * @param scale of the shape of the last axes of x, as is the offset
   * @throws GraphException if a shape does not fit
   */
  public static Value layerNorm(Value x, Value scale, Value offset, double epsilon) {
    int first = x.rank() - scale.rank();
    boolean fits =
        first >= 0
            && scale.rank() > 0
            && scale.shape().dims().equals(x.shape().dims().subList(first, x.rank()))
            && offset.shape().equals(scale.shape());
    if (!fits) {
      throw new GraphException(
          scale.name(),
          "C1",
          "layerNorm of '%s' %s (C1): scale and offset must have the shape of its last axes, given '%s' %s and '%s' %s."
              .formatted(
                  x.name(), x.type(), scale.name(), scale.type(), offset.name(), offset.type()));
    }
    int[] axes = IntStream.range(first, x.rank()).toArray();
    return standardize(x, epsilon, axes).mul(scale).add(offset);
  }

  /**
   * Group normalisation: the features are cut into groups, and each is normalised over its features
   * and all spatial axes (Wu and He, 2018).
   *
   * @param scale one number a feature, as is the offset
   * @throws GraphException if the features do not divide into the groups, or a shape does not fit
   */
  public static Value groupNorm(
      Value x, long groups, Value scale, Value offset, DataFormat format, double epsilon) {
    int feature = featureAxis("groupNorm", x, scale, offset, format);
    Dim features = x.dim(feature);
    if (groups < 1 || !features.floorDiv(groups).times(groups).equals(features)) {
      throw new GraphException(
          x.name(),
          "C2",
          "groupNorm of '%s' %s (C2): %s features do not divide into %d groups."
              .formatted(x.name(), x.type(), features, groups));
    }
    Shape split =
        x.shape().withDim(feature, features.floorDiv(groups)).insert(feature, Dim.of(groups));
    int[] axes = IntStream.range(1, split.rank()).filter(axis -> axis != feature).toArray();
    Value standard = standardize(x.reshape(split), epsilon, axes).reshape(x.shape());
    return affine(standard, scale, offset, format);
  }

  /**
   * Instance normalisation: each feature over its spatial axes (Ulyanov, Vedaldi and Lempitsky,
   * 2016).
   *
   * @param x of rank 3 or more: without spatial axes there is nothing to take a mean over
   * @param scale one number a feature, as is the offset
   * @throws GraphException if a shape does not fit
   */
  public static Value instanceNorm(
      Value x, Value scale, Value offset, DataFormat format, double epsilon) {
    featureAxis("instanceNorm", x, scale, offset, format);
    if (x.rank() < 3) {
      throw new GraphException(
          x.name(),
          "C2",
          "instanceNorm of '%s' %s (C2): it has no spatial axes. Use layerNorm, or pass an input of rank 3 or more."
              .formatted(x.name(), x.type()));
    }
    Value standard = standardize(x, epsilon, format.spatialAxes(x.rank()));
    return affine(standard, scale, offset, format);
  }

  /**
   * Local response normalisation across neighbouring features: {@code y_c = x_c / (bias + alpha *
   * sum x_j^2)^beta} over the features j at most {@code radius} from c (Krizhevsky, Sutskever and
   * Hinton, 2012: bias 2, radius 2, alpha 1e-4, beta 0.75). TensorFlow's alpha is the same; those
   * of PyTorch and ONNX are divided by the number of neighbours, {@code 2 * radius + 1}.
   */
  public static Value localResponseNorm(
      Value x, long radius, double bias, double alpha, double beta, DataFormat format) {
    if (radius < 0 || x.rank() < 2) {
      throw new GraphException(
          x.name(),
          "C1",
          "localResponseNorm of '%s' %s: it needs a batch, features and a radius of 0 or more, given %d."
              .formatted(x.name(), x.type(), radius));
    }
    List<Long> sizes = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
    List<WindowAxis> window = new ArrayList<>(Collections.nCopies(x.rank(), WindowAxis.UNIT));
    int feature = format.featureAxis(x.rank());
    sizes.set(feature, 2 * radius + 1);
    window.set(feature, WindowAxis.of(1, Dim.of(radius), Dim.of(radius)));
    Value energy = x.mul(x).sumPool(sizes, window);
    return x.div(energy.mul(alpha).add(bias).pow(beta));
  }

  /** {@code x * scale + offset}, one number a feature each. */
  static Value affine(Value x, Value scale, Value offset, DataFormat format) {
    return x.mul(format.alongFeatures(scale, x.rank())).add(format.alongFeatures(offset, x.rank()));
  }

  /** The axis of the features, if scale and offset are vectors of as many. */
  static int featureAxis(String function, Value x, Value scale, Value offset, DataFormat format) {
    int feature = x.rank() < 2 ? -1 : format.featureAxis(x.rank());
    boolean fits =
        feature >= 0
            && scale.shape().equals(Shape.of(x.dim(feature)))
            && offset.shape().equals(scale.shape());
    if (!fits) {
      throw new GraphException(
          scale.name(),
          "C1",
          "%s of '%s' %s (C1): scale and offset must be vectors of one number a feature (axis %d), given '%s' %s and '%s' %s."
              .formatted(
                  function,
                  x.name(),
                  x.type(),
                  feature,
                  scale.name(),
                  scale.type(),
                  offset.name(),
                  offset.type()));
    }
    return feature;
  }

  /**
   * Mean and variance over some axes, which stay with size 1.
   *
   * @param mean the mean
   * @param variance the mean squared deviation from it
   */
  record Moments(Value mean, Value variance) {
    static Moments of(Value x, int... axes) {
      Value mean = x.meanKeepDims(axes);
      Value deviation = x.sub(mean);
      return new Moments(mean, deviation.mul(deviation).meanKeepDims(axes));
    }

    Value standardize(Value x, double epsilon) {
      return x.sub(mean).mul(variance.add(epsilon).rsqrt());
    }
  }

  /** All axes but the features'. */
  static int[] axesOfBatch(int rank, int feature) {
    int[] axes = new int[rank - 1];
    Arrays.setAll(axes, i -> i < feature ? i : i + 1);
    return axes;
  }
}
