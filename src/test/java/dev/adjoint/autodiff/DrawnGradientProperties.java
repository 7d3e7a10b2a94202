package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.GradientCheck;
import dev.adjoint.check.GradientReport;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every gradient rule, on settings and graphs that nobody wrote. */
class DrawnGradientProperties {
  private static final List<OperatorSampler> DIFFERENTIABLE =
      OperatorSamplers.installed().all().stream()
          .filter(sampler -> Differentiable.class.isAssignableFrom(sampler.operator()))
          .toList();

  @Provide
  Arbitrary<GraphCase> operators() {
    return GraphArbitraries.operators(DIFFERENTIABLE, Limits.USUAL);
  }

  @Provide
  Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT32);
  }

  @Property(tries = 1500)
  void gradientsOfNamedSizesBindToThoseOfNumbers(@ForAll("operators") GraphCase drawn) {
    for (int order = 1; order <= 2; order++) {
      assertEquals(
          types(gradients(drawn.graph(), order).bind(drawn.sizes())),
          types(gradients(drawn.bound(), order)));
    }
  }

  /** The gradients of the output, and of those gradients if the order is 2, as outputs. */
  private static Graph gradients(Graph graph, int order) {
    GraphBuilder builder = graph.toBuilder();
    List<Value> sources =
        builder.values().stream()
            .filter(value -> value.op() instanceof Input && value.dtype().isFloating())
            .toList();
    Node y = graph.signature(GraphCase.SIGNATURE).outputs().get("y");
    List<Value> targets =
        y.type().dtype().isFloating() ? List.of(builder.value(y.name())) : List.of();
    for (int i = 0; i < order && !targets.isEmpty() && !sources.isEmpty(); i++) {
      List<Value> cotangents = new ArrayList<>();
      for (Value target : targets) {
        cotangents.add(builder.input("cotangent" + builder.values().size(), target.type()));
      }
      targets = Gradients.of(targets).withCotangents(cotangents).to(sources);
    }
    SignatureBuilder signature = builder.signature(GraphCase.SIGNATURE);
    for (int i = 0; i < targets.size(); i++) {
      signature.output("gradient" + i, targets.get(i));
    }
    return builder.build();
  }

  private static List<TensorType> types(Graph graph) {
    return graph.signature(GraphCase.SIGNATURE).outputs().values().stream()
        .map(Node::type)
        .toList();
  }

  /** Exponents of numbers below zero must stay whole; a graph may have no other input. */
  @Property(tries = 1000)
  void everyGraphHasSomethingToDifferentiateBy(@ForAll("graphs") GraphCase drawn) {
    assertTrue(
        drawn.bound().nodes().stream()
            .filter(node -> node.op() instanceof Input && node.type().dtype().isFloating())
            .anyMatch(node -> !drawn.domain(node.name()).isDiscrete()));
  }

  @Property(tries = 40)
  void noGraphDiffersFromCentralDifferences(@ForAll("graphs") GraphCase drawn) {
    GradientReport report = GradientCheck.of(drawn).seed(drawn.seed()).tries(1).run();
    assertNotEquals(GradientReport.Outcome.FAILED, report.outcome(), report::toString);
  }
}
