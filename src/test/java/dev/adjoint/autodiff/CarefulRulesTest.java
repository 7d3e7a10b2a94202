package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.reference.EvaluationException;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradient rules at the places where the obvious formula loses the number. */
class CarefulRulesTest {
  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private double[] gradient(UnaryOperator<Value> function, double... at) {
    Value x = vector(at);
    return Computed.doubles(Gradients.of(function.apply(x).sum()).to(x).getFirst());
  }

  /** The gradient of the sum of the gradient. */
  private double[] second(UnaryOperator<Value> function, double... at) {
    return gradient(x -> Gradients.of(function.apply(x).sum()).to(x).getFirst(), at);
  }

  /** Equal, but for the sign of zero. */
  private static void assertSlopes(double[] expected, double[] actual) {
    assertSlopes(expected, actual, Double.MIN_VALUE);
  }

  private static void assertSlopes(double[] expected, double[] actual, double delta) {
    assertArrayEquals(expected, actual, delta);
  }

  private static double[] of(double... elements) {
    return elements;
  }

  // Choices at kinks.

  @Test
  void reluIsFlatAtZero() {
    assertSlopes(of(0, 0, 1), gradient(Value::relu, -1, 0, 2));
  }

  @Test
  void absIsFlatAtZero() {
    assertSlopes(of(-1, 0, 1), gradient(Value::abs, -3, 0, 2));
  }

  @Test
  void maximumAndMinimumTiesGoToTheFirst() {
    Value a = vector(1, 2, 3);
    Value b = vector(1, 3, 2);
    List<Value> max = Gradients.of(a.max(b).sum()).to(a, b);
    assertSlopes(of(1, 0, 1), Computed.doubles(max.get(0)));
    assertSlopes(of(0, 1, 0), Computed.doubles(max.get(1)));
    List<Value> min = Gradients.of(a.min(b).sum()).to(a, b);
    assertSlopes(of(1, 1, 0), Computed.doubles(min.get(0)));
    assertSlopes(of(0, 0, 1), Computed.doubles(min.get(1)));
  }

  @Test
  void reducedTiesGoToTheFirst() {
    assertSlopes(of(0, 1, 0, 0), gradient(x -> x.reduceMax(), 1, 5, 5, 2));
    assertSlopes(of(1, 0, 0, 0), gradient(x -> x.reduceMin(), 1, 5, 1, 2));
    Value x = g.constant(Tensor.of(of(1, 7, 7, 7, 7, 2), 2, 3));
    Value all = Gradients.of(x.reduceMax(0, 1)).to(x).getFirst();
    assertSlopes(of(0, 1, 0, 0, 0, 0), Computed.doubles(all));
    Value columns = Gradients.of(x.reduceMax(0).sum()).to(x).getFirst();
    assertSlopes(of(0, 1, 1, 1, 0, 0), Computed.doubles(columns));
  }

  @Test
  void pooledTiesGoToTheFirst() {
    List<WindowAxis> unit = List.of(WindowAxis.UNIT);
    assertSlopes(of(0, 2, 1, 0), gradient(x -> x.maxPool(List.of(2L), unit), 1, 4, 4, 4));
  }

  @Test
  void clampPassesItsBounds() {
    assertSlopes(of(0, 1, 1, 1, 0), gradient(x -> x.clamp(-1, 2), -2, -1, 0, 2, 3));
    Value x = vector(-2, 0, 3, 1);
    Value low = vector(-1, -1, -1, 5);
    Value high = vector(2, 2, 2, 2);
    List<Value> all = Gradients.of(x.clamp(low, high).sum()).to(x, low, high);
    assertSlopes(of(0, 1, 0, 0), Computed.doubles(all.get(0)));
    assertSlopes(of(1, 0, 0, 0), Computed.doubles(all.get(1)));
    assertSlopes(of(0, 0, 1, 1), Computed.doubles(all.get(2)));
  }

  @Test
  void stairsAreFlat() {
    UnaryOperator<Value> stairs = x -> x.floor().add(x.ceil()).add(x.round()).add(x.sign());
    assertSlopes(of(0, 0, 0), gradient(stairs, -1.5, 0, 2.3));
  }

