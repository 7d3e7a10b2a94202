package dev.adjoint.nn;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Initializer;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;

/**
 * First values of parameters. They are nodes of the graph, so they are saved with it, and equal on
 * every machine. The random ones take a seed and draw from a stream that belongs to the seed and
 * the parameter's full name: two parameters never share their numbers, and adding one changes no
 * other. They make floating point and raise a {@link GraphException} for other dtypes.
 *
 * <p>Fans: with the receptive field r, the product of the kernel's spatial sizes, fan-in is r times
 * the kernel's input features and fan-out r times its output features. A vector of n has both n, a
 * scalar 1. Depthwise layers count one input feature.
 */
public final class Initializers {
  private Initializers() {}

  /** All 0. */
  public static Initializer zeros() {
    return constant(0);
  }

  /** All 1. */
  public static Initializer ones() {
    return constant(1);
  }

  /** All the same. */
  public static Initializer constant(double value) {
    return (builder, _, type) -> builder.constant(type.dtype(), value).broadcast(type.shape());
  }

  /** Uniform in [low, high). */
  public static Initializer uniform(double low, double high, long seed) {
    return (builder, name, type) -> drawUniform(builder, name, type, seed).mul(high - low).add(low);
  }

  /** Normal. */
  public static Initializer normal(double mean, double standardDeviation, long seed) {
    return (builder, name, type) ->
        drawNormal(builder, name, type, seed).mul(standardDeviation).add(mean);
  }

  /**
   * Normal, but never further from the mean than twice {@code standardDeviation}; what it has in
   * the end is 0.8796 times that. By inversion, with the approximation of the inverse error
   * function by Giles (2012), which is good to seven digits.
   */
  public static Initializer truncatedNormal(double mean, double standardDeviation, long seed) {
    return (builder, name, type) ->
        TruncatedNormal.ofUniform(drawUniform(builder, name, type, seed))
            .mul(standardDeviation)
            .add(mean);
  }

  /** Glorot's, or Xavier's, uniform: variance 2 / (fan-in + fan-out) (Glorot and Bengio, 2010). */
  public static KernelInitializer glorotUniform(long seed) {
    return new VarianceScaling(
        1, VarianceScaling.Fan.AVERAGE, VarianceScaling.Distribution.UNIFORM, seed);
  }

  /** Glorot's, or Xavier's, normal: variance 2 / (fan-in + fan-out) (Glorot and Bengio, 2010). */
  public static KernelInitializer glorotNormal(long seed) {
    return new VarianceScaling(
        1, VarianceScaling.Fan.AVERAGE, VarianceScaling.Distribution.NORMAL, seed);
  }

  /** He's, or Kaiming's, uniform: variance 2 / fan-in, for ReLU (He, Zhang, Ren and Sun, 2015). */
  public static KernelInitializer heUniform(long seed) {
    return new VarianceScaling(
        2, VarianceScaling.Fan.IN, VarianceScaling.Distribution.UNIFORM, seed);
  }

  /** He's, or Kaiming's, normal: variance 2 / fan-in, for ReLU (He, Zhang, Ren and Sun, 2015). */
  public static KernelInitializer heNormal(long seed) {
    return new VarianceScaling(
        2, VarianceScaling.Fan.IN, VarianceScaling.Distribution.NORMAL, seed);
  }

  /** LeCun's uniform: variance 1 / fan-in (LeCun, Bottou, Orr and Müller, 1998). */
  public static KernelInitializer lecunUniform(long seed) {
    return new VarianceScaling(
        1, VarianceScaling.Fan.IN, VarianceScaling.Distribution.UNIFORM, seed);
  }

  /** LeCun's normal: variance 1 / fan-in, for SELU (LeCun, Bottou, Orr and Müller, 1998). */
  public static KernelInitializer lecunNormal(long seed) {
    return new VarianceScaling(
        1, VarianceScaling.Fan.IN, VarianceScaling.Distribution.NORMAL, seed);
  }

  /**
   * A random matrix with orthonormal columns, or rows if there are more columns, times {@code
   * gain}: uniformly distributed over all of them (Saxe, McClelland and Ganguli, 2014). A kernel
   * counts as the matrix of its receptive field times input features by its output features.
   *
   * @see Orthogonal
   */
  public static KernelInitializer orthogonal(double gain, long seed) {
    return new Orthogonal(gain, seed, DataFormat.FEATURES_LAST);
  }

  static Value drawUniform(GraphBuilder builder, String name, TensorType type, long seed) {
    requireFloating(name, type);
    return Source.uniform(key(builder, name, seed), counter(builder), type);
  }

  static Value drawNormal(GraphBuilder builder, String name, TensorType type, long seed) {
    requireFloating(name, type);
    return Source.normal(key(builder, name, seed), counter(builder), type);
  }

  private static Value key(GraphBuilder builder, String name, long seed) {
    return builder.constant(Tensor.scalar(RandomKeys.key(seed, name)));
  }

  private static Value counter(GraphBuilder builder) {
    return builder.constant(DType.INT64, 0);
  }

  static void requireFloating(String name, TensorType type) {
    if (!type.dtype().isFloating()) {
      throw new GraphException(
          name,
          "dtype",
          "The parameter '%s' is %s: a random first value is of floating point. Give it another dtype, or zeros, ones or a constant."
              .formatted(name, type));
    }
  }
}
