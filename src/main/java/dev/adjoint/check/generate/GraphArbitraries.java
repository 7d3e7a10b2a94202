package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * What this package draws, for properties in jqwik (which a user of this class adds to the class
 * path). A failing example is made smaller, node by node and size by size, and printed as text with
 * its seed.
 *
 * <p>
 *
 * {@snippet :
 * @Provide
 * Arbitrary<GraphCase> graphs() {
 *   return GraphArbitraries.graphs();
 * }
 *
 * @Property
 * void theTextFormParsesBack(@ForAll("graphs") GraphCase drawn) {
 *   assertEquals(drawn.graph(), Graph.parse(drawn.graph().toString()));
 * }
 * }
 */
public final class GraphArbitraries {
  private GraphArbitraries() {}

  /** Whatever a function makes of choices; it may draw with other generators on the way. */
  public static <T> Arbitrary<T> drawn(Function<Choices, T> function, Limits limits) {
    return Arbitraries.fromGenerator(random -> Drawn.of(function, random.nextLong(), limits));
  }

  /** Graphs of one node, of any operator that is installed. */
  public static Arbitrary<GraphCase> operators() {
    return operators(OperatorSamplers.installed().all(), Limits.USUAL);
  }

  /** Graphs of one node of the given operator, built-in or a user's own. */
  public static Arbitrary<GraphCase> operator(Class<? extends Op> operator) {
    return operators(List.of(OperatorSamplers.installed().get(operator)), Limits.USUAL);
  }

  /** Graphs of one node, of any of the given operators. */
  public static Arbitrary<GraphCase> operators(List<OperatorSampler> samplers, Limits limits) {
    return drawn(choices -> GraphCase.ofOperator(choices.among(samplers), choices), limits);
  }

  /** Whole graphs, see {@link RandomGraphs#usual}. */
  public static Arbitrary<GraphCase> graphs() {
    return graphs(RandomGraphs.usual());
  }

  /** Whole graphs that are differentiable, see {@link RandomGraphs#differentiable}. */
  public static Arbitrary<GraphCase> differentiableGraphs(DType dtype) {
    return graphs(RandomGraphs.differentiable(dtype));
  }

  /** Whole graphs. */
  public static Arbitrary<GraphCase> graphs(RandomGraphs graphs) {
    return drawn(graphs::draw, graphs.limits());
  }

  /** Shapes of constant sizes, 0 and 1 among them. */
  public static Arbitrary<Shape> shapes() {
    return drawn(Choices::shape, Limits.USUAL.withoutSymbols());
  }

  /** Shapes some of whose sizes are named. */
  public static Arbitrary<Shape> symbolicShapes() {
    return drawn(Choices::shape, Limits.USUAL);
  }

  /** Dtypes. */
  public static Arbitrary<DType> dtypes() {
    return drawn(Choices::dtype, Limits.USUAL);
  }

  /** Types of constant sizes. */
  public static Arbitrary<TensorType> types() {
    return drawn(choices -> choices.type(choices.dtype()), Limits.USUAL.withoutSymbols());
  }

  /** Sizes as expressions of names and numbers, which may be negative. */
  public static Arbitrary<Dim> dims() {
    return drawn(Choices::expression, Limits.USUAL);
  }

  /** Tensors with values of all kinds: NaN, infinities, signed zeros, extremes. */
  public static Arbitrary<Tensor> tensors() {
    return tensors(Domain.real()::anything);
  }

  /** Tensors of numbers of moderate size. */
  public static Arbitrary<Tensor> moderateTensors() {
    return tensors(Domain.real()::smooth);
  }

  private static Arbitrary<Tensor> tensors(BiFunction<TensorType, RandomGenerator, Tensor> values) {
    return drawn(
        choices -> {
          TensorType type = choices.type(choices.dtype());
          return values.apply(type, new SplittableRandom(choices.between(0, 9999)));
        },
        Limits.USUAL.withoutSymbols());
  }

  /**
   * Ways to move a window of {@code taps} over {@code size} elements: strides, dilations, padding
   * on either side that may be negative; the size of the result is never negative.
   */
  public static Arbitrary<WindowAxis> windows(long size, long taps) {
    return drawn(
        choices -> ProductSamplers.windowAxis(choices, Dim.of(size), Dim.of(taps), true),
        Limits.USUAL.withoutSymbols());
  }

  /** Orders of the axes of a correlation's arrays, over 1 to 3 spatial axes. */
  public static Arbitrary<CorrelationLayout> layouts() {
    return drawn(choices -> ProductSamplers.layout(choices, choices.between(1, 3)), Limits.USUAL);
  }
}
