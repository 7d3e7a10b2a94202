package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.RandomGraphs;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No pass changes what a graph nobody wrote computes, nor what its gradients are. */
class PassProperties {
  private static final Pipeline EXACT =
      new Pipeline(
          Pipeline.standard().passes().stream()
              .filter(pass -> pass.exactness() == Exactness.BITS)
              .collect(ImmutableList.toImmutableList()));

  @Provide
  Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.graphs(RandomGraphs.usual().withMaxSteps(20));
  }

  @Provide
  Arbitrary<GraphCase> patterns() {
    return GraphArbitraries.operators(List.of(Patterns.any()), Limits.USUAL);
  }

  /** The leaves of double precision, so that what is computed beforehand is not rounded more. */
  @Provide
  Arbitrary<GraphCase> patternsInDouble() {
    Limits wide = Limits.USUAL.withDTypes(DType.FLOAT64, DType.INT64, DType.BOOL);
    return GraphArbitraries.operators(List.of(Patterns.any()), wide);
  }

  @Provide
  Arbitrary<GraphCase> differentiable() {
    return GraphArbitraries.graphs(Patterns.differentiable());
  }

  @Property(tries = 200)
  void exactPassesKeepTheBits(@ForAll("graphs") GraphCase drawn) {
    assertSameBits(drawn);
  }

  /** See {@link RulesFireTest}. */
  @Property(tries = 1000)
  void exactPassesKeepTheBitsOfWhatTheyRewrite(@ForAll("patterns") GraphCase drawn) {
    assertSameBits(drawn);
  }

  @Property(tries = 600)
  void allPassesKeepWhatTheyRewriteUpToRounding(@ForAll("patternsInDouble") GraphCase drawn) {
    Graph after = Pipeline.standard().run(drawn.bound());
    Results.assertClose(drawn, drawn.bound(), after, drawn.smoothLeaves(1));
  }

  private static void assertSameBits(GraphCase drawn) {
    for (Graph graph : List.of(drawn.graph(), drawn.bound())) {
      Graph after = EXACT.run(graph);
      Results.assertSameBits(drawn, graph, after, drawn.anyLeaves(1));
      Results.assertSameBits(drawn, graph, after, drawn.smoothLeaves(2));
    }
  }

  @Property(tries = 150)
  void exactPassesKeepTheBitsOfGradients(@ForAll("differentiable") GraphCase drawn) {
    Graph graph = withGradients(drawn.bound());
    Graph after = EXACT.run(graph);
    Results.assertSameBits(drawn, graph, after, drawn.anyLeaves(1));
    Results.assertSameBits(drawn, graph, after, drawn.smoothLeaves(2));
  }

  @Property(tries = 150)
  void allPassesKeepGradientsUpToRounding(@ForAll("differentiable") GraphCase drawn) {
    Graph graph = withGradients(drawn.bound());
    Graph after = Pipeline.standard().run(graph);
    Results.assertClose(drawn, graph, after, drawn.smoothLeaves(1));
  }

  @Property(tries = 200)
  void thePipelineEnds(@ForAll("patterns") GraphCase drawn) {
    Graph after = Pipeline.standard().run(drawn.graph());
    assertEquals(after, Pipeline.standard().run(after));
  }

  private static Graph withGradients(Graph graph) {
    GraphBuilder builder = graph.toBuilder();
    SignatureBuilder signature = builder.signature(GraphCase.SIGNATURE);
    Value loss = signature.output("loss");
    List<Value> sources = new ArrayList<>();
    for (Value value : builder.values()) {
      boolean leaf = value.op() instanceof Input || value.op() instanceof Parameter;
      if (leaf && value.dtype().isFloating()) {
        sources.add(value);
      }
    }
    List<Value> gradients = Gradients.of(loss).to(sources);
    for (int i = 0; i < gradients.size(); i++) {
      signature.output("gradient of " + sources.get(i).name(), gradients.get(i));
    }
    return builder.build();
  }
}
