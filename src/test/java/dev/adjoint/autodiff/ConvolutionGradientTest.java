package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.testing.Golden;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The printed gradient of a convolution is two correlations and a reversed kernel. */
class ConvolutionGradientTest {
  record Form(String name, String input, String kernel, WindowAxis axis, long groups) {
    @Override
    public String toString() {
      return name;
    }

    Graph gradientGraph() {
      GraphBuilder g = GraphBuilder.create(name);
      Value x = g.input("x", DType.FLOAT32, Shape.parse(input));
      Value w = g.input("w", DType.FLOAT32, Shape.parse(kernel));
      Value y =
          x.correlate(w, List.of(axis, axis), CorrelationLayout.featuresLast(2), groups).as("y");
      Value dy = g.input("dy", y.type());
      List<Value> gradients = Gradients.of(y).withCotangents(dy).to(x, w);
      g.signature("backward").output("dx", gradients.get(0)).output("dw", gradients.get(1));
      return g.build();
    }
  }

  static Stream<Form> forms() {
    Dim two = Dim.of(2);
    Dim one = Dim.of(1);
    return Stream.of(
        new Form("plain", "[N, 28, 28, 3]", "[5, 5, 3, 8]", WindowAxis.UNIT, 1),
        new Form("same", "[N, 28, 28, 3]", "[5, 5, 3, 8]", WindowAxis.of(1, two, two), 1),
        new Form("strided", "[N, 28, 28, 3]", "[5, 5, 3, 8]", WindowAxis.of(2, two, two), 1),
        new Form("dilated", "[N, 28, 28, 3]", "[3, 3, 3, 8]", new WindowAxis(1, two, two, 1, 2), 1),
        new Form("grouped", "[N, 28, 28, 6]", "[3, 3, 2, 9]", WindowAxis.of(1, one, one), 3),
        new Form("depthwise", "[N, 28, 28, 4]", "[3, 3, 1, 4]", WindowAxis.of(1, one, one), 4),
        new Form(
            "transposed", "[N, 14, 14, 8]", "[4, 4, 8, 3]", new WindowAxis(1, two, two, 2, 1), 1),
        new Form("symbolic", "[N, H, W, 3]", "[3, 3, 3, 8]", WindowAxis.of(2, one, one), 1));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void printsAsCorrelations(Form form) {
    Graph graph = form.gradientGraph();
    Golden.assertMatches(getClass(), "convolution-" + form.name(), graph.toString());
    assertEquals(graph, Graph.parse(graph.toString()));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void usesOnlyCorrelationReverseAndMovement(Form form) {
    List<Node> nodes = form.gradientGraph().nodes();
    assertEquals(3, nodes.stream().filter(n -> n.op() instanceof Convolution.Correlation).count());
    assertEquals(1, nodes.stream().filter(n -> n.op() instanceof Movement.Reverse).count());
    assertFalse(nodes.stream().anyMatch(n -> n.op().operatorName().contains("backward")));
  }

  @Test
  void strideAndDilationChangePlaces() {
    WindowAxis forward = new WindowAxis(2, Dim.of(1), Dim.of(3), 1, 3);
    Dim output = forward.outputSize(Dim.of(17), Dim.of(4));
    WindowAxis dw = forward.windowGradient(Dim.of(17), Dim.of(4), output);
    WindowAxis dx = forward.inputGradient(Dim.of(17), Dim.of(4), output);
    assertEquals(3, dw.stride());
    assertEquals(2, dw.dilation());
    assertEquals(Dim.of(4), dw.outputSize(Dim.of(17), output));
    assertEquals(1, dx.stride());
    assertEquals(2, dx.inputDilation());
    assertEquals(3, dx.dilation());
    assertEquals(Dim.of(17), dx.outputSize(output, Dim.of(4)));
  }
}