  // Roots and powers.

  @Test
  void squareRootAtZeroIsInfinitelySteepUnlessNotAsked() {
    assertSlopes(of(Double.POSITIVE_INFINITY, 0.25), gradient(Value::sqrt, 0, 4));
    assertSlopes(of(0, 0.25), gradient(x -> x.sqrt().mul(x.gt(0).cast(DType.FLOAT64)), 0, 4));
    assertSlopes(of(0, 0.25), gradient(x -> Logic.select(x.gt(0), x.sqrt(), x.like(0)), 0, 4));
  }

  @Test
  void powersAtBaseZero() {
    assertSlopes(of(0, 0), gradient(x -> x.pow(0), 0, 3));
    assertSlopes(of(1, 1), gradient(x -> x.pow(1), 0, 3));
    assertSlopes(of(0, 6), gradient(x -> x.pow(2), 0, 3));
    assertSlopes(of(0, 27), gradient(x -> x.pow(3), 0, 3));
    assertSlopes(of(0, 0), second(x -> x.pow(0), 0, 3));
    assertSlopes(of(0, 0), second(x -> x.pow(1), 0, 3));
    assertSlopes(of(2, 2), second(x -> x.pow(2), 0, 3));
    assertSlopes(of(0, 18), second(x -> x.pow(3), 0, 3));
  }

  @Test
  void powersOfNegativeBases() {
    assertSlopes(of(-4, 12), gradient(x -> x.pow(vector(2, 3)), -2, -2));
  }

  @Test
  void exponentsAtBaseZero() {
    assertSlopes(of(0, 0), gradient(b -> vector(0, 0).pow(b), 1, 2));
    assertSlopes(of(0, 0), second(b -> vector(0, 0).pow(b), 1, 2));
    assertSlopes(of(0, 9 * Math.log(3)), gradient(b -> vector(1, 3).pow(b), 5, 2), 1e-14);
  }

  @Test
  void mixedSecondDerivativeOfAPower() {
    // d/db (b a^(b-1)) = a^(b-1) (1 + b log a): 1/a at b = 0.
    for (double exponent : new double[] {0, 1, 2}) {
      Value a = vector(3);
      double[] mixed = gradient(b -> Gradients.of(a.pow(b).sum()).to(a).getFirst(), exponent);
      double expected = Math.pow(3, exponent - 1) * (1 + exponent * Math.log(3));
      assertSlopes(of(expected), mixed, 1e-14);
    }
  }

  @Test
  void euclideanNormHasNoGradientAtZero() {
    // The derivative does not exist: the root is infinitely steep where its argument is flat.
    UnaryOperator<Value> norm = x -> x.mul(x).sum().sqrt();
    assertSlopes(of(0.6, 0.8), gradient(norm, 3, 4), 1e-15);
    for (double slope : gradient(norm, 0, 0)) {
      assertTrue(Double.isNaN(slope));
    }
    // Not asked for, it does no harm.
    assertSlopes(of(0, 0), gradient(x -> norm.apply(x).mul(0), 0, 0));
    // A norm with the subgradient 0 takes the root of a number that is not 0.
    UnaryOperator<Value> safe =
        x -> {
          Value squares = x.mul(x).sum();
          Value zero = squares.eq(0);
          Value root = Logic.select(zero, squares.like(1), squares).sqrt();
          return Logic.select(zero, squares.like(0), root);
        };
    assertSlopes(of(0, 0), gradient(safe, 0, 0));
    assertSlopes(of(0.6, 0.8), gradient(safe, 3, 4), 1e-15);
    assertSlopes(of(0, 0), second(safe, 0, 0));
  }

  // Products.

  @Test
  void productsWithZeros() {
    assertSlopes(of(12, 8, 6), gradient(x -> x.prod(), 2, 3, 4));
    assertSlopes(of(0, 8, 0), gradient(x -> x.prod(), 2, 0, 4));
    assertSlopes(of(0, 0, 0), gradient(x -> x.prod(), 0, 0, 4));
    assertSlopes(of(1), gradient(x -> x.prod(), 0));
  }

