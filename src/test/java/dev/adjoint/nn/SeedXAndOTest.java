package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.image;
import static dev.adjoint.nn.Evaluation.kernel;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 8. The X and O toy network, forward")
class SeedXAndOTest {
  private static final Tensor DIAGONAL =
      Tensor.nested(new double[][] {{1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}});

  private static Tensor x() {
    double[] pixels = new double[81];
    Arrays.fill(pixels, -1);
    for (int i = 1; i <= 7; i++) {
      pixels[i * 9 + i] = 1;
      pixels[i * 9 + 8 - i] = 1;
    }
    return Tensor.of(pixels, 1, 9, 9, 1);
  }

  private static Value map(GraphBuilder g) {
    return Convolutions.conv2d(g.constant(x()), g.constant(kernel(DIAGONAL))).div(9);
  }

  private static double[] truncated(Tensor values) {
    return Arrays.stream(values.toDoubles())
        .map(v -> (long) (v * 100 + 1e-9 * v) / 100.0)
        .toArray();
  }

  @Test
  void theMatchScoresOfTheDiagonalFilter() {
    Tensor rows = evaluate(g -> map(g).slice(1, 0, 2));
    assertElements(
        new double[] {
          0.77, -0.11, 0.11, 0.33, 0.55, -0.11, 0.33, -0.11, 1.00, -0.11, 0.33, -0.11, 0.11, -0.11
        },
        Tensor.of(truncated(rows), 1, 2, 7, 1),
        1e-9);
  }

  @Test
  void reluAndPoolingWithTheLastWindowOverTheEdge() {
    Tensor pooled =
        evaluate(g -> Poolings.maxPool(Activations.relu(map(g)), Pool.of(2).ceilMode()));
    assertElements(
        new double[] {
          1.00, .33, .55, .33, .33, 1.00, .33, .55, .55, .33, 1.00, .11, .33, .55, .11, .77
        },
        Tensor.of(truncated(pooled), 1, 4, 4, 1),
        1e-9);
  }

  @Test
  void theCurveDetectorOverItsMatchingReceptiveField() {
    double[][] field = new double[7][7];
    double[][] curve = new double[7][7];
    int[][] on = {{1, 5}, {2, 4}, {3, 3}, {4, 3}, {5, 3}};
    double[] brightness = {50, 50, 50, 20, 50};
    for (int i = 0; i < on.length; i++) {
      field[on[i][0]][on[i][1]] = brightness[i];
      curve[on[i][0]][on[i][1]] = 30;
    }
    Tensor response =
        evaluate(g ->
            Convolutions.conv2d(
                g.constant(image(Tensor.nested(field))), g.constant(kernel(Tensor.nested(curve)))));
    assertElements(new double[] {6600}, response, 0);
    assertEquals(6600, (50 * 30) * 4 + 20 * 30);
  }

  @Test
  void theStackedNetworkEndsInTwoOutputs() {
    GraphBuilder g = GraphBuilder.create("x-or-o");
    Layers layers = Layers.seeded(3);
    Value h = g.input("image", DType.FLOAT32, Shape.parse("[N, 9, 9, 1]"));
    h =
        Poolings.maxPool(
            layers.conv2d("first", h, 3, 3, Conv.valid()).relu(), Pool.of(2).ceilMode());
    h = layers.conv2d("second", h, 2, 3, Conv.same()).relu();
    Value logits = layers.dense("votes", Layers.flatten(h), 2);
    assertEquals(Shape.parse("[N, 2]"), logits.shape());
    Map<String, Tensor> first = Interpreter.create().initialParameters(g.build());
    assertEquals(6, first.size());
  }
}
