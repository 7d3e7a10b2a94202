package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of a graph that some of its signatures need. */
class SubgraphTest {
  /** Of two signatures, of which one updates a parameter; both parameters have first values. */
  private static Graph two() {
    GraphBuilder g = GraphBuilder.create("two");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value w = g.parameter("w", Tensor.vector(1f, 2f));
    Value v = g.parameter("v", Tensor.vector(3f, 4f));
    Value y = x.mul(w);
    g.signature("read").output("y", y);
    g.signature("step").input("given", x).output("z", v.neg()).update(v, y);
    g.metadata("made", "here");
    return g.build();
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  @Test
  void holdsWhatOneSignatureReads() {
    Graph part = Subgraph.of(two(), List.of("read"), _ -> false, Node::op);

    assertEquals(List.of("x", "w", "mul"), names(part));
    assertEquals(List.of("read"), List.copyOf(part.signatures().keySet()));
    assertEquals(two().metadata(), part.metadata());
  }

  @Test
  void keepsTheFirstValuesAskedFor() {
    Graph part = Subgraph.of(two(), List.of("step"), node -> node.name().equals("v"), Node::op);

    assertEquals(List.of("x", "w", "v", "v/constant", "mul", "neg"), names(part));
    assertEquals(List.of(part.node("v")), List.copyOf(part.initials().keySet()));
    assertEquals(List.of("given"), List.copyOf(part.signature("step").inputs().keySet()));
  }

  @Test
  void ofAllSignaturesIsTheWholeGraph() {
    assertEquals(two(), Subgraph.of(two(), List.of("read", "step"), _ -> true, Node::op));
  }

  @Test
  void replacesOperators() {
    Graph part =
        Subgraph.of(
            two(),
            List.of("step"),
            _ -> false,
            node -> node.name().equals("neg") ? new Pointwise.Abs() : node.op());

    assertEquals(new Pointwise.Abs(), part.node("neg").op());
  }

  @Test
  void refusesASignatureThatIsAbsent() {
    assertThrows(
        GraphException.class, () -> Subgraph.of(two(), List.of("absent"), _ -> false, Node::op));
  }
}