  @Test
  void secondDerivativesOfProductsWithZeros() {
    Value x = vector(0, 2, 0, 3);
    double[] hessian = Computed.doubles(Derivatives.hessian(x.prod(), x));
    assertSlopes(of(0, 0, 6, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0), hessian);
  }

  @Test
  void productsAlongMiddleAxes() {
    Value x = g.constant(Tensor.of(of(1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 0, 0), 2, 3, 2));
    Value dx = Gradients.of(x.prod(1).sum()).to(x).getFirst();
    assertSlopes(of(15, 0, 5, 12, 3, 0, 0, 0, 0, 0, 63, 80), Computed.doubles(dx));
  }

  // Exponentials.

  @Test
  void logSoftmaxOfLargeLogits() {
    double[] slopes = gradient(x -> x.logSoftmax().slice(0, 1, 2), 1e4, -1e4, 0);
    assertSlopes(of(-1, 1, 0), slopes);
    assertSlopes(of(0.5, 0.5), gradient(x -> x.logSumExp(), 1e4, 1e4), 1e-15);
    assertSlopes(of(0, 1), gradient(x -> x.logSumExp(), -1e4, 1e4));
    assertSlopes(of(0, 0), gradient(x -> x.softmax().slice(0, 0, 1), -1e4, 1e4));
    assertSlopes(of(0, 0), second(x -> x.logSumExp(), -1e4, 1e4));
  }

  @Test
  void softmaxCrossEntropyOfLargeLogits() {
    Value labels = vector(0, 1);
    assertSlopes(of(1, -1), gradient(x -> x.softmaxCrossEntropy(labels), 1e4, -1e4));
    assertSlopes(of(0, 0), gradient(x -> x.softmaxCrossEntropy(labels), -1e4, 1e4));
    assertSlopes(of(0, 2e4), gradient(p -> vector(1e4, -1e4).softmaxCrossEntropy(p), 1, 0));
    Value index = g.constant(Tensor.scalar(1));
    assertSlopes(of(1, -1), gradient(x -> x.sparseSoftmaxCrossEntropy(index), 1e4, -1e4));
    assertSlopes(of(0, 0), second(x -> x.sparseSoftmaxCrossEntropy(index), 1e4, -1e4));
  }

  @Test
  void labelsNeedNotSumToOne() {
    // x = 0: softmax 1/2; dx = softmax * 3 - p
    Value labels = vector(1, 2);
    assertSlopes(of(0.5, -0.5), gradient(x -> x.softmaxCrossEntropy(labels), 0, 0));
  }

  @Test
  void gradientOfALabelOutsideTheClassesIsAnError() {
    Value x = g.constant(Tensor.of(of(1, 2, 3, 4, 5, 6), 2, 3));
    for (int label : new int[] {3, -1}) {
      Value labels = g.constant(Tensor.vector(0, label));
      Value dx = Gradients.of(x.sparseSoftmaxCrossEntropy(labels).sum()).to(x).getFirst();
      assertThrows(EvaluationException.class, () -> Computed.doubles(dx));
    }
  }

  @Test
  void sigmoidCrossEntropyOfLargeLogits() {
    Value z = vector(0, 1, 0, 1);
    UnaryOperator<Value> loss = x -> x.softplus().sub(x.mul(z));
    assertSlopes(of(1, 0, 0, -1), gradient(loss, 1e4, 1e4, -1e4, -1e4));
    assertSlopes(of(0, 0, 0, 0), second(loss, 1e4, 1e4, -1e4, -1e4));
  }

  @Test
  void saturatedFunctionsAreFlatNotBroken() {
    assertSlopes(of(0, 1, 0), gradient(Value::tanh, -1e4, 0, 1e4));
    assertSlopes(of(0, 0.25, 0), gradient(Value::sigmoid, -1e4, 0, 1e4));
    assertSlopes(of(0, 0, 0), second(Value::tanh, -1e4, 0, 1e4));
    assertSlopes(of(0, 0, 0), second(Value::sigmoid, -1e4, 0, 1e4));
    assertSlopes(of(0, 0), gradient(Value::erf, -1e4, 1e4));
    assertSlopes(of(0, 0), second(Value::erf, -1e200, 1e200));
    // Where sigmoid is next to 1 its slope is e^-x, not the rounding of 1 - y.
    assertEquals(Math.exp(-40), gradient(Value::sigmoid, 40)[0], Math.exp(-40) * 1e-14);
  }

