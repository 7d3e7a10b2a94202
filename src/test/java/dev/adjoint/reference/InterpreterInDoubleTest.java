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
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The mode that rounds nothing to FLOAT32. */
class InterpreterInDoubleTest {
  private final Interpreter interpreter = Interpreter.create();

  private final Interpreter inDouble = Interpreter.inDouble();

  /** In float, a third is another number, and the sum loses the small one. */
  private static Graph thirds() {
    GraphBuilder g = GraphBuilder.create("thirds");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    Value w = g.parameter("w", Tensor.scalar(3f));
    Value n = g.state("n", Tensor.scalar(1L));
    g.signature("run")
        .output("third", x.div(w))
        .output("cast", x.cast(DType.FLOAT64).div(3).cast(DType.FLOAT32))
        .output("large", x.add(16777216))
        .output("count", n.add(1))
        .update(w, w.div(7));
    return g.build();
  }

  @Test
  void nothingIsRounded() {
    Interpreter.Result result = inDouble.run(thirds(), "run", Map.of("x", Tensor.vector(1f)));

    assertEquals(Tensor.vector(1 / 3.0), result.output("third"));
    assertEquals(Tensor.vector(1 / 3.0), result.output("cast"));
    assertEquals(Tensor.vector(16777217.0), result.output("large"));
    assertEquals(Tensor.scalar(2L), result.output("count"));
    assertEquals(Map.of("w", Tensor.scalar(3 / 7.0), "n", Tensor.scalar(1L)), result.parameters());
  }

  @Test
  void elsewhereEachNodeIsRoundedOnce() {
    Interpreter.Result result = interpreter.run(thirds(), "run", Map.of("x", Tensor.vector(1f)));

    assertEquals(Tensor.vector(1 / 3f), result.output("third"));
    assertEquals(Tensor.vector(1 / 3f), result.output("cast"));
    assertEquals(Tensor.vector(16777216f), result.output("large"));
  }

  @Test
  void inputsAndParametersMayBeOfEitherDtype() {
    Interpreter.Result result =
        inDouble.run(
            thirds(),
            "run",
            Map.of("x", Tensor.vector(0.1)),
            Map.of("w", Tensor.scalar(0.7), "n", Tensor.scalar(4L)));

    assertEquals(Tensor.vector(0.1 / 0.7), result.output("third"));
    assertEquals(Tensor.scalar(0.7 / 7), result.parameters().get("w"));
  }

  @Test
  void initialParametersAreWide() {
    assertEquals(
        Map.of("w", Tensor.scalar(3.0), "n", Tensor.scalar(1L)),
        inDouble.initialParameters(thirds()));
  }

  @Test
  void aDoubleInputStillTakesNoFloat() {
    GraphBuilder g = GraphBuilder.create("g");
    g.signature("run").output("y", g.input("x", DType.FLOAT64).neg());
    Graph graph = g.build();

    assertMessage(
        GraphException.class,
        "signature 'run': the input 'x' takes f64[], given f32[].",
        () -> inDouble.run(graph, "run", Map.of("x", Tensor.scalar(1f))));
  }
}
