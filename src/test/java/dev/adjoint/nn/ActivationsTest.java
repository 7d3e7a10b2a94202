package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.vector;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Numbers from jax.nn and math.erf. */
class ActivationsTest {
  private static final Tensor X = vector(-3, -1, -0.25, 0, 0.5, 2);

  private static void assertValues(UnaryOperator<Value> function, double... expected) {
    Tensor actual = evaluate(g -> function.apply(g.constant(X)));
    assertElements(expected, actual, 6e-10);
  }

  @Test
  void smoothOnes() {
    assertValues(
        Activations::gelu, -0.004049694, -0.158655254, -0.100323419, 0, 0.345731231, 1.954499736);
    assertValues(
        Activations::geluTanh,
        -0.003637392,
        -0.158808009,
        -0.100324649,
        0,
        0.34571401,
        1.954597694);
    assertValues(
        Activations::swish, -0.14227762, -0.268941421, -0.109455875, 0, 0.311229666, 1.761594156);
    assertValues(
        Activations::softplus,
        0.048587352,
        0.313261688,
        0.57593942,
        0.693147181,
        0.974076984,
        2.126928011);
    assertValues(Activations::softsign, -0.75, -0.5, -0.2, 0, 1 / 3.0, 2 / 3.0);
  }

  @Test
  void onesWithKinks() {
    assertValues(Activations::relu, 0, 0, 0, 0, 0.5, 2);
    assertValues(x -> Activations.reluUpTo(x, 1.5), 0, 0, 0, 0, 0.5, 1.5);
    assertValues(x -> Activations.leakyRelu(x, 0.2), -0.6, -0.2, -0.05, 0, 0.5, 2);
    assertValues(x -> Activations.elu(x, 0.7), -0.665149052, -0.442484391, -0.154839452, 0, 0.5, 2);
    assertValues(
        Activations::selu, -1.670568729, -1.111330738, -0.388890197, 0, 0.525350494, 2.101401975);
    assertValues(Activations::hardSigmoid, 0, 1 / 3.0, 2.75 / 6, 0.5, 3.5 / 6, 5 / 6.0);
    assertValues(Activations::hardTanh, -1, -1, -0.25, 0, 0.5, 1);
  }

  @Test
  void hugeNumbersNeitherOverflowNorTurnIntoNaN() {
    Tensor huge = vector(-1e300, 1e300);
    assertEquals(vector(-2, 1e300), evaluate(g -> Activations.elu(g.constant(huge), 2)));
    assertEquals(vector(0, 1e300), evaluate(g -> Activations.softplus(g.constant(huge))));
    assertClose(vector(0, 1e300), evaluate(g -> Activations.gelu(g.constant(huge))), 1e-15, 0);
    assertClose(vector(0, 1e300), evaluate(g -> Activations.swish(g.constant(huge))), 1e-15, 0);
  }

  @Test
  void nanStaysNan() {
    Tensor nan = vector(Double.NaN);
    for (UnaryOperator<Value> function :
        List.<UnaryOperator<Value>>of(
            Activations::relu,
            Activations::selu,
            Activations::gelu,
            Activations::hardSigmoid,
            x -> Activations.leakyRelu(x, 0.1))) {
      assertTrue(Double.isNaN(evaluate(g -> function.apply(g.constant(nan))).getDouble(0)));
    }
  }
}
