package dev.adjoint.check.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.Parameter;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomGraphsTest {
  private static final List<GraphCase> USUAL =
      LongStream.range(0, 300).mapToObj(RandomGraphs.usual()::draw).toList();
  private static final List<GraphCase> SMOOTH =
      LongStream.range(0, 100).mapToObj(RandomGraphs.differentiable(DType.FLOAT32)::draw).toList();

  @Test
  void equalSeedsGiveEqualGraphsAndValues() {
    GraphCase first = RandomGraphs.usual().draw(11);
    GraphCase again = RandomGraphs.usual().draw(11);
    assertEquals(first.toString(), again.toString());
    assertEquals(first.graph(), again.graph());
    assertEquals(first.smoothLeaves(3), again.smoothLeaves(3));
    assertEquals(first.anyLeaves(3), again.anyLeaves(3));
  }

  @Test
  void everyOperatorOccurs() {
    Set<Class<? extends Op>> missing = new HashSet<>(OperatorCatalog.installed().operators());
    LongStream.range(0, 600)
        .mapToObj(RandomGraphs.usual()::draw)
        .flatMap(drawn -> drawn.graph().nodes().stream())
        .forEach(node -> missing.remove(node.op().getClass()));
    assertEquals(Set.of(), missing);
  }

  @Test
  void everythingThatAGraphCanHoldOccurs() {
    Stream.<Predicate<Graph>>of(
            graph -> graph.signatures().size() > 1,
            graph -> graph.signatures().values().stream().anyMatch(s -> !s.updates().isEmpty()),
            graph -> graph.signatures().values().stream().anyMatch(s -> s.outputs().size() > 1),
            graph -> graph.signatures().values().stream().anyMatch(s -> s.inputs().size() > 1),
            graph -> !graph.metadata().isEmpty(),
            graph -> !graph.initials().isEmpty(),
            graph -> graph.parameters().size() > graph.initials().size(),
            graph -> graph.parameters().stream().anyMatch(p -> !((Parameter) p.op()).trainable()),
            graph -> graph.nodes().stream().anyMatch(node -> node.name().contains("/")),
            graph -> graph.nodes().size() > 30)
        .forEach(
            held -> assertTrue(USUAL.stream().filter(d -> held.test(d.graph())).count() >= 10));
  }

  @Test
  void everyFeatureOccurs() {
    Set<Feature> missing = new HashSet<>(List.of(Feature.values()));
    USUAL.forEach(drawn -> missing.removeAll(Feature.of(drawn.graph())));
    assertEquals(Set.of(), missing);
  }

  @Test
  void aDifferentiableGraphHasAScalarLossAndNoEmptyArrays() {
    for (GraphCase drawn : SMOOTH) {
      TensorType loss = drawn.graph().signature("run").outputs().get("loss").type();
      assertEquals(TensorType.of(DType.FLOAT32), loss);
      assertFalse(Feature.of(drawn.bound()).contains(Feature.EMPTY_AXIS), drawn::toString);
      assertTrue(
          drawn.graph().nodes().stream().noneMatch(node -> node.op() instanceof Logic.Comparison),
          drawn::toString);
    }
  }

  @Test
  void aDifferentiableGraphUsesMostOperators() {
    long different =
        SMOOTH.stream()
            .flatMap(drawn -> drawn.graph().nodes().stream())
            .map(node -> node.op().getClass())
            .distinct()
            .count();
    assertTrue(different >= 50, () -> "only %d operators".formatted(different));
  }
}
