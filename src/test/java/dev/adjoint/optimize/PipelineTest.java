package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static Graph small() {
    GraphBuilder g = GraphBuilder.create("small");
    Value x = g.input("x", DType.FLOAT32, 2, 3);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 4, 3));
    g.signature("run").output("y", x.matmul(w.transpose(1, 0)).mul(1));
    g.signature("other").output("z", x.exp());
    return g.build();
  }

  @Test
  void pruningKeepsOneSignature() {
    Graph pruned = Prune.to(small(), "other");
    assertEquals(
        """
        graph "small"
        %x : f32[2, 3] = input()
        %exp : f32[2, 3] = exp(%x)
        signature "other" ("x" = %x) -> ("z" = %exp)
        """,
        pruned.toString());
    assertThrows(GraphException.class, () -> Prune.to(small(), "absent"));
  }

  @Test
  void theGraphAfterEachPassIsPrinted() {
    Golden.assertMatches(
        PipelineTest.class, "explain", Pipeline.standard().explain(Prune.to(small(), "run")));
  }

  @Test
  void thePassesAreListed() {
    Golden.assertMatches(PipelineTest.class, "passes", Pipeline.standard().toString());
  }

  @Test
  void passesAreReported() {
    List<PassReport> reports = new ArrayList<>();
    Graph before = Prune.to(small(), "run");
    Graph after = Pipeline.standard().run(before, (report, _) -> reports.add(report));
    assertEquals(before.nodes().size(), reports.getFirst().nodesBefore());
    assertEquals(after.nodes().size(), reports.getLast().nodesAfter());
    assertTrue(reports.stream().anyMatch(PassReport::changed));
    assertFalse(reports.getLast().changed());
    assertTrue(reports.getFirst().toString().startsWith("1 remove-dead-code: unchanged, "));
  }

  @Test
  void passesAreChosenByName() {
    Pipeline standard = Pipeline.standard();
    int all = standard.passes().size();
    assertEquals(all - 1, standard.without("fold-constants").passes().size());
    assertEquals(1, standard.only("fold-constants").passes().size());
    assertThrows(IllegalArgumentException.class, () -> standard.without("fold-constant"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Pipeline(ImmutableList.of(new FoldConstants(), new FoldConstants())));
  }

  @Test
  void aPassThatBreaksTheGraphIsNamed() {
    Pass forgetful =
        new Pass() {
          @Override
          public String name() {
            return "forget-signature";
          }

          @Override
          public String description() {
            return "Forgets a signature.";
          }

          @Override
          public Exactness exactness() {
            return Exactness.BITS;
          }

          @Override
          public Graph apply(Graph graph) {
            return Prune.to(graph, "run");
          }
        };
    GraphException error =
        assertThrows(
            GraphException.class, () -> new Pipeline(ImmutableList.of(forgetful)).run(small()));
    assertTrue(error.getMessage().contains("'forget-signature'"), error::getMessage);
  }

  @Test
  void twoRulesThatUndoEachOtherAreReported() {
    GraphException error =
        assertThrows(
            GraphException.class,
            () ->
                Rewriter.rewrite(
                    Prune.to(small(), "run"), (y, _) -> y.rank() == 2 ? y.neg().neg() : y));
    assertTrue(error.getMessage().contains("come to no end"), error::getMessage);
  }

  /** As deep as nothing that recurses could go, and large enough to notice what is not linear. */
  @Test
  void deepGraphsAreRewritten() {
    GraphBuilder g = GraphBuilder.create("deep");
    Value y = g.input("x", DType.FLOAT32, 2, 2);
    for (int i = 0; i < 15_000; i++) {
      y = y.transpose(1, 0).mul(1).add(i % 7).tanh();
    }
    g.signature("run").output("y", y);
    Graph before = g.build();
    assertTrue(before.nodes().size() > 100_000);
    Graph after = Pipeline.standard().run(before);
    assertTrue(after.nodes().size() < 35_000, () -> "left " + after.nodes().size());
  }
}
