package dev.adjoint.nn;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;

/**
 * Random numbers of mean 0 and variance {@code scale / fan}; see {@link Initializers} for fans and
 * for the usual combinations by name.
 *
 * @param scale the variance times the fan
 * @param fan which fan
 * @param distribution of the numbers; the normal one is not truncated
 * @param seed of the random stream
 * @param format which axes of a kernel are features
 */
public record VarianceScaling(
    double scale, Fan fan, Distribution distribution, long seed, DataFormat format)
    implements KernelInitializer {
  /** What the variance is divided by. */
  public enum Fan {
    /** How many numbers an output reads. */
    IN,
    /** How many outputs read a number. */
    OUT,
    /** The mean of both. */
    AVERAGE
  }

  /** The shape of the distribution. */
  public enum Distribution {
    /** Uniform between minus and plus the square root of three times the variance. */
    UNIFORM,
    /** Normal. */
    NORMAL
  }

  /** For kernels with features last. */
  public VarianceScaling(double scale, Fan fan, Distribution distribution, long seed) {
    this(scale, fan, distribution, seed, DataFormat.FEATURES_LAST);
  }

  @Override
  public VarianceScaling format(DataFormat other) {
    return new VarianceScaling(scale, fan, distribution, seed, other);
  }

  @Override
  public Value initial(GraphBuilder builder, String name, TensorType type) {
    double variance = scale / Math.max(1, fan(type.shape()));
    return switch (distribution) {
      case NORMAL -> Initializers.drawNormal(builder, name, type, seed).mul(Math.sqrt(variance));
      case UNIFORM -> {
        double limit = Math.sqrt(3 * variance);
        yield Initializers.drawUniform(builder, name, type, seed).mul(2 * limit).sub(limit);
      }
    };
  }

  private double fan(Shape shape) {
    KernelMatrix matrix = KernelMatrix.of(shape, format);
    double in = (double) matrix.receptiveField() * matrix.inputs();
    double out = (double) matrix.receptiveField() * matrix.outputs();
    return switch (fan) {
      case IN -> in;
      case OUT -> out;
      case AVERAGE -> (in + out) / 2;
    };
  }
}
