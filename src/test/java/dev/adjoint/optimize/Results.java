package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.reference.EvaluationException;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs drawn graphs before and after a change. */
final class Results {
  private Results() {}

  /** All signatures give the same bits, or the first graph cannot be run. */
  static void assertSameBits(
      GraphCase drawn, Graph before, Graph after, Map<String, Tensor> leaves) {
    for (String signature : before.signatures().keySet()) {
      run(Interpreter.create(), drawn, before, signature, leaves)
          .ifPresent(expected ->
              assertEquals(
                  Optional.of(expected),
                  run(Interpreter.create(), drawn, after, signature, leaves),
                  () -> "signature %s of%n%s%nwas%n%s".formatted(signature, after, before)));
    }
  }

  /** All signatures give the same numbers in double precision, up to rounding. */
  static void assertClose(GraphCase drawn, Graph before, Graph after, Map<String, Tensor> leaves) {
    for (String signature : before.signatures().keySet()) {
      run(Interpreter.inDouble(), drawn, before, signature, leaves)
          .ifPresent(expected -> {
            Map<String, Tensor> actual =
                run(Interpreter.inDouble(), drawn, after, signature, leaves).orElseThrow();
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((name, value) ->
                assertTrue(
                    value.closeTo(actual.get(name), 1e-9, 1e-9),
                    () ->
                        "%s is %s, not %s, in%n%s%nwas%n%s"
                            .formatted(name, actual.get(name), value, after, before)));
          });
    }
  }

  private static Optional<Map<String, Tensor>> run(
      Interpreter interpreter,
      GraphCase drawn,
      Graph graph,
      String signature,
      Map<String, Tensor> leaves) {
    try {
      Interpreter.Result result =
          interpreter.run(
              graph, signature, drawn.inputs(signature, leaves), drawn.parameters(leaves));
      Map<String, Tensor> all = new TreeMap<>();
      result.outputs().forEach((name, value) -> all.put("output " + name, value));
      result.parameters().forEach((name, value) -> all.put("parameter " + name, value));
      return Optional.of(all);
    } catch (EvaluationException notComputable) {
      return Optional.empty();
    }
  }
}
