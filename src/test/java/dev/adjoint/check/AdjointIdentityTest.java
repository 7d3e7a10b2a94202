package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.GradientReport.Outcome;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdjointIdentityTest {
  @Test
  void forwardAndReverseAgreeToMachinePrecision() {
    GraphBuilder g = GraphBuilder.create("layers");
    Value x = g.input("x", DType.FLOAT64, 3, 5);
    Value w = g.input("w", DType.FLOAT64, 5, 4);
    Value h = x.matmul(w).tanh();
    g.signature("f").output("y", h.softmax(1)).output("z", h.mul(h).sum(0));
    Graph graph = g.build();
    for (long seed = 0; seed < 20; seed++) {
      GradientReport report = GradientCheck.of(graph, "f").seed(seed).tries(1).run();
      Identity adjoint =
          report.identities().stream()
              .filter(identity -> identity.kind() == Identity.Kind.ADJOINT)
              .findFirst()
              .orElseThrow();
      assertTrue(adjoint.holds(), adjoint::toString);
      assertTrue(adjoint.bound() < 1e-12, adjoint::toString);
      assertTrue(Math.abs(adjoint.left()) > 1e-3, adjoint::toString);
    }
  }

  @Test
  void aRuleThatIsNotLinearInItsCotangentBreaksIt() {
    GradientFault fault = GradientFault.named("a rule that is not linear in dy").orElseThrow();
    GradientReport report = fault.check(new FaultyOp(fault.name()), 1).run();
    assertEquals(Outcome.FAILED, report.outcome());
    assertEquals(
        List.of(Identity.Kind.ADJOINT),
        report.violations().stream().map(Identity::kind).toList(),
        report::toString);
  }

  @Test
  void whatClaimsToBeLinearIsHeldToIt() {
    GraphBuilder g = GraphBuilder.create("linear");
    Value x = g.input("x", DType.FLOAT32, 3, 4);
    Value w = g.input("w", DType.FLOAT32, 4, 2);
    g.signature("f").output("y", x.matmul(w).transpose());
    GradientReport report = GradientCheck.of(g.build(), "f").seed(1).run();
    // The product in each operand, the transpose; three equations each; the adjoint identity.
    assertEquals(3 * 3 + 1, report.identities().size(), report::toString);
    report.assertPassed();
  }
}
