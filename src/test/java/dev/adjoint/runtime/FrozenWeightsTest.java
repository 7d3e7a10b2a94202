package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is computed from parameters alone is computed once, and again when they change. */
class FrozenWeightsTest {
  private static final Map<String, Tensor> INPUTS = Map.of("x", counting(40, 64));

  /** A product by weights, and by a function of them; another signature makes them smaller. */
  private static Graph graph() {
    GraphBuilder g = GraphBuilder.create("frozen");
    Value x = g.input("x", DType.FLOAT32, 40, 64);
    Value w = g.parameter("w", counting(64, 48));
    g.signature("predict").output("y", x.matmul(w)).output("z", x.matmul(w.exp().neg()));
    g.signature("halve").update(w, w.mul(0.5));
    return g.build();
  }

  @Test
  void weightsAreNeverThoseFromBefore() {
    Graph graph = graph();
    try (Session session = Session.open(graph)) {
      Executable predict = session.compile("predict", Map.of());
      assertTrue(predict.explain().contains("once"), predict::explain);
      assertPredicts(graph, session, counting(64, 48));
      assertPredicts(graph, session, counting(64, 48));
      session.run("halve", Map.of());
      assertPredicts(graph, session, session.parameters().get("w"));
      assertEquals(counting(64, 48).getDouble(7) / 2, session.parameters().get("w").getDouble(7));
      session.restore(Map.of("w", Tensor.fill(DType.FLOAT32, Shape.of(64, 48), 0.25)));
      assertPredicts(graph, session, Tensor.fill(DType.FLOAT32, Shape.of(64, 48), 0.25));
    }
  }

  private static void assertPredicts(Graph graph, Session session, Tensor w) {
    Map<String, Tensor> expected =
        Interpreter.inDouble().run(graph, "predict", INPUTS, Map.of("w", w)).outputs();
    Map<String, Tensor> actual = session.run("predict", INPUTS);
    expected.forEach((name, value) ->
        assertTrue(value.closeTo(actual.get(name).cast(DType.FLOAT64), 1e-4, 1e-5), name));
  }

  /** Between -1 and 1. */
  private static Tensor counting(long... sizes) {
    float[] values = new float[(int) Shape.of(sizes).elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 23 - 11) / 11f;
    }
    return Tensor.of(values, sizes);
  }

  /**
   * The arrays of a run are taken again by the next: what it returns is all it allocates. All is
   * moved and nothing computed, for vectors are objects until their loops are compiled.
   */
  @Test
  void runsUseTheSameArena() {
    GraphBuilder g = GraphBuilder.create("large");
    Value x = g.input("x", DType.FLOAT32, 1024);
    Value row = g.input("row", DType.INT32);
    Value large = x.reshape(1024, 1).broadcast(Shape.of(1024, 1024)).reverse(0);
    g.signature("run").output("y", large.gather(0, row));
    try (Session session = Session.open(g.build(), SessionOptions.standard().withThreads(1))) {
      Executable executable = session.compile("run", Map.of());
      Map<String, Tensor> one =
          Map.of("x", Tensor.zeros(DType.FLOAT32, 1024), "row", Tensor.scalar(3));
      executable.run(one);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      executable.run(one);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(executable.arenaBytes() >= 1 << 22, () -> "arena " + executable.arenaBytes());
      assertTrue(allocated < executable.arenaBytes() / 2, () -> "%,d bytes".formatted(allocated));
    }
  }
}
