package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import org.junit.jupiter.api.Test;

class DerivativesTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private static double[] numbers(Value value) {
    return Computed.doubles(value);
  }

  /** {@code [x0 x1, sin x0, x1^2]}. */
  private static Value curve(Value x) {
    Value a = x.slice(0, 0, 1);
    Value b = x.slice(0, 1, 2);
    return Movement.concat(0, List.of(a.mul(b), a.sin(), b.mul(b)));
  }

  /** {@code x0^2 x1 + x1^3}. */
  private static Value surface(Value x) {
    Value a = x.slice(0, 0, 1);
    Value b = x.slice(0, 1, 2);
    return a.mul(a).mul(b).add(b.mul(b).mul(b)).sum();
  }

  @Test
  void jacobianOfACurve() {
    Value x = vector(0.5, 3);
    Value j = Derivatives.jacobian(curve(x), x);
    assertEquals(Shape.of(3, 2), j.shape());
    assertArrayEquals(new double[] {3, 0.5, Math.cos(0.5), 0, 0, 6}, numbers(j), 1e-15);
  }

  @Test
  void rowsAndColumnsOfTheJacobian() {
    Value x = vector(0.5, 3);
    Value y = curve(x);
    double[] j = numbers(Derivatives.jacobian(y, x));
    for (int row = 0; row < 3; row++) {
      double[] unit = new double[3];
      unit[row] = 1;
      Value vjp = Gradients.of(y).withCotangents(vector(unit)).to(x).getFirst();
      assertArrayEquals(new double[] {j[2 * row], j[2 * row + 1]}, numbers(vjp));
    }
    for (int column = 0; column < 2; column++) {
      double[] unit = new double[2];
      unit[column] = 1;
      Value jvp = Derivatives.jvp(y, List.of(x), List.of(vector(unit)));
      assertArrayEquals(new double[] {j[column], j[2 + column], j[4 + column]}, numbers(jvp));
    }
  }

  @Test
  void productAlongSeveralSourcesAddsUp() {
    Value a = vector(2, 3);
    Value b = vector(5, 7);
    Value jvp = Derivatives.jvp(a.mul(b), List.of(a, b), List.of(vector(1, 10), vector(100, 1000)));
    assertArrayEquals(new double[] {5 + 200, 70 + 3000}, numbers(jvp));
  }

  @Test
  void productWithAnUnconnectedSourceIsZero() {
    Value a = vector(2, 3);
    Value jvp = Derivatives.jvp(a.exp(), List.of(vector(1)), List.of(vector(1)));
    assertArrayEquals(new double[2], numbers(jvp));
  }

  @Test
  void hessianOfASurface() {
    Value x = vector(2, 5);
    Value h = Derivatives.hessian(surface(x), x);
    assertEquals(Shape.of(2, 2), h.shape());
    assertArrayEquals(new double[] {10, 4, 4, 30}, numbers(h));
    Value hv = Derivatives.hvp(surface(x), List.of(x), List.of(vector(1, -2))).getFirst();
    assertArrayEquals(new double[] {2, -56}, numbers(hv));
  }

  @Test
  void hessianOfANetworkIsSymmetricAndMultiplies() {
    Value x = g.constant(Tensor.of(new double[] {1, -2, 0.5, 0.3, 2, -1}, 2, 3));
    Value w = g.constant(Tensor.of(new double[] {0.1, -0.4, 0.7, 0.2, 0.9, -0.3}, 3, 2));
    Value labels = g.constant(Tensor.vector(1, 0));
    Value loss = x.matmul(w).tanh().sparseSoftmaxCrossEntropy(labels).mean();
    Value hessian = Derivatives.hessian(loss, w);
    assertEquals(Shape.of(3, 2, 3, 2), hessian.shape());
    Value h = hessian.reshape(6, 6);
    assertArrayEquals(numbers(h), numbers(h.transpose()), 1e-15);
    Value v = g.constant(Tensor.of(new double[] {1, 2, -3, 4, 0.5, -6}, 3, 2));
    Value hv = Derivatives.hvp(loss, List.of(w), List.of(v)).getFirst();
    assertEquals(w.type(), hv.type());
    assertArrayEquals(numbers(h.matmul(v.reshape(6))), numbers(hv.reshape(6)), 1e-13);
  }

  @Test
  void crossHessianVectorProducts() {
    Value a = vector(2);
    Value b = vector(3);
    // a^2 b: H = [[2b, 2a], [2a, 0]]
    List<Value> hv =
        Derivatives.hvp(a.mul(a).mul(b).sum(), List.of(a, b), List.of(vector(10), vector(100)));
    assertArrayEquals(new double[] {60 + 400}, numbers(hv.get(0)));
    assertArrayEquals(new double[] {40}, numbers(hv.get(1)));
  }

  @Test
  void jacobianOfNothingIsEmpty() {
    Value x = vector(1, 2);
    Value j = Derivatives.jacobian(x.slice(0, 0, 0), x);
    assertEquals(Shape.of(0, 2), j.shape());
    assertEquals(0, numbers(j).length);
  }

  @Test
  void keepsTheDtype() {
    Value x = g.constant(Tensor.vector(1f, 2f));
    assertEquals(DType.FLOAT32, Derivatives.hessian(surface(x), x).dtype());
  }

  @Test
  void refusesJacobiansThatAreNotSmall() {
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    GraphException symbolic =
        assertThrows(GraphException.class, () -> Derivatives.jacobian(x.exp().as("y"), x));
    assertEquals(
        "A Jacobian has a row for each of the N elements of 'y' f32[N]; at most 4096, and a number,"
            + " are written out. Use jvp, or gradients with cotangents.",
        symbolic.getMessage());
    Value large = g.input("large", DType.FLOAT32, 4097);
    assertThrows(GraphException.class, () -> Derivatives.jacobian(large, large));
  }

  @Test
  void refusesDirectionsThatDoNotFit() {
    Value x = vector(1, 2).as("x");
    Value short1 = vector(1).as("short");
    GraphException type =
        assertThrows(GraphException.class, () -> Derivatives.jvp(x, List.of(x), List.of(short1)));
    assertEquals(
        "The source 'x' is f64[2], its direction 'short' is f64[1]. They must be equal.",
        type.getMessage());
    GraphException count =
        assertThrows(GraphException.class, () -> Derivatives.hvp(x.sum(), List.of(x), List.of()));
    assertEquals("There are 0 directions for 1 sources. Pass one a source.", count.getMessage());
    assertThrows(GraphException.class, () -> Derivatives.hessian(x, x));
  }
}
