package dev.adjoint.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.DrawnGraphs;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The interpreter on operators and graphs that nobody wrote. */
class DrawnGraphProperties implements DrawnGraphs {
  private static final Interpreter INTERPRETER = Interpreter.create();

  @Provide
  Arbitrary<GraphCase> differentiable() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT32);
  }

  @Property(tries = 1000)
  void anOperatorGivesTheTypeThatItSays(@ForAll("operators") GraphCase drawn) {
    requireTypes(drawn, drawn.anyLeaves(1));
    requireTypes(drawn, drawn.smoothLeaves(2));
  }

  @Property(tries = 300)
  void everyNodeOfAGraphHasTheTypeThatItSays(@ForAll("graphs") GraphCase drawn) {
    requireTypes(drawn, drawn.anyLeaves(1));
    requireTypes(drawn, drawn.smoothLeaves(2));
  }

  private static void requireTypes(GraphCase drawn, Map<String, Tensor> leaves) {
    List<Node> nodes = drawn.bound().nodes();
    List<Tensor> values = INTERPRETER.evaluate(drawn.bound(), nodes, leaves);
    for (int i = 0; i < nodes.size(); i++) {
      assertEquals(nodes.get(i).type(), values.get(i).type(), nodes.get(i)::toString);
    }
  }

  @Property(tries = 300)
  void aRunBindsTheSizesThatTheGraphIsBoundTo(@ForAll("graphs") GraphCase drawn) {
    Map<String, Tensor> leaves = drawn.anyLeaves(1);
    for (String signature : drawn.graph().signatures().keySet()) {
      assertEquals(
          run(drawn.bound(), signature, drawn, leaves),
          run(drawn.graph(), signature, drawn, leaves));
    }
  }

  private static Interpreter.Result run(
      Graph graph, String signature, GraphCase drawn, Map<String, Tensor> leaves) {
    return INTERPRETER.run(
        graph, signature, drawn.inputs(signature, leaves), drawn.parameters(leaves));
  }

  @Property(tries = 200)
  void roundingToFloatChangesLittle(@ForAll("differentiable") GraphCase drawn) {
    Map<String, Tensor> leaves = drawn.smoothLeaves(1);
    List<Node> nodes = drawn.bound().nodes();
    List<Tensor> rounded = INTERPRETER.evaluate(drawn.bound(), nodes, leaves);
    List<Tensor> exact = Interpreter.inDouble().evaluate(drawn.bound(), nodes, leaves);
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Tensor wide = rounded.get(i).cast(exact.get(i).dtype());
      assertTrue(
          wide.closeTo(exact.get(i), 1e-3, 1e-3),
          () -> "%s: differs by %s".formatted(node, wide.maxDifference(exact.get(node.index()))));
    }
  }
}
