package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MergeEqualNodesTest {
  private static final Pipeline MERGE = Pipeline.standard().only("merge-equal-nodes");

  private static long count(Graph graph, Class<?> op) {
    return graph.nodes().stream().filter(node -> op.isInstance(node.op())).count();
  }

  @Test
  void equalExpressionsAreComputedOnce() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value y = g.input("y", DType.FLOAT32, 3);
    g.signature("run").output("r", x.add(y).exp().mul(y.add(x).exp()));
    Graph merged = MERGE.run(g.build());
    assertEquals(1, count(merged, Pointwise.Exp.class), merged::toString);
    assertEquals(5, merged.nodes().size());
  }

  @Test
  void theSameRandomNumbersAreDrawnOnce() {
    GraphBuilder g = GraphBuilder.create("test");
    Value key = g.input("key", DType.INT64);
    TensorType type = TensorType.of(DType.FLOAT32, 4);
    Value first = Source.uniform(key, g.constant(Tensor.scalar(1L)), type);
    Value same = Source.uniform(key, g.constant(Tensor.scalar(1L)), type);
    Value next = Source.uniform(key, g.constant(Tensor.scalar(2L)), type);
    g.signature("run").output("r", first.add(same).add(next));
    assertEquals(2, count(MERGE.run(g.build()), Source.RandomUniform.class));
  }

  @Test
  void placeholdersAndBarriersStayApart() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value a = g.add(new Control.Barrier(), x);
    Value b = g.add(new Control.Barrier(), x);
    Value p = g.add(new Control.CotangentPlaceholder(x.type()));
    Value q = g.add(new Control.CotangentPlaceholder(x.type()));
    g.signature("run").output("r", a.add(b)).output("s", p.add(q));
    assertEquals(7, MERGE.run(g.build()).nodes().size());
  }

  /** Exponentials of a region: the one of x, and one of a broadcast constant alone. */
  private static Graph gradient(boolean recomputed) {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT32, 3);
    Supplier<Value> region =
        () -> {
          Value table = g.constant(Tensor.scalar(2f)).broadcast(Shape.of(3)).cos();
          return x.exp().mul(table).exp();
        };
    Value y = recomputed ? Control.recompute(g, region) : region.get();
    g.signature("run").output("dx", Gradients.of(y.mul(y).sum()).to(x).getFirst());
    return g.build();
  }

  @Test
  void aRecomputedRegionIsComputedTwice() {
    Pipeline pipeline = Pipeline.standard().without("fold-constants", "simplify-movements");
    Graph plain = pipeline.run(gradient(false));
    Graph recomputed = pipeline.run(gradient(true));
    assertEquals(2, count(plain, Pointwise.Exp.class), plain::toString);
    assertEquals(1, count(plain, Pointwise.Cos.class), plain::toString);
    assertEquals(4, count(recomputed, Pointwise.Exp.class), recomputed::toString);
    assertEquals(2, count(recomputed, Pointwise.Cos.class), recomputed::toString);
    assertEquals(
        List.of(),
        Pipeline.standard().run(recomputed).nodes().stream()
            .filter(node -> node.op() instanceof Control.Recompute)
            .toList());
    assertEquals(4, count(Pipeline.standard().run(gradient(true)), Pointwise.Exp.class));
  }
}
