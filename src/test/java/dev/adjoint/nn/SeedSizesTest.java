package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.image;
import static dev.adjoint.nn.Evaluation.kernel;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.LectureNotes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 5. Output sizes, padding, modes")
class SeedSizesTest {
  private Shape sizes(Shape input, long filters, long size, Conv conv) {
    GraphBuilder g = GraphBuilder.create("sizes");
    Value x = g.input("x", DType.FLOAT32, input);
    Value w = g.input("w", DType.FLOAT32, size, size, input.size(3), filters);
    return Convolutions.conv2d(x, w, conv).shape();
  }

  @Test
  void sizesOfTheNotes() {
    assertEquals(
        Shape.of(1, 55, 55, 96), sizes(Shape.of(1, 227, 227, 3), 96, 11, Conv.valid().strides(4)));
    assertEquals(Shape.of(1, 28, 28, 6), sizes(Shape.of(1, 32, 32, 3), 6, 5, Conv.valid()));
    assertEquals(
        Shape.of(1, 3, 3, 2),
        sizes(Shape.of(1, 5, 5, 3), 2, 3, Conv.valid().strides(2).padding(Padding.of(1))));
    assertEquals(Shape.of(1, 28, 28, 1), sizes(Shape.of(1, 32, 32, 3), 1, 5, Conv.valid()));
    assertEquals(Shape.of(1, 32, 32, 1), sizes(Shape.of(1, 32, 32, 3), 1, 5, Conv.same()));
  }

  @Test
  void validSameAndFullModes() {
    Shape input = Shape.of(1, 7, 7, 1);
    assertEquals(7 - 3 + 1, sizes(input, 1, 3, Conv.valid()).size(1));
    assertEquals(7, sizes(input, 1, 3, Conv.same()).size(1));
    assertEquals(7 + 3 - 1, sizes(input, 1, 3, Conv.full()).size(1));
  }

  @Test
  void theBlockIsTheMiddleOfTheSameAndTheFullResult() {
    for (Conv conv : new Conv[] {Conv.valid(), Conv.same(), Conv.full()}) {
      Tensor middle =
          evaluate(g -> {
            Value y =
                Convolutions.conv2d(
                    g.constant(image(LectureNotes.FIVE_BY_FIVE)),
                    g.constant(kernel(LectureNotes.FIVE_BY_FIVE_KERNEL)),
                    conv);
            long edge = (y.dim(1).value() - 3) / 2;
            return y.slice(1, edge, edge + 3).slice(2, edge, edge + 3);
          });
      assertEquals(image(LectureNotes.FIVE_BY_FIVE_MIDDLE), middle);
    }
  }

  @Test
  void parametersOfAConvolutionAndOfTheDenseLayerWithTheSameMap() {
    GraphBuilder g = GraphBuilder.create("parameters");
    Layers layers = Layers.seeded(1).withoutBias();
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 32, 32, 3]"));
    Value y = layers.conv2d("convolution", x, 64, 5, Conv.valid());
    assertEquals(Shape.parse("[N, 28, 28, 64]"), y.shape());
    assertEquals(4_800, g.value("convolution/kernel").shape().elementCount());
    layers.dense("dense", Layers.flatten(x), Layers.flatten(y).dim(1).value());
    assertEquals(TensorType.of(DType.FLOAT32, 3072, 50_176), g.value("dense/kernel").type());
  }

  @Test
  void convolutionIsTheProductWithABandedMatrix() {
    Tensor banded = Tensor.nested(new double[][] {{2, -1, 0, 0}, {0, 2, -1, 0}, {0, 0, 2, -1}});
    Tensor a = Tensor.vector(3.0, 5, -2, 7);
    Tensor product = evaluate(g -> g.constant(banded).matmul(g.constant(a)));
    Tensor convolution =
        evaluate(g ->
            Convolutions.conv1d(
                g.constant(a.reshape(1, 4, 1)),
                g.constant(Tensor.of(new double[] {2, -1}, 2, 1, 1))));
    assertEquals(product, convolution.reshape(3));
    assertElements(new double[] {1, 12, -11}, product, 0);
  }
}
