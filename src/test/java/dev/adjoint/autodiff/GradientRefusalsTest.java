package dev.adjoint.autodiff;

import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients.Unconnected;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What cannot be differentiated, and what is said then. */
class GradientRefusalsTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private static double[] gradient(Value target, Value source) {
    return Computed.doubles(Gradients.of(target).to(source).getFirst());
  }

  @Test
  void unconnectedSourcesAreErrorsOnRequest() {
    Value x = vector(1, 2);
    Value other = g.input("other", DType.FLOAT32, 3);
    Gradients request = Gradients.of(x.sum()).unconnected(Unconnected.ERROR);
    assertEquals(1, request.to(x).size());
    GraphException e =
        assertMessage(
            GraphException.class,
            "No target depends on the source 'other' f32[3] through values of floating point. Leave"
                + " it out, or ask for zeros with unconnected(ZERO).",
            () -> request.to(x, other));
    assertEquals("other", e.node().orElseThrow());
  }

  private static void assertFails(String message, Gradients request, Value... sources) {
    assertMessage(GraphException.class, message, () -> request.to(sources));
  }

  @Test
  void refusesIntegerSourcesAndTargets() {
    Value i = g.input("i", DType.INT32, 2);
    Value x = vector(1, 2);
    assertFails(
        "The source 'i' is i32[2]: only values of floating point have derivatives. Cast it before"
            + " the part that is differentiated.",
        Gradients.of(x.sum()),
        x,
        i);
    assertFails(
        "The target 'i' is i32[2]: only values of floating point have derivatives. Cast it before"
            + " the part that is differentiated.",
        Gradients.of(i),
        x);
  }

  @Test
  void refusesTargetsThatAreNoScalars() {
    Value x = vector(1, 2).as("x");
    assertFails(
        "The target 'x' is f64[2], not a scalar. Pass a cotangent of its type, or differentiate its"
            + " sum or mean.",
        Gradients.of(x),
        x);
  }

  @Test
  void refusesCotangentsThatDoNotFit() {
    Value x = vector(1, 2).as("x");
    Value dy = g.constant(Tensor.vector(1f, 2f)).as("dy");
    assertFails(
        "The target 'x' is f64[2], its cotangent 'dy' is f32[2]. They must be equal.",
        Gradients.of(x).withCotangents(dy),
        x);
    assertFails(
        "There are 2 cotangents for 1 targets. Pass one a target.",
        Gradients.of(x).withCotangents(x, x),
        x);
    assertFails(
        "There is no target to differentiate. Pass at least one.", Gradients.of(List.of()), x);
  }

  @Test
  void refusesValuesOfTwoBuilders() {
    Value x = vector(1).as("x");
    Value foreign = GraphBuilder.create("other").constant(Tensor.vector(1.0)).as("foreign");
    String message =
        "'foreign' belongs to the builder of the graph 'other', the first target to that of"
            + " 'test'. Use values of one builder only.";
    assertFails(message, Gradients.of(x.sum()), foreign);
    assertFails(message, Gradients.of(x).withCotangents(foreign), x);
  }

  @Test
  void refusesOperatorsWithoutDerivative() {
    Value x = vector(1, 2).as("x");
    Value y = g.add(new OperatorsForTests.Opaque(), x).as("y");
    assertFails(
        "opaque 'y' has no derivative: nobody knows its formula. Put stopGradient on its operands"
            + " if none is meant.",
        Gradients.of(y.sum()),
        x);
    // Beside the way from source to target it does no harm.
    assertArrayEquals(new double[] {1, 1}, gradient(x.add(y.stopGradient()).sum(), x));
    Value partly = g.add(new OperatorsForTests.HalfDefined(), x, vector(3, 4).as("p")).as("z");
    assertArrayEquals(
        new double[] {1, 1}, Computed.doubles(Gradients.of(partly.sum()).to(x).getFirst()));
    assertFails(
        "half_defined 'z' has no derivative with respect to 'p': p is a label. Put stopGradient on"
            + " it if none is meant.",
        Gradients.of(partly.sum()),
        g.value("p"));
  }

  @Test
  void namesTheRuleThatIsWrong() {
    Value x = vector(1, 2).as("x");
    Value y = g.add(new OperatorsForTests.WrongType(), x).as("y");
    assertFails(
        "The gradient rule of wrong_type (at 'y') is wrong: it gives 'x' f64[2] a cotangent of"
            + " f64[]. Correct the operator's vjp.",
        Gradients.of(y.sum()),
        x);
    Value z = g.add(new OperatorsForTests.WrongCount(), x).as("z");
    assertFails(
        "The gradient rule of wrong_count answers for 2 operands, the node 'z' has 1. Correct the"
            + " operator's vjp.",
        Gradients.of(z.sum()),
        x);
  }

  @Test
  void aSizeOfZeroThatDoesNotSuitIsRefusedAndNeverAnotherShape() {
    GraphBuilder g = GraphBuilder.create("strided");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    Value every = x.slice(List.of(new Movement.SliceAxis(Dim.of(0), Dim.named("N"), 3)));
    g.signature("backward").output("dx", Gradients.of(every.exp().sum()).to(x).getFirst());
    Graph graph = g.build();
    assertEquals(
        Shape.of(5),
        graph.bind(Map.of("N", 5L)).signature("backward").outputs().get("dx").type().shape());
    assertRefused(GraphException.class, () -> graph.bind(Map.of("N", 0L)), "its rule gives f32[2]");
  }

  @Test
  void aRecomputedRegionWithAnIncompleteBoundaryIsRefused() {
    GraphBuilder g = GraphBuilder.create("open");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 2));
    Value region = g.add(new Control.Recompute(), x.mul(w).sin(), w);
    assertRefused(GraphException.class, () -> Gradients.of(region.sum()).to(w), "reads 'x'");
  }

  @Test
  void aCustomGradientWithoutAPlaceholderIsRefused() {
    GraphBuilder g = GraphBuilder.create("no placeholder");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value y = g.add(new Control.CustomGradient(), x.exp(), x.sin(), x, x.cos());
    assertRefused(GraphException.class, () -> Gradients.of(y.sum()).to(x), "has no placeholder");
  }
}
