package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.testing.DrawnGraphs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** An explanation says of each two nodes that follow each other in two kernels why. */
class SeparationProperties implements DrawnGraphs {
  @Provide
  Arbitrary<GraphCase> differentiable() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT32);
  }

  @Property(tries = 100)
  void ofAnyOperator(@ForAll("operators") GraphCase drawn) {
    requireComplete(drawn.graph(), drawn.sizes());
  }

  @Property(tries = 100)
  void ofAnyGraph(@ForAll("graphs") GraphCase drawn) {
    requireComplete(drawn.graph(), drawn.sizes());
  }

  @Property(tries = 50)
  void ofAnyGradient(@ForAll("differentiable") GraphCase drawn) {
    GraphBuilder builder = drawn.graph().toBuilder();
    List<Value> leaves =
        builder.values().stream()
            .filter(value -> value.op() instanceof Input || value.op() instanceof Parameter)
            .filter(value -> value.dtype().isFloating())
            .toList();
    Value loss = builder.signature(GraphCase.SIGNATURE).output("loss");
    List<Value> gradients = Gradients.of(loss).to(leaves);
    for (int i = 0; i < gradients.size(); i++) {
      builder.signature(GraphCase.SIGNATURE).output("gradient " + i, gradients.get(i));
    }
    int lines = requireComplete(builder.build(), drawn.sizes());
    Statistics.collect(lines > 5);
    Statistics.coverage(coverage -> coverage.check(true).percentage(share -> share > 20));
  }

  /** The number of sentences. */
  private static int requireComplete(Graph graph, Map<String, Long> sizes) {
    int lines = 0;
    for (SessionOptions options :
        List.of(SessionOptions.standard(), SessionOptions.standard().checkingNumbers())) {
      try (Session session = Session.open(graph, options.withThreads(1))) {
        for (String signature : graph.signatures().keySet()) {
          Executable executable = session.compile(signature, sizes);
          Set<String> explained = explainedPairs(executable);
          assertFalse(executable.explain().contains(Refusal.untried().text()), executable::explain);
          assertEquals(pairsInTwoKernels(executable.plan()), explained, executable::explain);
          lines += explained.size();
        }
      }
    }
    return lines;
  }

  private static Set<String> explainedPairs(Executable executable) {
    Set<String> pairs = new TreeSet<>();
    executable
        .explain()
        .lines()
        .dropWhile(line -> !line.equals("Not computed together"))
        .filter(line -> line.matches("'[^']+' not with '[^']+'( \\(read as '[^']+'\\))?: .+"))
        .forEach(line -> pairs.add(line.replaceFirst("('[^']+' not with '[^']+').*", "$1")));
    return pairs;
  }

  /** What reads and what computes the value that is read, found from the steps alone. */
  private static Set<String> pairsInTwoKernels(Plan plan) {
    Map<Node, Step> kernels = new HashMap<>();
    for (Step step : plan.steps()) {
      boolean arranges = step.kind().equals("copy") || step.kind().equals("pack");
      step.nodes().stream().filter(_ -> !arranges).forEach(node -> kernels.put(node, step));
    }
    Set<String> pairs = new TreeSet<>();
    kernels.forEach((reader, kernel) -> {
      for (Node operand : reader.operands()) {
        Node producer = operand;
        while (!kernels.containsKey(producer) && !isGiven(producer)) {
          producer = producer.operand(0);
        }
        if (!isGiven(producer) && kernels.get(producer) != kernel) {
          pairs.add("'%s' not with '%s'".formatted(reader.name(), producer.name()));
        }
      }
    });
    return pairs;
  }

  private static boolean isGiven(Node node) {
    return node.op() instanceof Input
        || node.op() instanceof Parameter
        || node.op() instanceof Source.Constant;
  }
}
