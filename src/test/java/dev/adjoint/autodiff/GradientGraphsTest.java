package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The nodes that gradients add to a graph: their names, places and number. */
class GradientGraphsTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

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
}
