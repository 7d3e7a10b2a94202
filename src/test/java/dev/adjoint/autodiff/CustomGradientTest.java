package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CustomGradientTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private static Value gradient(Value target, Value source) {
    return Gradients.of(target.sum()).to(source).getFirst();
  }

  private static void assertNumbers(Value actual, double... expected) {
    assertArrayEquals(expected, Computed.doubles(actual), 1e-14);
  }

  private static Value straightThrough(Value x) {
    return Control.customGradient(List.of(x), v -> v.getFirst().round(), (y, dy) -> List.of(dy));
  }

  /** The identity whose cotangent is kept between -limit and limit. */
  private static Value clipped(Value x, double limit) {
    return Control.customGradient(
        List.of(x), v -> v.getFirst(), (y, dy) -> List.of(dy.clamp(-limit, limit)));
  }

  @Test
  void straightThroughEstimatorPassesTheCotangent() {
    Value x = vector(0.4, 1.6);
    Value y = straightThrough(x);
    assertNumbers(y, 0, 2);
    assertNumbers(gradient(y.mul(y), x), 0, 4);
  }

  @Test
  void clipsCotangents() {
    Value x = vector(1, 2, 3);
    Value y = clipped(x, 1.5);
    assertNumbers(y, 1, 2, 3);
    assertNumbers(gradient(y.mul(vector(1, -2, 7)), x), 1, -1.5, 1.5);
  }

  @Test
  void severalValuesGetTheirOwnCotangents() {
    Value a = vector(2);
    Value b = vector(5);
    Value y =
        Control.customGradient(
            List.of(a, b),
            v -> v.get(0).mul(v.get(1)),
            (_, dy) -> List.of(dy.mul(100).mul(a), dy.mul(b)));
    List<Value> gradients = Gradients.of(y.sum()).to(a, b);
    assertNumbers(gradients.get(0), 200);
    assertNumbers(gradients.get(1), 5);
  }

  @Test
  void ruleMayGiveNodesThatAreOlderThanItself() {
    Value x = vector(2, 3);
    Value old = vector(7, 8);
    Value y = Control.customGradient(List.of(x), v -> v.getFirst().exp(), (_, _) -> List.of(old));
    assertNumbers(gradient(y, x), 7, 8);
  }

  @Test
  void unusedValuesGetZeros() {
    Value x = vector(2);
    Value unused = vector(3, 4);
    Value y =
        Control.customGradient(
            List.of(x, unused), v -> v.getFirst().exp(), (_, dy) -> List.of(dy, unused.like(0)));
    assertNumbers(gradient(y, unused), 0, 0);
    assertNumbers(gradient(y, x), 1);
  }

  @Test
  void whatForwardReadsBesideItsValuesIsConstant() {
    Value x = vector(2);
    Value captured = vector(3);
    Value y =
        Control.customGradient(
            List.of(x), v -> v.getFirst().mul(captured), (_, dy) -> List.of(dy.mul(captured)));
    assertNumbers(gradient(y, captured), 0);
    assertNumbers(gradient(y, x), 3);
    // The rule is graph: what it reads counts when it is differentiated.
    assertNumbers(gradient(gradient(y, x), captured), 1);
  }

  @Test
  void ruleIsDifferentiatedAgain() {
    Value x = vector(2);
    // y = x^3 with the slope 10 x^2 on purpose.
    Value y =
        Control.customGradient(
            List.of(x), v -> v.getFirst().pow(3), (_, dy) -> List.of(dy.mul(x).mul(x).mul(10)));
    Value first = gradient(y, x);
    assertNumbers(first, 40);
    assertNumbers(gradient(first, x), 40);
    assertNumbers(gradient(gradient(first, x), x), 20);
  }

  @Test
  void ruleHoldsAgainWhereItReadsTheResult() {
    Value x = vector(0.5);
    // e^x with the slope 2y: so 4y and 8y in higher orders, not 2y.
    Value y =
        Control.customGradient(
            List.of(x), v -> v.getFirst().exp(), (r, dy) -> List.of(dy.mul(r).mul(2)));
    double e = Math.exp(0.5);
    Value first = gradient(y, x);
    assertNumbers(first, 2 * e);
    Value second = gradient(first, x);
    assertNumbers(second, 4 * e);
    assertNumbers(gradient(second, x), 8 * e);
  }

  @Test
  void ruleOfAnIdentityTellsItsResultFromItsValue() {
    Value x = vector(3);
    // y = x, slope 5 y: then d(5y)/dx = 25 y; by way of x it would be 5.
    Value y =
        Control.customGradient(List.of(x), v -> v.getFirst(), (r, dy) -> List.of(dy.mul(r).mul(5)));
    assertNumbers(gradient(gradient(y, x), x), 75);
    Value z =
        Control.customGradient(List.of(x), v -> v.getFirst(), (_, dy) -> List.of(dy.mul(x).mul(5)));
    assertNumbers(gradient(gradient(z, x), x), 5);
  }

  @Test
  void nests() {
    Value x = vector(0.4, 2.6);
    // The rule of the outer one uses a function with a rule of its own.
    Value outer =
        Control.customGradient(
            List.of(x),
            v -> straightThrough(v.getFirst()).mul(2),
            (_, dy) -> List.of(clipped(dy.mul(x), 1).mul(3)));
    Value first = gradient(outer, x);
    assertNumbers(first, 1.2, 7.8);
    // d(3 x) with the cotangent 3, clipped to 1.
    assertNumbers(gradient(first, x), 1, 1);
  }

  @Test
  void survivesTheTextForm() {
    Value x = g.input("x", DType.FLOAT64, 2);
    Value y = clipped(straightThrough(x).mul(3), 0.5).as("y");
    g.signature("f").output("y", y);
    Graph graph = g.build();
    Graph loaded = Graph.parse(graph.toString());
    assertEquals(graph, loaded);
    GraphBuilder again = loaded.toBuilder();
    Value first = gradient(again.value("y"), again.value("x"));
    Tensor slopes =
        Computed.inDouble(List.of(first), Map.of("x", Tensor.vector(0.2, 5.7))).getFirst();
    assertEquals(Tensor.vector(1.5, 1.5), slopes);
  }

  @Test
  void refusesRulesThatDoNotFit() {
    Value x = vector(1).as("x");
    GraphException few =
        assertThrows(
            GraphException.class,
            () ->
                Control.customGradient(
                    List.of(x), v -> v.getFirst().exp().as("y"), (_, dy) -> List.of(dy, dy, dy)));
    assertEquals(
        "The gradient rule of 'y' answers for 3 values, it has 1. Answer for each, in order.",
        few.getMessage());
    assertEquals("y", few.node().orElseThrow());
    GraphException type =
        assertThrows(
            GraphException.class,
            () ->
                Control.customGradient(
                    List.of(x), v -> v.getFirst().exp(), (_, dy) -> List.of(dy.sum())));
    assertEquals("C3", type.constraint().orElseThrow());
  }
}
