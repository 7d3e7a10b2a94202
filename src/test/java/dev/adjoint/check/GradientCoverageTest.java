package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.check.GradientReport.Outcome;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gate: every operator that is installed has a gradient rule that was checked in order 1 and 2,
 * or says why it has none. And no operator is reported that is right.
 */
class GradientCoverageTest {
  private static final int CASES = Integer.getInteger("adjoint.gradient.cases", 50);
  private static final Limits LIMITS =
      Limits.USUAL.withMaxSize(4).withDTypes(DType.FLOAT32, DType.FLOAT64);

  /** Operands whose derivative is zero or absent by the operator's documentation. */
  private static final Map<String, Set<Integer>> ZERO =
      Map.ofEntries(
          Map.entry("sign", Set.of(0)), // Piecewise constant.
          Map.entry("floor", Set.of(0)),
          Map.entry("ceil", Set.of(0)),
          Map.entry("round", Set.of(0)),
          Map.entry("stop_gradient", Set.of(0)), // Zero by definition.
          Map.entry("barrier", Set.of(1, 2, 3)), // What is only waited for.
          Map.entry("max_pool_scatter", Set.of(0)), // Only its order matters.
          Map.entry("max_pool_gather", Set.of(0)));

  static Stream<Class<? extends Op>> operators() {
    return OperatorCatalog.installed().operators().stream()
        .filter(operator -> operator != Input.class && operator != Parameter.class);
  }

  static Stream<Class<? extends Op>> differentiable() {
    return operators().filter(Differentiable.class::isAssignableFrom);
  }

  @Test
  void everyOperatorHasARuleOrAReason() {
    operators()
        .forEach(operator -> {
          boolean ruled = Differentiable.class.isAssignableFrom(operator);
          boolean reasoned = NotDifferentiable.class.isAssignableFrom(operator);
          assertNotEquals(ruled, reasoned, operator::getName);
          if (reasoned) {
            GraphCase drawn = OperatorSamplers.installed().draw(operator, 1);
            Op op = output(drawn.graph().toBuilder()).op();
            assertFalse(
                ((NotDifferentiable) op).reasonNotDifferentiable().isBlank(), operator::getName);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void everyRuleIsCheckedInBothOrders(Class<? extends Op> operator) {
    String name = OperatorCodec.nameOf(operator);
    for (int order = 1; order <= 2; order++) {
      Set<Integer> seen = new TreeSet<>();
      Set<Integer> agreed = new HashSet<>(ZERO.getOrDefault(name, Set.of()));
      int cases = order == 1 ? CASES : Math.max(8, CASES / 4);
      for (int seed = 0; seed < cases; seed++) {
        check(operator, seed, order, seen, agreed);
      }
      assertFalse(seen.isEmpty(), "no operand of floating point was ever checked of " + name);
      assertEquals(
          seen,
          new TreeSet<>(seen.stream().filter(agreed::contains).toList()),
          "operands of %s with an agreeing derivative of order %d".formatted(name, order));
    }
  }

  private static void check(
      Class<? extends Op> operator, long seed, int order, Set<Integer> seen, Set<Integer> agreed) {
    GraphCase drawn = OperatorSamplers.installed().draw(operator, seed, LIMITS);
    Graph graph = curved(drawn.graph());
    boolean hasSources =
        graph.nodes().stream()
            .anyMatch(node ->
                node.op() instanceof Input
                    && node.type().dtype().isFloating()
                    && !drawn.domain(node.name()).isDiscrete());
    boolean hasTarget = output(graph.toBuilder()).dtype().isFloating();
    if (!hasSources || !hasTarget) {
      return;
    }
    GradientReport report = GradientCheck.of(drawn, graph).order(order).seed(seed).run();
    // What stop_gradient answers is not the derivative, and is meant not to be.
    if (!OperatorCodec.nameOf(operator).equals("stop_gradient")) {
      assertNotEquals(Outcome.FAILED, report.outcome(), () -> drawn + "\n" + report);
    }
    for (Finding finding : report.findings()) {
      int operand = Integer.parseInt(finding.source().substring(1));
      seen.add(operand);
      if (finding.verdict() == Verdict.AGREES) {
        agreed.add(operand);
      }
    }
  }

  /** The graph with the sine of its output, so that linear operators have a second derivative. */
  private static Graph curved(Graph graph) {
    GraphBuilder builder = graph.toBuilder();
    Value y = output(builder);
    builder.removeSignature(GraphCase.SIGNATURE);
    builder
        .signature(GraphCase.SIGNATURE)
        .output("y", y.dtype().isFloating() ? y.mul(0.25).sin() : y);
    return builder.build();
  }

  private static Value output(GraphBuilder builder) {
    Graph graph = builder.build();
    return builder.value(
        graph.signature(GraphCase.SIGNATURE).outputs().values().iterator().next().name());
  }
}
