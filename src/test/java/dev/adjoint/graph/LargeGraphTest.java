package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.Maps;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Depth costs no stack, and nothing takes a step a pair of nodes. The timeouts only end hangs. */
@Timeout(300)
class LargeGraphTest {
  private static final int NODES = 100_000;

  @Test
  void aChainOfAHundredThousandNodes() {
    GraphBuilder g = GraphBuilder.create("chain");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value y = x;
    for (int i = 1; i < NODES; i++) {
      y = i % 2 == 0 ? y.neg() : y.mul(x);
    }
    g.signature("s").output("y", y);
    Graph graph = g.build();
    assertEquals(NODES, graph.nodes().size());
    Graph read = Graph.parse(graph.toString());
    assertEquals(graph, read);
    assertEquals(graph.hashCode(), read.hashCode());
    assertTrue(read.summary().lines().count() > NODES);
    Graph bound = read.bind(Map.of("N", 2L));
    assertEquals(TensorType.of(DType.FLOAT32, 2, 3), bound.nodes().getLast().type());
    assertEquals(
        Map.of("N", 5L),
        read.signature("s").bindSizes(Map.of("x", TensorType.of(DType.FLOAT32, 5, 3))));
  }

  @Test
  void manyInputsScopesAndParameters() {
    GraphBuilder g = GraphBuilder.create("wide");
    SignatureBuilder s = g.signature("s");
    for (int i = 0; i < 10_000; i++) {
      try (var _ = g.freshScope("layer")) {
        Value x = g.input("x", DType.FLOAT32, Shape.parse("[N" + i + "]"));
        Value w =
            g.parameter("w", TensorType.of(DType.FLOAT32), (b, _, t) -> b.constant(t.dtype(), 1));
        s.output("y" + i, x.mul(w)).update(w, w.neg());
      }
    }
    Graph graph = g.build();
    Signature signature = graph.signature("s");
    assertEquals(10_000, signature.inputs().size());
    TensorType given = TensorType.of(DType.FLOAT32, 3);
    Map<String, TensorType> types = Maps.transformValues(signature.inputs(), _ -> given);
    assertEquals(10_000, signature.bindSizes(types).size());
    assertEquals(graph, Graph.parse(graph.toString()));
  }

  @Test
  void manyRegionsAndRulesOfTheUser() {
    GraphBuilder g = GraphBuilder.create("regions");
    Value x = g.input("x", DType.FLOAT32, 3);
    for (int i = 0; i < 10_000; i++) {
      Value from = x;
      Value inner = Control.recompute(g, () -> from.neg().abs());
      x = Control.customGradient(List.of(inner), in -> in.getFirst().exp(), (_, dy) -> List.of(dy));
    }
    g.signature("s").output("y", x);
    assertEquals(60_001, g.build().nodes().size());
  }
}
