package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.GradientCheck;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.testing.Golden;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of gradients of whole layers, and what the backward pass of each convolution shows. */
class HigherOrderTest {
  record Layer(String name, Function<GraphBuilder, Value> layer) {
    @Override
    public String toString() {
      return name;
    }

    /** Curved, so that the third derivative is not zero. */
    Graph graph() {
      GraphBuilder g = GraphBuilder.create("layer");
      g.signature("f").output("f", layer.apply(g).tanh().sum());
      return g.build();
    }
  }

  private static Value input(GraphBuilder g, String name, long... sizes) {
    return g.input(name, DType.FLOAT32, sizes);
  }

  private static Value batchNorm(GraphBuilder g) {
    Value x = input(g, "x", 4, 3);
    Value centred = x.sub(x.meanKeepDims(0));
    Value variance = centred.mul(centred).meanKeepDims(0);
    return centred
        .mul(variance.add(0.1).rsqrt())
        .mul(input(g, "scale", 3))
        .add(input(g, "shift", 3));
  }

  private static Value convolution(
      GraphBuilder g, Value x, String kernel, WindowAxis axis, int groups, long... sizes) {
    int rank = x.rank() - 2;
    return x.correlate(
        input(g, kernel, sizes),
        Collections.nCopies(rank, axis),
        CorrelationLayout.featuresLast(rank),
        groups);
  }

  static Stream<Layer> layers() {
    return Stream.of(
        new Layer(
            "max pooling",
            g ->
                input(g, "x", 4, 5)
                    .maxPool(
                        List.of(2L, 3L),
                        List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(1), Dim.of(0))))),
        new Layer(
            "softmax cross-entropy",
            g -> input(g, "x", 2, 3).softmaxCrossEntropy(input(g, "p", 2, 3))),
        new Layer(
            "sparse softmax cross-entropy",
            g -> input(g, "x", 2, 3).sparseSoftmaxCrossEntropy(g.input("l", DType.INT32, 2))),
        new Layer("batch normalisation", HigherOrderTest::batchNorm));
  }

  static Stream<Layer> convolutions() {
    WindowAxis unit = WindowAxis.UNIT;
    Dim one = Dim.of(1);
    return Stream.of(
        new Layer(
            "one-dimensional", g -> convolution(g, input(g, "x", 1, 5, 2), "w", unit, 1, 3, 2, 2)),
        new Layer(
            "three-dimensional",
            g -> convolution(g, input(g, "x", 1, 3, 2, 2, 1), "w", unit, 1, 2, 2, 1, 1, 2)),
        new Layer(
            "strided",
            g ->
                convolution(
                    g,
                    input(g, "x", 2, 5, 4, 1),
                    "w",
                    WindowAxis.of(2, one, Dim.of(0)),
                    1,
                    3,
                    2,
                    1,
                    2)),
        new Layer(
            "dilated",
            g ->
                convolution(
                    g,
                    input(g, "x", 1, 6, 5, 1),
                    "w",
                    new WindowAxis(1, Dim.of(0), one, 1, 2),
                    1,
                    3,
                    2,
                    1,
                    2)),
        new Layer(
            "transposed",
            g ->
                convolution(
                    g,
                    input(g, "x", 1, 2, 3, 2),
                    "w",
                    new WindowAxis(1, Dim.of(2), one, 2, 1),
                    1,
                    3,
                    2,
                    2,
                    1)),
        new Layer(
            "pointwise", g -> convolution(g, input(g, "x", 1, 2, 3, 3), "w", unit, 1, 1, 1, 3, 2)),
        new Layer(
            "grouped", g -> convolution(g, input(g, "x", 1, 3, 4, 4), "w", unit, 2, 2, 3, 2, 6)),
        new Layer(
            "depthwise-separable",
            g -> {
              Value planes = convolution(g, input(g, "x", 1, 3, 4, 3), "w1", unit, 3, 2, 3, 1, 3);
              return convolution(g, planes, "w2", unit, 1, 1, 1, 3, 2);
            }),
        new Layer(
            "spatially-separable",
            g -> {
              Value rows = convolution(g, input(g, "x", 1, 4, 5, 1), "w1", unit, 1, 3, 1, 1, 1);
              return convolution(g, rows, "w2", unit, 1, 1, 3, 1, 1);
            }),
        new Layer(
            "flattened",
            g -> {
              Value mixed = convolution(g, input(g, "x", 1, 4, 5, 3), "w1", unit, 1, 1, 1, 3, 2);
              Value rows = convolution(g, mixed, "w2", unit, 2, 3, 1, 1, 2);
              return convolution(g, rows, "w3", unit, 2, 1, 3, 1, 2);
            }),
        new Layer(
            "colour", g -> convolution(g, input(g, "x", 1, 4, 5, 3), "w", unit, 1, 3, 2, 3, 2)),
        new Layer(
            "dense-as-convolution",
            g -> convolution(g, input(g, "x", 2, 3, 2, 2), "w", unit, 1, 3, 2, 2, 4)));
  }

  static Stream<Layer> all() {
    return Stream.concat(layers(), convolutions());
  }

  @ParameterizedTest
  @MethodSource("all")
  void agreesWithCentralDifferencesInThreeOrders(Layer layer) {
    for (int order = 1; order <= 3; order++) {
      GradientCheck.of(layer.graph(), "f").tries(1).order(order).seed(11).run().assertPassed();
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void backwardPassPrintsAsCorrelations(Layer layer) {
    GraphBuilder g = GraphBuilder.create(layer.name());
    Value y = layer.layer().apply(g).as("y");
    List<Value> leaves = g.values().stream().filter(v -> v.operands().isEmpty()).toList();
    Value dy = g.input("dy", y.type());
    List<Value> gradients = Gradients.of(y).withCotangents(dy).to(leaves);
    var backward = g.signature("backward");
    for (int i = 0; i < leaves.size(); i++) {
      backward.output("d" + leaves.get(i).name(), gradients.get(i));
    }
    long forward = leaves.size() - 1;
    assertEquals(
        3 * forward,
        g.values().stream().filter(v -> v.op() instanceof Convolution.Correlation).count());
    Golden.assertMatches(getClass(), "variant-" + layer.name(), g.build().toString());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void secondOrderPrints(Layer layer) {
    GraphBuilder g = GraphBuilder.create(layer.name());
    Value y = layer.layer().apply(g).as("y");
    Value x = g.value("x");
    Value dy = g.input("dy", y.type());
    Value dx = Gradients.of(y).withCotangents(dy).to(x).getFirst();
    Value v = g.input("v", x.type());
    List<Value> second = Gradients.of(dx).withCotangents(v).to(dy, x);
    g.signature("second")
        .output("dx", dx)
        .output("ddy", second.get(0))
        .output("ddx", second.get(1));
    Golden.assertMatches(
        getClass(), "second-order-" + layer.name().replace(' ', '-'), g.build().toString());
  }
}
