package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Sessions against the reference interpreter, on operators and graphs that nobody wrote. */
class SessionProperties {
  @Provide
  Arbitrary<GraphCase> operators() {
    return GraphArbitraries.operators();
  }

  @Provide
  Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.graphs();
  }

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

  @Property(tries = 200)
  void theNumberOfThreadsChangesNoBit(@ForAll("graphs") GraphCase drawn) {
    Map<String, Tensor> leaves = drawn.anyLeaves(1);
    for (String signature : drawn.graph().signatures().keySet()) {
      assertEquals(run(drawn, signature, leaves, 1), run(drawn, signature, leaves, 3));
    }
  }

  private static void requireReference(GraphCase drawn, Map<String, Tensor> leaves) {
    for (String signature : drawn.graph().signatures().keySet()) {
      Map<String, Tensor> inputs = drawn.inputs(signature, leaves);
      Map<String, Tensor> parameters = drawn.parameters(leaves);
      Interpreter.Result expected =
          Interpreter.create().run(drawn.bound(), signature, inputs, parameters);
      Interpreter.Result actual = run(drawn, signature, leaves, 2);
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
    SessionOptions options = SessionOptions.standard().withThreads(threads);
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
    assertTrue(
        expected.closeTo(actual, tolerance, scale * tolerance),
        () -> name + ": expected " + expected + ", got " + actual);
  }
}
