package dev.adjoint.runtime;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.DrawnGraphs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Sessions against the reference interpreter, on operators and graphs that nobody wrote. */
class SessionProperties implements DrawnGraphs {
  @Provide
  Arbitrary<GraphCase> singlePrecision() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT32);
  }

  @Provide
  Arbitrary<GraphCase> doublePrecision() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT64);
  }

  @Property(tries = 1000)
  void anOperatorGivesWhatTheReferenceGives(@ForAll("operators") GraphCase drawn) {
    requireReference(drawn, drawn.smoothLeaves(1));
  }

  @Property(tries = 300)
  void aGraphGivesWhatTheReferenceGives(@ForAll("graphs") GraphCase drawn) {
    requireReference(drawn, drawn.smoothLeaves(1));
  }

  @Property(tries = 200)
  void aGraphOfFloatsGivesWhatTheReferenceGives(@ForAll("singlePrecision") GraphCase drawn) {
    requireReference(drawn, drawn.smoothLeaves(1));
  }

  @Property(tries = 200)
  void aGraphOfDoublesGivesWhatTheReferenceGives(@ForAll("doublePrecision") GraphCase drawn) {
    requireReference(drawn, drawn.smoothLeaves(1));
  }

  @Property(tries = 150)
  void gradientsOfAGraphAreThoseOfTheReference(
      @ForAll("doublePrecision") GraphCase drawn, @ForAll @IntRange(min = 1, max = 2) int order) {
    Graph graph = withGradients(drawn, order);
    Map<String, Tensor> leaves = drawn.smoothLeaves(1);
    Map<String, Tensor> inputs = drawn.inputs(GraphCase.SIGNATURE, leaves);
    inputs = new HashMap<>(inputs);
    inputs.keySet().retainAll(graph.signature(GraphCase.SIGNATURE).inputs().keySet());
    Interpreter.Result expected =
        Interpreter.create().run(graph, GraphCase.SIGNATURE, inputs, drawn.parameters(leaves));
    try (Session session = Session.open(graph, SessionOptions.standard().withThreads(2))) {
      session.restore(drawn.parameters(leaves));
      Map<String, Tensor> actual = session.run(GraphCase.SIGNATURE, inputs);
      expected
          .outputs()
          .forEach((name, value) -> requireClose(name, value, actual.get(name), 1e-9));
    }
  }

  /**
   * The same with derivatives of the loss with respect to all floating leaves but those of whole
   * numbers: a power of a negative base has no derivative with respect to its exponent, and what a
   * NaN meets in the padding of a correlation is left open.
   */
  private static Graph withGradients(GraphCase drawn, int order) {
    Graph graph = drawn.bound();
    GraphBuilder builder = graph.toBuilder();
    List<Value> leaves =
        builder.values().stream()
            .filter(value -> value.op() instanceof Input || value.op() instanceof Parameter)
            .filter(value -> value.dtype().isFloating())
            .filter(value -> !drawn.domain(value.name()).isDiscrete())
            .toList();
    Value loss = builder.value(graph.signature(GraphCase.SIGNATURE).outputs().get("loss").name());
    for (int i = 0; i < order && !leaves.isEmpty(); i++) {
      List<Value> gradients = Gradients.of(loss).to(leaves);
      for (int k = 0; k < gradients.size(); k++) {
        builder
            .signature(GraphCase.SIGNATURE)
            .output("gradient %d.%d".formatted(i, k), gradients.get(k));
      }
      loss = gradients.stream().map(Value::sum).reduce(Value::add).orElseThrow();
    }
    return builder.build();
  }

  @Property(tries = 200)
  void theNumberOfThreadsChangesNoBit(@ForAll("graphs") GraphCase drawn) {
    Map<String, Tensor> leaves = drawn.anyLeaves(1);
    for (String signature : drawn.graph().signatures().keySet()) {
      assertEquals(run(drawn, signature, leaves, 1), run(drawn, signature, leaves, 3));
    }
  }

  @Property(tries = 100)
  void unfusedGraphsToo(@ForAll("graphs") GraphCase drawn) {
    requireReference(
        drawn, drawn.smoothLeaves(1), SessionOptions.standard().withThreads(1).unfused());
  }

  /**
   * What an infinity or a NaN of a correlation's operand meets in the padding, and what comes of
   * that, is left open.
   */
  private static boolean isDefined(GraphCase drawn, Map<String, Tensor> leaves) {
    Graph graph = drawn.bound();
    List<Node> operands =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Convolution)
            .flatMap(node -> node.operands().stream())
            .toList();
    return Interpreter.create().evaluate(graph, operands, leaves).stream()
        .flatMapToDouble(value -> Arrays.stream(value.asDoubles()))
        .allMatch(Double::isFinite);
  }

  private static void requireReference(GraphCase drawn, Map<String, Tensor> leaves) {
    requireReference(drawn, leaves, SessionOptions.standard().withThreads(2));
  }

  private static void requireReference(
      GraphCase drawn, Map<String, Tensor> leaves, SessionOptions options) {
    Assume.that(isDefined(drawn, leaves));
    for (String signature : drawn.graph().signatures().keySet()) {
      Map<String, Tensor> inputs = drawn.inputs(signature, leaves);
      Map<String, Tensor> parameters = drawn.parameters(leaves);
      Interpreter.Result expected =
          Interpreter.create().run(drawn.bound(), signature, inputs, parameters);
      Interpreter.Result actual = run(drawn, signature, leaves, options);
      boolean single =
          drawn.graph().nodes().stream().anyMatch(node -> node.type().dtype() == DType.FLOAT32);
      double tolerance = single ? 2e-4 : 1e-11;
      expected
          .outputs()
          .forEach((name, value) -> requireClose(name, value, actual.output(name), tolerance));
      expected
          .parameters()
          .forEach(
              (name, value) -> requireClose(name, value, actual.parameters().get(name), tolerance));
    }
  }

  private static Interpreter.Result run(
      GraphCase drawn, String signature, Map<String, Tensor> leaves, int threads) {
    return run(drawn, signature, leaves, SessionOptions.standard().withThreads(threads));
  }

  private static Interpreter.Result run(
      GraphCase drawn, String signature, Map<String, Tensor> leaves, SessionOptions options) {
    try (Session session = Session.open(drawn.graph(), options)) {
      session.restore(drawn.parameters(leaves));
      Map<String, Tensor> outputs =
          session.compile(signature, drawn.sizes()).run(drawn.inputs(signature, leaves));
      return new Interpreter.Result(outputs, session.parameters());
    }
  }

  private static void requireClose(String name, Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.type(), actual.type(), name);
    if (!expected.dtype().isFloating()) {
      assertEquals(expected, actual, name);
      return;
    }
    double scale = 1;
    for (double element : expected.asDoubles()) {
      scale = Double.isFinite(element) ? Math.max(scale, Math.abs(element)) : scale;
    }
    assertClose(expected, actual, tolerance, scale * tolerance, name);
  }
}
