package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.op.Movement;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The training step of a small network, from which all that is not needed must go. */
class StepGraphTest {
  private static Graph bound(DataFormat format) {
    return Prune.to(DigitNetwork.step(format, 8), "train").bind(Map.of("N", 3L));
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void nothingIsLeftToRemove(DataFormat format) {
    Graph after = Pipeline.standard().run(bound(format));
    Golden.assertMatches(
        StepGraphTest.class,
        format == DataFormat.FEATURES_LAST ? "step-features-last" : "step-features-first",
        after.toString());
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void aStepTrainsAsBefore(DataFormat format) {
    Graph before = bound(format);
    Graph after = Pipeline.standard().run(before);
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> state = new LinkedHashMap<>();
    before.parameters().forEach(node -> state.put(node.name(), values(node, random)));
    Map<String, Tensor> inputs =
        Map.of("image", values(before.node("image"), random), "label", Tensor.vector(3, 0, 9));
    Interpreter.Result expected = Interpreter.inDouble().run(before, "train", inputs, state);
    Interpreter.Result actual = Interpreter.inDouble().run(after, "train", inputs, state);
    assertEquals(expected.parameters().keySet(), actual.parameters().keySet());
    expected
        .parameters()
        .forEach((name, value) ->
            assertTrue(value.closeTo(actual.parameters().get(name), 1e-6, 1e-7), name));
  }

  /** Not negative, so that the square roots of running squares exist. */
  private static Tensor values(Node node, SplittableRandom random) {
    double[] numbers = random.doubles(node.type().shape().elementCount(), 0.1, 1).toArray();
    return Tensor.of(numbers, node.type().shape().sizes()).cast(node.type().dtype());
  }

  /** At the flattening and at the kernels; none where arrays are large. */
  @Test
  void aPlanesFirstNetworkIsTransposedAtItsEnds() {
    List<String> transposed =
        Pipeline.standard().run(bound(DataFormat.FEATURES_FIRST)).nodes().stream()
            .filter(node -> node.op() instanceof Movement.Transpose)
            .map(node -> node.operand(0).type().shape().toString())
            .toList();
    assertEquals(
        List.of(
            "[4, 1, 3, 3]",
            "[6, 4, 3, 3]",
            "[3, 2, 2, 6]",
            "[3, 6, 2, 2]",
            "[3, 3, 4, 6]",
            "[3, 3, 1, 4]"),
        transposed);
  }
}
