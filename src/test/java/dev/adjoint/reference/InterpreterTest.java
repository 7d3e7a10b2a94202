package dev.adjoint.reference;

import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs of signatures: sizes, parameters and updates. */
class InterpreterTest {
  private final Interpreter interpreter = Interpreter.create();

  /** A step that exchanges two parameters and counts; the batch is symbolic. */
  private static Graph exchange() {
    GraphBuilder g = GraphBuilder.create("exchange");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value a = g.parameter("a", Tensor.vector(1f, 2f));
    Value b = g.parameter("b", Tensor.vector(3f, 4f));
    Value steps = g.state("steps", Tensor.scalar(0L));
    g.signature("predict").output("y", x.mul(a).add(b)).output("n", x.sizeOf(0));
    g.signature("step")
        .output("sum", a.add(b))
        .update(a, b)
        .update(b, a)
        .update(steps, steps.add(1));
    return g.build();
  }

  @Test
  void bindSizesFromTheInputs() {
    Interpreter.Result result =
        interpreter.run(
            exchange(),
            "predict",
            Map.of("x", Tensor.nested(new float[][] {{1, 1}, {2, 0}, {0, 3}})));

    assertEquals(Tensor.nested(new float[][] {{4, 6}, {5, 4}, {3, 10}}), result.output("y"));
    assertEquals(Tensor.scalar(3L), result.output("n"));
    assertEquals(List.of("y", "n"), List.copyOf(result.outputs().keySet()));
  }

  @Test
  void anEmptyBatchGivesAnEmptyResult() {
    Interpreter.Result result =
        interpreter.run(exchange(), "predict", Map.of("x", Tensor.zeros(DType.FLOAT32, 0, 2)));

    assertEquals(Tensor.zeros(DType.FLOAT32, 0, 2), result.output("y"));
  }

  @Test
  void updatesTakeEffectTogether() {
    Interpreter.Result first = interpreter.run(exchange(), "step", Map.of());
    Interpreter.Result second = interpreter.run(exchange(), "step", Map.of(), first.parameters());

    assertEquals(
        Map.of("a", Tensor.vector(3f, 4f), "b", Tensor.vector(1f, 2f), "steps", Tensor.scalar(1L)),
        first.parameters());
    assertEquals(
        Map.of("a", Tensor.vector(1f, 2f), "b", Tensor.vector(3f, 4f), "steps", Tensor.scalar(2L)),
        second.parameters());
  }

  @Test
  void parametersThatAreNotUpdatedAreReturned() {
    Interpreter.Result result =
        interpreter.run(exchange(), "predict", Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2)));

    assertEquals(interpreter.initialParameters(exchange()), result.parameters());
  }

  @Test
  void aParameterThatIsNotReadMayBeAbsent() {
    Map<String, Tensor> some = Map.of("a", Tensor.vector(0f, 1f), "b", Tensor.vector(5f, 5f));

    Interpreter.Result result =
        interpreter.run(
            exchange(), "predict", Map.of("x", Tensor.nested(new float[][] {{7, 7}})), some);

    assertEquals(Tensor.nested(new float[][] {{5, 12}}), result.output("y"));
    assertEquals(some, result.parameters());
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    Tensor x = Tensor.zeros(DType.FLOAT32, 1, 2);
    Map<String, Tensor> noB = Map.of("a", Tensor.vector(1f, 2f));

    assertMessage(
        GraphException.class,
        "parameter 'b': its value f32[2] is missing, given only [a, x].",
        () -> interpreter.run(exchange(), "predict", Map.of("x", x), noB));
    assertMessage(
        GraphException.class,
        "signature 'predict': the input 'x' f32[N, 2] is missing, given only [].",
        () -> interpreter.run(exchange(), "predict", Map.of()));
    assertMessage(
        GraphException.class,
        "The parameter 'a' is f32[2], given f32[3].",
        () ->
            interpreter.run(
                exchange(), "predict", Map.of("x", x), Map.of("a", Tensor.vector(1f, 2f, 3f))));
    assertMessage(
        GraphException.class,
        "'x' is given as a parameter, but it is a node of input. The parameters are [a, b,"
            + " steps].",
        () -> interpreter.run(exchange(), "predict", Map.of("x", x), Map.of("x", x)));
    assertMessage(
        GraphException.class,
        "The graph 'exchange' has no node 'c'.",
        () -> interpreter.run(exchange(), "predict", Map.of("x", x), Map.of("c", x)));
    assertMessage(
        GraphException.class,
        "signature 'predict': the input 'x' takes f32[N, 2], given f64[1, 2].",
        () -> interpreter.run(exchange(), "predict", Map.of("x", x.cast(DType.FLOAT64))));
    assertMessage(
        GraphException.class,
        "The graph 'exchange' has no signature 'train', it has [predict, step].",
        () -> interpreter.run(exchange(), "train", Map.of()));
    assertMessage(
        GraphException.class,
        "The run has no output 'z', only [sum].",
        () -> interpreter.run(exchange(), "step", Map.of()).output("z"));
  }
}
