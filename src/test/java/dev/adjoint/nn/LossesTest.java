package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Losses.Reduction;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.TensorAssertions;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossesTest {
  private final GraphBuilder g = GraphBuilder.create("losses");
  private final Value logits = g.constant(Tensor.of(new double[] {1, 2, -1, 0, 3, 1}, 2, 3));

  private static void assertClose(Tensor expected, Value actual) {
    TensorAssertions.assertClose(expected, evaluate(actual), 0, 1e-9);
  }

  @Test
  void errorsOfNumbers() {
    Value prediction = g.constant(vector(1, -2, 3));
    Value target = g.constant(vector(0, 2, 2.5));
    assertClose(vector(1, 16, 0.25), Losses.squaredError(prediction, target, Reduction.NONE));
    assertClose(Tensor.scalar(17.25), Losses.squaredError(prediction, target, Reduction.SUM));
    assertClose(Tensor.scalar(5.75), Losses.meanSquaredError(prediction, target));
    assertClose(vector(1, 4, 0.5), Losses.absoluteError(prediction, target, Reduction.NONE));
    assertClose(Tensor.scalar(5.5 / 3), Losses.meanAbsoluteError(prediction, target));
  }

  @Test
  void softmaxCrossEntropyOfIndicesAndDistributions() {
    Value labels = g.constant(Tensor.vector(2, 0));
    assertClose(
        vector(3.349012217, 3.16984602),
        Losses.softmaxCrossEntropy(logits, labels, Reduction.NONE));
    assertClose(
        Tensor.scalar((3.349012217 + 3.16984602) / 2),
        Losses.softmaxCrossEntropy(logits, labels, Reduction.MEAN));
    Value distributions = g.constant(Tensor.of(new double[] {0.2, 0.3, 0.5, 0, 1, 0}, 2, 3));
    assertClose(
        vector(2.049012217, 0.16984602),
        Losses.softmaxCrossEntropy(logits, distributions, Reduction.NONE));
  }

  @Test
  void crossEntropiesAreStableForHugeLogits() {
    Value huge = g.constant(vector(1e4, -1e4, 1e4, -1e4));
    Value labels = g.constant(vector(1, 0, 0, 1));
    assertClose(vector(0, 0, 1e4, 1e4), Losses.sigmoidCrossEntropy(huge, labels, Reduction.NONE));
    Value pair = g.constant(Tensor.of(new double[] {1e4, -1e4}, 1, 2));
    assertClose(
        vector(2e4),
        Losses.softmaxCrossEntropy(pair, g.constant(Tensor.vector(1L)), Reduction.NONE));
  }

  @Test
  void sigmoidCrossEntropyIsThatOfTheProbabilities() {
    Value x = g.constant(vector(0.5, -1.25));
    Value z = g.constant(vector(0.3, 1));
    double p = 1 / (1 + Math.exp(-0.5));
    double q = 1 / (1 + Math.exp(1.25));
    assertClose(
        vector(-0.3 * Math.log(p) - 0.7 * Math.log(1 - p), -Math.log(q)),
        Losses.sigmoidCrossEntropy(x, z, Reduction.NONE));
  }

  @Test
  void normsAndPenalties() {
    Value x = g.constant(Tensor.of(new double[] {3, 4, 0, 0}, 2, 2));
    assertClose(Tensor.scalar(5.0), Losses.l2Norm(x));
    assertClose(vector(5, 0), Losses.l2Norm(x, -1));
    assertClose(
        Tensor.scalar(0.1 * (25 + 9)),
        Losses.l2Penalty(0.1, List.of(x, x.reduceMax().reshape(1).mul(0.75))));
  }

  @Test
  void refusesOperandsThatWouldBroadcast() {
    Value column = g.input("column", DType.FLOAT64, 3, 1);
    Value row = g.input("row", DType.FLOAT64, 3);
    GraphException error =
        assertThrows(GraphException.class, () -> Losses.meanSquaredError(column, row));
    assertEquals("same-type", error.constraint().orElseThrow());
    assertEquals("row", error.node().orElseThrow());
    assertEquals(
        "squaredError: 'column' is f64[3, 1] and 'row' is f64[3]. They must be equal; reshape or"
            + " cast one of them.",
        error.getMessage());
    assertThrows(
        GraphException.class, () -> Losses.softmaxCrossEntropy(logits, row, Reduction.MEAN));
    assertThrows(GraphException.class, () -> Losses.l2Penalty(1, List.of()));
  }
}
