package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.DrawnGraphs;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for every graph, however it was made. */
class GraphProperties implements DrawnGraphs {
  @Property(tries = 300)
  void aBuilderThatStartsFromItBuildsIt(@ForAll("graphs") GraphCase drawn) {
    Graph again = drawn.graph().toBuilder().build();
    assertEquals(drawn.graph(), again);
    assertEquals(drawn.graph().hashCode(), again.hashCode());
  }

  @Property(tries = 300)
  void oneNodeMoreMakesItAnother(@ForAll("graphs") GraphCase drawn) {
    GraphBuilder builder = drawn.graph().toBuilder();
    builder.values().getLast().identity();
    assertNotEquals(drawn.graph(), builder.build());
  }

  @Property(tries = 300)
  void theVerifierAcceptsIt(@ForAll("graphs") GraphCase drawn) {
    Verifier.verify(drawn.graph());
    Verifier.verify(drawn.bound());
  }

  @Property(tries = 1000)
  void typesBindAsTheGraphDoes(@ForAll("operators") GraphCase drawn) {
    requireBoundTypes(drawn);
  }

  @Property(tries = 300)
  void typesOfAllNodesBindAsTheGraphDoes(@ForAll("graphs") GraphCase drawn) {
    requireBoundTypes(drawn);
  }

  private static void requireBoundTypes(GraphCase drawn) {
    for (Node node : drawn.graph().nodes()) {
      TensorType bound = drawn.bound().node(node.name()).type();
      assertTrue(bound.isConstant(), node::toString);
      assertEquals(node.type().bind(drawn.sizes()), bound, node::toString);
    }
  }

  @Property(tries = 300)
  void sizesFollowFromTheInputs(@ForAll("graphs") GraphCase drawn) {
    Map<String, Tensor> leaves = drawn.smoothLeaves(1);
    for (Signature signature : drawn.graph().signatures().values()) {
      Map<String, TensorType> given = new HashMap<>();
      drawn
          .inputs(signature.name(), leaves)
          .forEach((name, value) -> given.put(name, value.type()));
      assertEquals(drawn.sizes(), signature.bindSizes(given), signature.name());
    }
  }

  @Property(tries = 300)
  void everyOperandComesBeforeItsReader(@ForAll("graphs") GraphCase drawn) {
    for (Node node : drawn.graph().nodes()) {
      node.operands().forEach(operand -> assertTrue(operand.index() < node.index()));
    }
  }
}
