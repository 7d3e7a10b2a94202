package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.check.GradientReport.Outcome;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.readme.Swish;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators of a user's own have the rights of built-in ones, and are held to the same. */
class CustomOperatorTest {
  private static Graph of(CustomOp op) {
    GraphBuilder g = GraphBuilder.create("own");
    Value x = g.input("x", DType.FLOAT32, 2, 3);
    g.signature("f").output("y", g.add(op, x));
    return g.build();
  }

  private static GradientReport check(CustomOp op) {
    return GradientCheck.of(of(op), "f").seed(11).run();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void isCheckedInEveryOrderOnceReadFromTextAndFile(int order) throws IOException {
    Graph fromText = Graph.parse(of(new Swish(1.5)).toString());
    Graph fromFile = GraphFile.fromBytes(GraphFile.toBytes(fromText));
    assertEquals(of(new Swish(1.5)), fromFile);
    GradientCheck.of(fromFile, "f").order(order).seed(5).run().assertPassed();
  }

  /** Like Swish, but the gradient's author has forgotten the attribute. */
  record WrongSwish(double beta) implements CustomOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return new Swish(beta).infer(in);
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return new Swish(beta).evaluate(operands);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return new Swish(1).vjp(at);
    }
  }

  @Test
  void aWrongRuleIsCaughtAndNamed() {
    GradientReport report = check(new WrongSwish(1.5));
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(
        report.fault().orElseThrow().contains("the gradient rule of wrong_swish at 'wrong_swish'"),
        report::toString);
    assertTrue(report.fault().orElseThrow().contains("Correct WrongSwish.vjp."));
  }

  /** Claims to be linear; it is not: {@code y = 2 x + 1}. */
  record Affine() implements CustomOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      Tensor x = operands.getFirst();
      double[] y = Arrays.stream(x.asDoubles()).map(v -> 2 * v + 1).toArray();
      return Tensor.of(y, x.shape().sizes()).cast(x.dtype());
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(2));
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  @Test
  void aFalseClaimOfLinearityIsCaught() {
    GradientReport report = check(new Affine());
    assertEquals(3, report.count(Verdict.AGREES), "the gradient itself is right");
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(
        report.violations().stream()
            .allMatch(violated ->
                violated.node().equals("affine") && violated.kind() != Identity.Kind.ADJOINT));
    assertTrue(report.toString().contains("The operator claims to be linear and is not"));
  }

  /** Gives other results every time. */
  record Drifting() implements CustomOp, Differentiable {
    private static final AtomicLong CALLS = new AtomicLong();

    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      Tensor x = operands.getFirst();
      double drift = CALLS.incrementAndGet() * 0x1p-50;
      double[] y = Arrays.stream(x.asDoubles()).map(v -> v + drift).toArray();
      return Tensor.of(y, x.shape().sizes()).cast(x.dtype());
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy);
    }
  }

  @Test
  void anOperatorThatKeepsStateIsNotRepeatable() {
    GradientReport report = check(new Drifting());
    assertFalse(report.deterministic());
    assertEquals(Outcome.FAILED, report.outcome());
    assertTrue(report.toString().contains("repeated     NOT the same twice"), report::toString);
  }
}
