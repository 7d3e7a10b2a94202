package dev.adjoint.nn;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Initializer;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers: functions that make their parameters and apply them. Each opens a scope of its own, named
 * as the caller says (with a number behind it if the name was used before), and names its
 * parameters {@code kernel}, {@code bias} and so on within it. Parameters have the input's dtype.
 *
 * <p>
 *
 * {@snippet :
 * Layers layers = Layers.seeded(42).kernels(Initializers.heNormal(42));
 * Value h = layers.conv2d("conv1", x, 32, 5, Conv.same()).relu();
 * h = Poolings.maxPool(h, Pool.of(2));
 * h = layers.dense("hidden", Layers.flatten(h), 128).relu();
 * Value logits = layers.dense("logits", h, 10);
 * }
 *
 * <p>A layer raises a {@link GraphException} if the features of its input are not a number, besides
 * what the functions it calls raise. It does so before it makes a parameter or soon after; the
 * builder should not be used further then.
 *
 * @param seed of what is random and has no seed otherwise
 * @param kernelInitializer first values of kernels; a {@link KernelInitializer} is told the format
 * @param biasInitializer first values of biases
 * @param bias whether convolutions and dense layers add a bias
 */
public record Layers(
    long seed, Initializer kernelInitializer, Initializer biasInitializer, boolean bias) {
  private static final double MOMENTUM = 0.99;
  private static final double EPSILON = 1e-3;

  /** Kernels from Glorot's uniform distribution under this seed, biases of zero. */
  public static Layers seeded(long seed) {
    return new Layers(seed, Initializers.glorotUniform(seed), Initializers.zeros(), true);
  }

  /** With other first values of kernels. */
  public Layers kernels(Initializer initializer) {
    return new Layers(seed, initializer, biasInitializer, bias);
  }

  /** With other first values of biases. */
  public Layers biases(Initializer initializer) {
    return new Layers(seed, kernelInitializer, initializer, bias);
  }

  /** Without biases, as before a normalisation. */
  public Layers withoutBias() {
    return new Layers(seed, kernelInitializer, biasInitializer, false);
  }

  // Dense.

  /**
   * {@code x kernel + bias}.
   *
   * @param x {@code [.., C]}; the result is {@code [.., units]}
   */
  public Value dense(String name, Value x, long units) {
    return in(
        x,
        name,
        () -> {
          long inputs = LayerChecks.features("dense", x, x.rank() - 1);
          Value kernel = kernel(x, DataFormat.FEATURES_LAST, inputs, units);
          return withBias(x.matmul(kernel), units, DataFormat.FEATURES_LAST);
        });
  }

  /** All axes but the first made one: {@code [N, ..]} becomes {@code [N, ..*..]}. */
  public static Value flatten(Value x) {
    if (x.rank() < 1) {
      throw new GraphException(
          x.name(), "C1", "flatten of '%s' (C1): a scalar has no batch axis.".formatted(x.name()));
    }
    return x.reshape(Shape.of(x.dim(0), x.shape().remove(0).elements()));
  }

  /**
   * Rows of a trained table, its first values normal with standard deviation 0.05.
   *
   * @param indices integers from 0 to count - 1, any shape; the result is {@code [.., size]}
   */
  public Value embedding(String name, Value indices, long count, long size, DType dtype) {
    return in(
        indices,
        name,
        () ->
            indices
                .builder()
                .parameter(
                    "table", TensorType.of(dtype, count, size), Initializers.normal(0, 0.05, seed))
                .gather(0, indices));
  }

  // Convolutions.

  /** {@link Convolutions#conv1d} with a kernel of its own, and a bias. */
  public Value conv1d(String name, Value x, long filters, long size, Conv conv) {
    return convolution("conv1d", name, x, filters, PerAxis.of(size), conv, 1);
  }

  /** {@link Convolutions#conv2d} with a square kernel of its own, and a bias. */
  public Value conv2d(String name, Value x, long filters, long size, Conv conv) {
    return convolution("conv2d", name, x, filters, PerAxis.of(size), conv, 2);
  }

  /** {@link Convolutions#conv3d} with a cubic kernel of its own, and a bias. */
  public Value conv3d(String name, Value x, long filters, long size, Conv conv) {
    return convolution("conv3d", name, x, filters, PerAxis.of(size), conv, 3);
  }

  /** {@link Convolutions#conv} with a kernel of its own, and a bias. */
  public Value conv(String name, Value x, long filters, PerAxis size, Conv conv) {
    int spatialRank = Convolutions.spatialRank("conv", x);
    return convolution("conv", name, x, filters, size, conv, spatialRank);
  }

  private Value convolution(
      String function,
      String name,
      Value x,
      long filters,
      PerAxis size,
      Conv conv,
      int spatialRank) {
    LayerChecks.requireSpatialRank(function, x, spatialRank, size);
    return in(
        x,
        name,
        () -> {
          long read = LayerChecks.groupFeatures(function, x, conv);
          Value kernel = kernel(x, conv.format(), read, filters, size.forRank(spatialRank));
          Value y = Convolutions.forward(function, spatialRank, x, kernel, conv);
          return withBias(y, filters, conv.format());
        });
  }

  /**
   * {@link Convolutions#convTranspose} with a kernel of its own, and a bias. The fans of its first
   * values are those of the convolution that it is the transposed of, exchanged.
   *
   * @param filters how many features the result has
   */
  public Value convTranspose(
      String name, Value x, long filters, PerAxis size, Conv conv, long... outputPadding) {
    int spatialRank = Convolutions.spatialRank("convTranspose", x);
    LayerChecks.requireSpatialRank("convTranspose", x, spatialRank, size);
    if (filters % conv.groups() != 0) {
      throw new GraphException(
          x.name(),
          "C5",
          "convTranspose '%s' of '%s' (C5): %d filters do not divide into %d groups."
              .formatted(name, x.name(), filters, conv.groups()));
    }
    return in(
        x,
        name,
        () -> {
          long made = LayerChecks.features("convTranspose", x, conv.format());
          long read = filters / conv.groups();
          Value kernel = kernel(x, conv.format(), read, made, size.forRank(spatialRank));
          Value y = Convolutions.convTranspose(x, kernel, conv, outputPadding);
          return withBias(y, filters, conv.format());
        });
  }

  /** {@link FactoredConvolutions#depthwise} with a kernel of its own, and a bias. */
  public Value depthwise(String name, Value x, long multiplier, PerAxis size, Conv conv) {
    return in(
        x,
        name,
        () -> {
          Value y = depthwiseOnly("kernel", x, multiplier, size, conv);
          long filters = y.dim(conv.format().featureAxis(y.rank())).value();
          return withBias(y, filters, conv.format());
        });
  }

  /**
   * {@link FactoredConvolutions#separable} with kernels of its own, one filter a plane, and a bias
   * behind both.
   */
  public Value separable(String name, Value x, long filters, PerAxis size, Conv conv) {
    return in(
        x,
        name,
        () -> {
          Value deep = depthwiseOnly("depthwise", x, 1, size, conv);
          long read = LayerChecks.features("separable", deep, conv.format());
          LayerChecks.requireCounts(x, read, filters);
          boolean last = conv.format() == DataFormat.FEATURES_LAST;
          // As a matrix in the dense layers' order, so that its fans are right in both formats.
          Value dense =
              x.builder()
                  .parameter(
                      "pointwise", TensorType.of(x.dtype(), read, filters), kernelInitializer);
          Value y =
              FactoredConvolutions.pointwise(
                  deep, last ? dense : dense.transpose(), Conv.valid().format(conv.format()));
          return withBias(y, filters, conv.format());
        });
  }

  private Value depthwiseOnly(String parameter, Value x, long multiplier, PerAxis size, Conv conv) {
    int spatialRank = Convolutions.spatialRank("depthwise", x);
    LayerChecks.requireSpatialRank("depthwise", x, spatialRank, size);
    long planes = LayerChecks.features("depthwise", x, conv.format());
    LayerChecks.requireCounts(x, planes, multiplier);
    boolean last = conv.format() == DataFormat.FEATURES_LAST;
    List<Long> sizes = new ArrayList<>(List.of(planes, multiplier));
    sizes.addAll(last ? 0 : 2, size.forRank(spatialRank));
    Shape shape = shape(sizes);
    Shape grouped = FactoredConvolutions.groupedShape(shape, conv.format());
    Initializer first = formatted(conv.format());
    Value kernel =
        x.builder()
            .parameter(
                parameter,
                new TensorType(x.dtype(), shape),
                (builder, name, type) ->
                    first.initial(builder, name, type.withShape(grouped)).reshape(shape));
    return FactoredConvolutions.depthwise(x, kernel, conv);
  }

  // Normalisation and regularisation.

  /** A {@link BatchNorm} for values of the features of {@code x}, which stand last. */
  public BatchNorm batchNorm(String name, Value x) {
    return batchNorm(name, x, DataFormat.FEATURES_LAST);
  }

  /** A {@link BatchNorm} with momentum 0.99 and epsilon 0.001 for values like {@code x}. */
  public BatchNorm batchNorm(String name, Value x, DataFormat format) {
    GraphBuilder g = x.builder();
    try (GraphBuilder.Scope _ = g.freshScope(name)) {
      long features = LayerChecks.features("batchNorm", x, format);
      Tensor zeros = Tensor.zeros(x.dtype(), features);
      Tensor ones = Tensor.fill(x.dtype(), Shape.of(features), 1);
      return new BatchNorm(
          g.parameter("scale", ones),
          g.parameter("offset", zeros),
          g.state("mean", zeros),
          g.state("variance", ones),
          format,
          MOMENTUM,
          EPSILON);
    }
  }

  /** {@link Normalizations#layerNorm} over the last axis, epsilon 0.001. */
  public Value layerNorm(String name, Value x) {
    return in(
        x,
        name,
        () -> {
          long features = LayerChecks.features("layerNorm", x, x.rank() - 1);
          return Normalizations.layerNorm(x, scale(x, features), offset(x, features), EPSILON);
        });
  }

  /** {@link Normalizations#groupNorm}, epsilon 0.001. */
  public Value groupNorm(String name, Value x, long groups, DataFormat format) {
    return in(
        x,
        name,
        () -> {
          long features = LayerChecks.features("groupNorm", x, format);
          return Normalizations.groupNorm(
              x, groups, scale(x, features), offset(x, features), format, EPSILON);
        });
  }

  /** {@link Normalizations#instanceNorm}, epsilon 0.001. */
  public Value instanceNorm(String name, Value x, DataFormat format) {
    return in(
        x,
        name,
        () -> {
          long features = LayerChecks.features("instanceNorm", x, format);
          return Normalizations.instanceNorm(
              x, scale(x, features), offset(x, features), format, EPSILON);
        });
  }

  /**
   * {@link Dropout#dropout} with a key that belongs to the seed and the layer's scope.
   *
   * @param step an INT64 scalar that differs from step to step
   */
  public Value dropout(String name, Value x, double rate, Value step) {
    return in(
        x,
        name,
        () -> {
          long key = RandomKeys.key(seed, x.builder().openScope());
          return Dropout.dropout(x, rate, x.builder().constant(Tensor.scalar(key)), step);
        });
  }

  // Parameters.

  private static Value scale(Value x, long features) {
    return x.builder().parameter("scale", Tensor.fill(x.dtype(), Shape.of(features), 1));
  }

  private static Value offset(Value x, long features) {
    return x.builder().parameter("offset", Tensor.zeros(x.dtype(), features));
  }

  private Value kernel(Value x, DataFormat format, long inputs, long outputs) {
    return kernel(x, format, inputs, outputs, List.of());
  }

  private Value kernel(
      Value x, DataFormat format, long inputs, long outputs, List<Long> spatialSizes) {
    LayerChecks.requireCounts(x, inputs, outputs);
    List<Long> sizes = new ArrayList<>(spatialSizes);
    if (format == DataFormat.FEATURES_LAST) {
      sizes.addAll(List.of(inputs, outputs));
    } else {
      sizes.addAll(0, List.of(outputs, inputs));
    }
    return x.builder()
        .parameter("kernel", new TensorType(x.dtype(), shape(sizes)), formatted(format));
  }

  private Initializer formatted(DataFormat format) {
    return kernelInitializer instanceof KernelInitializer kernels
        ? kernels.format(format)
        : kernelInitializer;
  }

  private Value withBias(Value y, long features, DataFormat format) {
    if (!bias) {
      return y;
    }
    Value vector =
        y.builder().parameter("bias", TensorType.of(y.dtype(), features), biasInitializer);
    return y.add(format.alongFeatures(vector, y.rank()));
  }

  private static Shape shape(List<Long> sizes) {
    return Shape.of(sizes.stream().map(Dim::of).toList());
  }

  /** A layer's nodes. */
  private interface Body {
    Value build();
  }

  private static Value in(Value x, String name, Body body) {
    try (GraphBuilder.Scope _ = x.builder().freshScope(name)) {
      return body.build();
    }
  }
}
