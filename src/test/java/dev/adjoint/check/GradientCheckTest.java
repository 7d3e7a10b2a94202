package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.GradientReport.Outcome;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Source;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {
  private static Graph of(Function<Value, Value> function, String shape) {
    GraphBuilder g = GraphBuilder.create("function");
    Value x = g.input("x", DType.FLOAT32, Shape.parse(shape));
    g.signature("f").output("y", function.apply(x));
    return g.build();
  }

  private static GradientReport check(Function<Value, Value> function, String shape) {
    return GradientCheck.of(of(function, shape), "f").seed(7).run();
  }

  private static Graph network() {
    GraphBuilder g = GraphBuilder.create("network");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 7, 6, 2]"));
    Value w = g.input("w", DType.FLOAT32, 3, 2, 2, 4);
    WindowAxis same = WindowAxis.of(2, Dim.of(1), Dim.of(1));
    Value y = x.correlate(w, List.of(same, same), CorrelationLayout.featuresLast(2), 1).relu();
    Value pooled =
        y.maxPool(
            List.of(1L, 2L, 2L, 1L),
            List.of(WindowAxis.UNIT, WindowAxis.UNIT, WindowAxis.UNIT, WindowAxis.UNIT));
    Value v =
        g.input(
            "v", DType.FLOAT32, Shape.of(pooled.dim(1).times(pooled.dim(2)).times(4).value(), 3));
    Value logits = pooled.reshape(Shape.of(Dim.named("N"), v.dim(0))).matmul(v);
    Value labels = g.input("labels", DType.INT32, Shape.parse("[N]"));
    g.signature("train").output("loss", logits.sparseSoftmaxCrossEntropy(labels).mean());
    return g.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void smallConvolutionalNetworkPassesInEveryOrder(int order) {
    GradientCheck.of(network(), "train").size("N", 3).order(order).seed(order).run().assertPassed();
  }

  @Test
  void everyElementAloneAgrees() {
    GradientReport report =
        GradientCheck.of(network(), "train").size("N", 3).exhaustive().tries(1).seed(5).run();
    assertEquals(3 * 7 * 6 * 2 + 3 * 2 * 2 * 4 + 36 * 3, report.findings().size());
    report.assertPassed();
  }

  @Test
  void ownPrecisionNeedsNoTolerance() {
    GradientCheck.of(network(), "train")
        .size("N", 3)
        .evaluator(Evaluator.inOwnPrecision())
        .seed(5)
        .run()
        .assertPassed();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theExecutorNeedsNoToleranceEither(int order) {
    GradientCheck.of(network(), "train")
        .size("N", 3)
        .order(order)
        .evaluator(Evaluator.onExecutor())
        .seed(5)
        .run()
        .assertPassed();
  }

  @Test
  void kinksAloneShowNothing() {
    GradientReport report = check(x -> x.relu().sum(), "[4]");
    assertTrue(report.passed(), report::toString);
    GradientReport atKink =
        GradientCheck.of(of(x -> x.abs().sum(), "[4]"), "f")
            .value("x", Tensor.zeros(DType.FLOAT32, 4))
            .seed(3)
            .run();
    assertEquals(GradientReport.Outcome.INCONCLUSIVE, atKink.outcome(), atKink::toString);
    assertTrue(atKink.kinksRedrawn() > 0);
  }

  @Test
  void firstValuesAtAKinkOrAtZeroAreLeft() {
    GraphBuilder g = GraphBuilder.create("zeros");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3));
    g.signature("f").output("y", w.abs().mul(x).sum());
    GradientCheck.of(g.build(), "f").run().assertPassed();
  }

  @Test
  void sizesInAttributesAreBoundAndUnknownOnesRefused() {
    GraphBuilder g = GraphBuilder.create("sizes");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value size = g.add(new Source.Size(Dim.named("M"))).cast(DType.FLOAT32);
    g.signature("f").output("y", x.mul(size).sum());
    GradientCheck.of(g.build(), "f").size("M", 3).run().assertPassed();
    GraphException unknown =
        assertThrows(
            GraphException.class, () -> GradientCheck.of(g.build(), "f").size("Q", 3).run());
    assertTrue(unknown.getMessage().contains("its named sizes are [M]"), unknown::getMessage);
  }

  @Test
  void zeroGradientDoesNotPass() {
    assertEquals(GradientReport.Outcome.VACUOUS, check(x -> x.floor().sum(), "[4]").outcome());
    assertEquals(GradientReport.Outcome.VACUOUS, check(x -> x.exp().sum(), "[0]").outcome());
  }

  @Test
  void wrongRuleFailsAndIsNamed() {
    GradientReport report = check(x -> x.stopGradient().mul(x).exp().sum(), "[4]");
    assertEquals(GradientReport.Outcome.FAILED, report.outcome(), report::toString);
    assertTrue(report.fault().orElseThrow().contains("stop_gradient"), report::toString);
  }

  private static Graph square(int... sizes) {
    GraphBuilder g = GraphBuilder.create("square");
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, sizes[0], sizes[1]));
    g.signature("f").output("y", w.matmul(w.transpose(1, 0)));
    return g.build();
  }

  @Test
  void givenParametersAreWhereTheFirstTryIs() {
    Graph graph = square(2, 2);
    assertEquals(Outcome.VACUOUS, GradientCheck.of(graph, "f").tries(1).seed(1).run().outcome());
    Tensor ones = Tensor.fill(DType.FLOAT32, Shape.of(2, 2), 1);
    GradientCheck.of(graph, "f")
        .parameters(Map.of("w", ones))
        .tries(1)
        .seed(1)
        .run()
        .assertPassed();
    GraphException e =
        assertThrows(
            GraphException.class,
            () -> GradientCheck.of(of(Value::sin, "[2]"), "f").parameters(Map.of("x", ones)));
    assertEquals("x", e.node().orElseThrow());
    GradientCheck wrong =
        GradientCheck.of(graph, "f").parameters(Map.of("w", Tensor.zeros(DType.FLOAT32, 3)));
    assertTrue(assertThrows(GraphException.class, wrong::run).getMessage().contains("f32[3]"));
  }

  @Test
  void onlyLargeGraphsGetFewerTries() {
    GradientReport small = GradientCheck.of(network(), "train").size("N", 3).triesByWork().run();
    assertEquals(3 * small.sources().size(), small.findings().size());
    Evaluator fast = Evaluator.onExecutor();
    GradientReport large =
        GradientCheck.of(square(150, 140), "f").triesByWork().evaluator(fast).run();
    assertEquals(1, large.findings().size());
    assertEquals(
        2, GradientCheck.of(network(), "train").triesByWork().tries(2).run().findings().size() / 3);
  }

  @Test
  void aListenerHearsOfEveryStep() {
    List<String> heard = new ArrayList<>();
    GradientCheck.of(of(Value::sin, "[2]"), "f")
        .tries(2)
        .listener((what, done, steps) -> heard.add("%s %d/%d".formatted(what, done, steps)))
        .run();
    assertEquals(
        List.of(
            "drawing a point 0/3", "'x' 0/3", "drawing a point 1/3", "'x' 1/3", "identities 2/3"),
        heard);
  }
}