  @Test
  void slopesNearZero() {
    assertSlopes(of(1, 1, 1 / (1 + 1e-9)), gradient(Value::log1p, 0, 1e-300, 1e-9));
    assertSlopes(of(1, 1, Math.exp(1e-9)), gradient(Value::expm1, 0, 1e-300, 1e-9));
  }

  @Test
  void quotients() {
    Value b = vector(4, -0.5);
    assertSlopes(of(0.25, -2), gradient(a -> a.div(b), 3, 3));
    Value a = vector(3, 3);
    assertSlopes(of(-3.0 / 16, -12), gradient(d -> a.div(d), 4, -0.5));
    // Not by way of b squared, which is 0 or infinite here.
    assertSlopes(of(-1e200), gradient(d -> vector(1e-200).div(d), 1e-200), 1e185);
    assertSlopes(of(-1e-200), gradient(d -> vector(1e200).div(d), 1e200), 1e-215);
  }

  @Test
  void remainders() {
    Value b = vector(3, 3, -3);
    assertSlopes(of(1, 1, 1), gradient(a -> a.mod(b), 7.5, -7.5, 7.5));
    Value a = vector(7.5, -7.5, 7.5);
    assertSlopes(of(-2, 3, 3), gradient(d -> a.mod(d), 3, 3, -3));
  }

  // Choices.

  @Test
  void brokenBranchNotTakenDoesNoHarm() {
    UnaryOperator<Value> log = x -> Logic.select(x.gt(0), x.log(), x);
    assertSlopes(of(0.5, 1), gradient(log, 2, -2));
    UnaryOperator<Value> nan = x -> Logic.select(x.gt(0), x, x.like(Double.NaN).mul(3));
    assertSlopes(of(1, 0), gradient(nan, 2, -2));
  }

  @Test
  void branchThatIsInfinitelySteepNeedsASafeOperand() {
    // 0 * infinity: the select's zero meets the slope of log at 0.
    UnaryOperator<Value> direct = x -> Logic.select(x.gt(0), x.log(), x);
    assertTrue(Double.isNaN(gradient(direct, 0)[0]));
    UnaryOperator<Value> safe =
        x -> {
          Value positive = x.gt(0);
          return Logic.select(positive, Logic.select(positive, x, x.like(1)).log(), x);
        };
    assertSlopes(of(1, 0.5), gradient(safe, 0, 2));
  }

  // Means and paddings.

  @Test
  void meansOverSymbolicSizesDivideByTheSize() {
    Value x = g.input("x", DType.FLOAT64, Shape.parse("[N, 2]"));
    Value dx = Gradients.of(x.mean()).to(x).getFirst();
    // Only the size of x is read, so the signature must be told that it is an input.
    g.signature("d").input("x", x).output("dx", dx);
    Tensor result =
        Interpreter.create()
            .run(g.build(), "d", Map.of("x", Tensor.zeros(DType.FLOAT64, 4, 2)))
            .output("dx");
    assertEquals(Tensor.fill(DType.FLOAT64, result.shape(), 0.125), result);
  }

  @Test
  void paddingThatCropsMoreThanThereIs() {
    Value x = vector(1, 2, 3);
    Value value = g.constant(Tensor.scalar(9.0));
    Value y = x.pad(List.of(new Movement.PadAxis(Dim.of(-6), Dim.of(8), 1)), value);
    List<Value> gradients = Gradients.of(y.sum()).to(x, value);
    assertSlopes(of(9, 9, 9, 9, 9, 9, 9), Computed.doubles(y));
    assertSlopes(of(0, 0, 0), Computed.doubles(gradients.get(0)));
    assertSlopes(of(7), Computed.doubles(gradients.get(1)));
  }
}
