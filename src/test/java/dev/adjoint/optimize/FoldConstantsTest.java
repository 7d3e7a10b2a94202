package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FoldConstantsTest {
  private static final Pipeline FOLD = Pipeline.standard().only("fold-constants");

  private static Node folded(Function<GraphBuilder, Value> expression) {
    GraphBuilder g = GraphBuilder.create("test");
    g.signature("run").output("y", expression.apply(g));
    Graph graph = FOLD.run(g.build());
    return graph.signature("run").outputs().get("y");
  }

  private static void assertFolds(Tensor expected, Function<GraphBuilder, Value> expression) {
    assertEquals(new Source.Constant(expected), folded(expression).op());
  }

  private static void assertStays(
      Class<? extends Op> expected, Function<GraphBuilder, Value> expression) {
    assertInstanceOf(expected, folded(expression).op());
  }

  @Test
  void whatDependsOnConstantsAloneIsComputed() {
    assertFolds(
        Tensor.vector(3f, 6f),
        g -> g.constant(Tensor.vector(1f, 2f)).mul(g.constant(Tensor.scalar(3f))));
    assertFolds(Tensor.vector(0, 1, 2), g -> Source.iota(g, TensorType.of(DType.INT32, 3), 0));
  }

  @Test
  void aNameIsKept() {
    assertEquals("twice", folded(g -> g.constant(Tensor.scalar(1f)).mul(2).as("twice")).name());
  }

  @Test
  void aSizeIsComputedOnceItIsBound() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    g.signature("run").output("n", Source.size(g, x.dim(0), DType.FLOAT32)).output("x", x);
    Graph open = FOLD.run(g.build());
    Graph bound = FOLD.run(g.build().bind(Map.of("N", 7L)));
    assertInstanceOf(Control.Cast.class, open.signature("run").outputs().get("n").op());
    assertEquals(
        new Source.Constant(Tensor.scalar(7f)), bound.signature("run").outputs().get("n").op());
  }

  @Test
  void aLargeResultOfLittleIsNot() {
    assertStays(
        Movement.Broadcast.class, g -> g.constant(Tensor.scalar(1f)).broadcast(Shape.of(4, 4)));
    assertStays(Source.Iota.class, g -> Source.iota(g, TensorType.of(DType.INT32, 2000), 0));
    assertStays(
        Arithmetic.Mul.class,
        g -> {
          Value table = Source.iota(g, TensorType.of(DType.INT32, 2000), 0);
          return table.mul(table);
        });
  }

  @Test
  void largeWeightsAre() {
    Tensor weights = Tensor.fill(DType.FLOAT32, Shape.of(Dim.of(50), Dim.of(100)), 2);
    assertFolds(Tensor.fill(DType.FLOAT32, Shape.of(50, 100), 6), g -> g.constant(weights).mul(3));
  }

  @Test
  void whatTheRunMustReportIsLeftToIt() {
    assertStays(
        Arithmetic.Div.class, g -> g.constant(Tensor.scalar(1)).div(g.constant(Tensor.scalar(0))));
  }
}
