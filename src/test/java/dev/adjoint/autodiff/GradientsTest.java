package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients.Unconnected;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private static double[] gradient(Value target, Value source) {
    return Computed.doubles(Gradients.of(target).to(source).getFirst());
  }

  @Test
  void severalTargetsAddUp() {
    Value x = vector(1, 2, 3);
    Value w = vector(4, 5, 6);
    List<Value> gradients = Gradients.of(x.mul(w).sum(), x.mul(x).sum(), w.mul(7).sum()).to(x, w);
    assertArrayEquals(new double[] {6, 9, 12}, Computed.doubles(gradients.get(0)));
    assertArrayEquals(new double[] {8, 9, 10}, Computed.doubles(gradients.get(1)));
  }

  @Test
  void oneTargetTwiceCountsTwice() {
    Value x = vector(1, 2);
    Value y = x.mul(x).sum();
    assertArrayEquals(new double[] {4, 8}, Computed.doubles(Gradients.of(y, y).to(x).getFirst()));
  }

  @Test
  void startsFromCotangents() {
    Value x = vector(1, 2, 3);
    Value dy = vector(10, 100, 1000);
    Value dz = g.constant(Tensor.scalar(0.5));
    Value dx = Gradients.of(x.mul(x), x.sum()).withCotangents(dy, dz).to(x).getFirst();
    assertArrayEquals(new double[] {20.5, 400.5, 6000.5}, Computed.doubles(dx));
  }

  @Test
  void usesOfOneValueAddUp() {
    Value x = vector(2);
    // x^2 + x^3 + 1/x + x: 4 + 12 - 1/4 + 1
    Value y = x.mul(x).add(x.mul(x).mul(x)).add(x.scalar(1).div(x)).add(x).sum();
    assertArrayEquals(new double[] {16.75}, gradient(y, x), 1e-15);
  }

  @Test
  void sourcesInsideTheGraphGetTotalDerivatives() {
    Value x = vector(3);
    Value h = x.mul(x);
    Value y = h.mul(h).add(h.mul(x)).sum();
    List<Value> gradients = Gradients.of(y).to(x, h, y);
    // y = x^4 + x^3, dy/dh = 2h + x
    assertArrayEquals(new double[] {4 * 27 + 3 * 9}, Computed.doubles(gradients.get(0)));
    assertArrayEquals(new double[] {2 * 9 + 3}, Computed.doubles(gradients.get(1)));
    assertArrayEquals(new double[] {1}, Computed.doubles(gradients.get(2)));
  }

  @Test
  void sourceThatIsTheTargetGetsTheCotangent() {
    Value x = vector(1, 2);
    Value dy = vector(5, 6);
    assertSame(dy, Gradients.of(x).withCotangents(dy).to(x).getFirst());
    assertSame(
        dy, Gradients.of(x).withCotangents(dy).unconnected(Unconnected.ERROR).to(x).getFirst());
  }

  @Test
  void sameSourceTwiceGetsTheSameGradient() {
    Value x = vector(1, 2);
    List<Value> gradients = Gradients.of(x.exp().sum()).to(x, x);
    assertSame(gradients.get(0), gradients.get(1));
  }

  @Test
  void noSourcesGiveNoGradients() {
    assertEquals(List.of(), Gradients.of(vector(1).sum()).to());
  }

  @Test
  void unconnectedSourcesAreExactZeros() {
    Value x = vector(1, 2);
    Value other = g.input("other", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value gradient = Gradients.of(x.sum()).to(other).getFirst();
    assertEquals(other.type(), gradient.type());
    Value later = vector(7, 8);
    assertArrayEquals(new double[2], gradient(x.sum(), later));
    assertArrayEquals(new double[2], gradient(vector(1).sum(), x));
  }

  @Test
  void unconnectedSourcesAreErrorsOnRequest() {
    Value x = vector(1, 2);
    Value other = g.input("other", DType.FLOAT32, 3);
    Gradients request = Gradients.of(x.sum()).unconnected(Unconnected.ERROR);
    assertEquals(1, request.to(x).size());
    GraphException e = assertThrows(GraphException.class, () -> request.to(x, other));
    assertEquals(
        "No target depends on the source 'other' f32[3] through values of floating point. Leave it"
            + " out, or ask for zeros with unconnected(ZERO).",
        e.getMessage());
    assertEquals("other", e.node().orElseThrow());
  }

  @Test
  void pathsThroughIndicesAndComparisonsDoNotConnect() {
    Value x = vector(1, 3, 2);
    Value throughIndex = x.argMax(0).cast(DType.FLOAT64);
    Value throughComparison = x.gt(2).cast(DType.FLOAT64).sum();
    Value target = throughIndex.add(throughComparison);
    assertArrayEquals(new double[3], gradient(target, x));
    Gradients request = Gradients.of(target).unconnected(Unconnected.ERROR);
    assertThrows(GraphException.class, () -> request.to(x));
    Gradients mixed = Gradients.of(target.add(x.sum())).unconnected(Unconnected.ERROR);
    assertArrayEquals(new double[] {1, 1, 1}, Computed.doubles(mixed.to(x).getFirst()));
  }

  @Test
  void stoppedAndFlatPathsConnectWithZero() {
    Value x = vector(1.5, -2.5);
    Gradients request =
        Gradients.of(x.stopGradient().add(x.floor()).sum()).unconnected(Unconnected.ERROR);
    assertArrayEquals(new double[2], Computed.doubles(request.to(x).getFirst()));
  }

  @Test
  void stopGradientMakesAConstant() {
    Value x = vector(3);
    assertArrayEquals(new double[] {3}, gradient(x.mul(x.stopGradient()).sum(), x));
  }

  @Test
  void integersOnTheWayCarryNothing() {
    Value x = vector(10, 20, 30, 40);
    Value places = g.constant(Tensor.vector(2, 0, 2));
    Value y = x.gather(0, places).mul(places.cast(DType.FLOAT64)).sum();
    assertArrayEquals(new double[] {0, 0, 4, 0}, gradient(y, x));
    Value chosen = x.gather(0, x.argMax(0).expandDims(0)).sum();
    assertArrayEquals(new double[] {0, 0, 0, 1}, gradient(chosen, x));
  }

  @Test
  void conditionsCarryNothing() {
    Value x = vector(-1, 2);
    Value y = Logic.select(x.gt(0), x.mul(3), x.mul(5)).sum();
    assertArrayEquals(new double[] {5, 3}, gradient(y, x));
  }

  @Test
  void emptyValuesHaveEmptyGradients() {
    Value x = g.constant(Tensor.zeros(DType.FLOAT64, 0, 3));
    Value y = x.reduceMax(0).exp().sum().add(x.sum());
    assertEquals(x.type(), Gradients.of(y).to(x).getFirst().type());
  }

  // Errors.

  private static void assertFails(String message, Gradients request, Value... sources) {
    GraphException e = assertThrows(GraphException.class, () -> request.to(sources));
    assertEquals(message, e.getMessage());
  }

  @Test
  void refusesIntegerSourcesAndTargets() {
    Value i = g.input("i", DType.INT32, 2);
    Value x = vector(1, 2);
    assertFails(
        "The source 'i' is i32[2]: only values of floating point have derivatives. Cast it before"
            + " the part that is differentiated.",
        Gradients.of(x.sum()),
        x,
        i);
    assertFails(
        "The target 'i' is i32[2]: only values of floating point have derivatives. Cast it before"
            + " the part that is differentiated.",
        Gradients.of(i),
        x);
  }

  @Test
  void refusesTargetsThatAreNoScalars() {
    Value x = vector(1, 2).as("x");
    assertFails(
        "The target 'x' is f64[2], not a scalar. Pass a cotangent of its type, or differentiate its"
            + " sum or mean.",
        Gradients.of(x),
        x);
  }

  @Test
  void refusesCotangentsThatDoNotFit() {
    Value x = vector(1, 2).as("x");
    Value dy = g.constant(Tensor.vector(1f, 2f)).as("dy");
    assertFails(
        "The target 'x' is f64[2], its cotangent 'dy' is f32[2]. They must be equal.",
        Gradients.of(x).withCotangents(dy),
        x);
    assertFails(
        "There are 2 cotangents for 1 targets. Pass one a target.",
        Gradients.of(x).withCotangents(x, x),
        x);
    assertFails(
        "There is no target to differentiate. Pass at least one.", Gradients.of(List.of()), x);
  }

  @Test
  void refusesValuesOfTwoBuilders() {
    Value x = vector(1).as("x");
    Value foreign = GraphBuilder.create("other").constant(Tensor.vector(1.0)).as("foreign");
    String message =
        "'foreign' belongs to the builder of the graph 'other', the first target to that of"
            + " 'test'. Use values of one builder only.";
    assertFails(message, Gradients.of(x.sum()), foreign);
    assertFails(message, Gradients.of(x).withCotangents(foreign), x);
  }

  @Test
  void refusesOperatorsWithoutDerivative() {
    Value x = vector(1, 2).as("x");
    Value y = g.add(new OperatorsForTests.Opaque(), x).as("y");
    assertFails(
        "opaque 'y' has no derivative: nobody knows its formula. Put stopGradient on its operands"
            + " if none is meant.",
        Gradients.of(y.sum()),
        x);
    // Beside the way from source to target it does no harm.
    assertArrayEquals(new double[] {1, 1}, gradient(x.add(y.stopGradient()).sum(), x));
    Value partly = g.add(new OperatorsForTests.HalfDefined(), x, vector(3, 4).as("p")).as("z");
    assertArrayEquals(
        new double[] {1, 1}, Computed.doubles(Gradients.of(partly.sum()).to(x).getFirst()));
    assertFails(
        "half_defined 'z' has no derivative with respect to 'p': p is a label. Put stopGradient on"
            + " it if none is meant.",
        Gradients.of(partly.sum()),
        g.value("p"));
  }

  @Test
  void namesTheRuleThatIsWrong() {
    Value x = vector(1, 2).as("x");
    Value y = g.add(new OperatorsForTests.WrongType(), x).as("y");
    assertFails(
        "The gradient rule of wrong_type (at 'y') is wrong: it gives 'x' f64[2] a cotangent of"
            + " f64[]. Correct the operator's vjp.",
        Gradients.of(y.sum()),
        x);
    Value z = g.add(new OperatorsForTests.WrongCount(), x).as("z");
    assertFails(
        "The gradient rule of wrong_count answers for 2 operands, the node 'z' has 1. Correct the"
            + " operator's vjp.",
        Gradients.of(z.sum()),
        x);
  }

  // Names.

  @Test
  void gradientNodesAreNamedAfterForwardNodes() {
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value loss;
    try (GraphBuilder.Scope _ = g.scope("dense")) {
      Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3, 2));
      loss = x.matmul(w).as("product").tanh().mean().as("loss");
    }
    Value dw = Gradients.of(loss).to(g.trainableParameters()).getFirst();
    assertTrue(dw.name().startsWith("gradients/dense/product/"), dw.name());
    Value second = Gradients.of(dw.mul(dw).sum()).to(x).getFirst();
    assertTrue(second.name().startsWith("gradients_1/"), second.name());
    g.signature("train").output("loss", loss).output("dw", dw);
    Golden.assertMatches(getClass(), "gradients-names", g.build().toString());
  }

  @Test
  void addsNodesOnlyBetweenSourcesAndTargets() {
    Value x = vector(1, 2);
    Value before = x.exp().as("before");
    Value source = before.tanh();
    Value target = source.mul(2).sum();
    target.sin().as("after");
    int count = g.values().size();
    Gradients.of(target).to(source);
    List<Value> added = g.values(count, g.values().size());
    assertFalse(added.stream().anyMatch(v -> v.name().contains("before")), added::toString);
    assertFalse(added.stream().anyMatch(v -> v.name().contains("after")), added::toString);
  }

  // Loaded graphs.

  @Test
  void fineTunesALoadedGraph() {
    Graph loaded =
        Graph.parse(
            """
            graph "line"
            %x : f32[N, 2] = input()
            %w : f32[2, 1] = parameter() {trainable=true}
            %b : f32[1] = parameter() {trainable=true}
            %product : f32[N, 1] = dot(%x, %w) {lhsContract=[1], rhsContract=[0]}
            %offset : f32[N, 1] = broadcast(%b) {shape=[N, 1]}
            %y : f32[N, 1] = add(%product, %offset)
            signature "predict" ("x" = %x) -> ("y" = %y)
            """);
    GraphBuilder builder = loaded.toBuilder();
    Value y = builder.value("y");
    Value expected = builder.input("expected", y.type());
    Value error = y.sub(expected);
    Value loss = error.mul(error).mean();
    List<Value> parameters = builder.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(parameters);
    var train = builder.signature("train").output("loss", loss);
    for (int i = 0; i < parameters.size(); i++) {
      train.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.1)));
    }
    Graph graph = builder.build();
    assertEquals(graph, Graph.parse(graph.toString()));

    Map<String, Tensor> inputs =
        Map.of(
            "x", Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2),
            "expected", Tensor.of(new float[] {3, 0, 2}, 3, 1));
    Map<String, Tensor> state =
        Map.of("w", Tensor.zeros(DType.FLOAT32, 2, 1), "b", Tensor.zeros(DType.FLOAT32, 1));
    double last = Double.POSITIVE_INFINITY;
    for (int step = 0; step < 50; step++) {
      Interpreter.Result result = Interpreter.create().run(graph, "train", inputs, state);
      double now = result.output("loss").getDouble(0);
      assertTrue(now < last, "step " + step + ": " + now + " after " + last);
      last = now;
      state = result.parameters();
    }
    assertTrue(last < 0.05, "loss " + last);
    assertEquals(Map.of("x", 3L).size(), graph.signature("predict").inputs().size());
  }

  // Size.

  @Test
  void isLinearAndDeep() {
    Value x = vector(1);
    Value y = x;
    int depth = 100_000;
    for (int i = 0; i < depth; i++) {
      y = g.add(new Arithmetic.Mul(), y, x);
    }
    int forward = g.values().size();
    Value gradient = Gradients.of(y.sum()).to(x).getFirst();
    int added = g.values().size() - forward;
    assertTrue(added <= 3 * depth + 10, "added " + added);
    // y = x^(depth + 1) at 1
    assertArrayEquals(new double[] {depth + 1}, Computed.doubles(gradient));
  }

  @Test
  void addsUpAWideFanOut() {
    Value x = vector(1, 2);
    int width = 10_000;
    Value total = x.like(0);
    for (int i = 0; i < width; i++) {
      total = total.add(x);
    }
    int forward = g.values().size();
    Value gradient = Gradients.of(total.sum()).to(x).getFirst();
    assertTrue(g.values().size() - forward <= width + 10);
    assertArrayEquals(new double[] {width, width}, Computed.doubles(gradient));
  }

  @Test
  void repeatedRequestsDoNotVisitEachOther() {
    Value x = vector(1, 2, 3);
    Value y = x.exp();
    int forward = g.values().size();
    Gradients.of(y.sum()).to(x);
    int first = g.values().size() - forward;
    Gradients.of(y.sum()).to(x);
    assertEquals(2 * first, g.values().size() - forward);
  }

  @Test
  void aSizeOfZeroThatDoesNotSuitIsRefusedAndNeverAnotherShape() {
    GraphBuilder g = GraphBuilder.create("strided");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    Value every = x.slice(List.of(new Movement.SliceAxis(Dim.of(0), Dim.named("N"), 3)));
    g.signature("backward").output("dx", Gradients.of(every.exp().sum()).to(x).getFirst());
    Graph graph = g.build();
    assertEquals(
        Shape.of(5),
        graph.bind(Map.of("N", 5L)).signature("backward").outputs().get("dx").type().shape());
    GraphException refused = assertThrows(GraphException.class, () -> graph.bind(Map.of("N", 0L)));
    assertTrue(refused.getMessage().contains("its rule gives f32[2]"), refused::getMessage);
  }

  @Test
  void aRecomputedRegionWithAnIncompleteBoundaryIsRefused() {
    GraphBuilder g = GraphBuilder.create("open");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 2));
    Value region = g.add(new Control.Recompute(), x.mul(w).sin(), w);
    GraphException refused =
        assertThrows(GraphException.class, () -> Gradients.of(region.sum()).to(w));
    assertTrue(refused.getMessage().contains("reads 'x'"), refused::getMessage);
  }

  @Test
  void aCustomGradientWithoutAPlaceholderIsRefused() {
    GraphBuilder g = GraphBuilder.create("no placeholder");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value y = g.add(new Control.CustomGradient(), x.exp(), x.sin(), x, x.cos());
    GraphException refused = assertThrows(GraphException.class, () -> Gradients.of(y.sum()).to(x));
    assertTrue(refused.getMessage().contains("has no placeholder"), refused::getMessage);
  }
}
