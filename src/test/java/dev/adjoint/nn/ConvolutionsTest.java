package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Numbers that {@code jax.lax} and {@code numpy.convolve} give. */
class ConvolutionsTest {
  private interface Function {
    Value of(Value x, Value kernel, Conv conv);
  }

  private static void assertResult(
      Function function, Tensor x, Tensor kernel, Conv conv, Shape shape, double[] expected) {
    Tensor actual = evaluate(g -> function.of(g.constant(x), g.constant(kernel), conv));
    assertEquals(Tensor.of(expected, shape.sizes()), actual);
  }

  @Test
  void conv1dWithStrideDilationPaddingAndGroups() {
    Conv conv =
        Conv.valid().strides(2).dilations(2).groups(2).padding(Padding.of(Padding.Edges.of(1, 2)));
    assertResult(
        Convolutions::conv1d,
        pattern(1, 2, 9, 4),
        pattern(2, 3, 2, 6),
        conv,
        Shape.of(2, 4, 6),
        new double[] {
          10, 14, -15, 26, -18, 26, -32, 6, 44, 25, 13, 12, -1, -42, 49, 17, 47, -33, -10, -5, -22,
          -31, 25, 15, 12, 10, -14, 21, -18, 31, 14, 10, -5, 22, 12, 13, -32, 6, 44, 25, 13, 12, 9,
          -36, 18, 25, 31, -18
        });
  }

  @Test
  void conv2dPaddedSame() {
    assertResult(
        Convolutions::conv2d,
        pattern(1, 1, 5, 6, 2),
        pattern(2, 3, 2, 2, 3),
        Conv.same().strides(2, 1).dilations(1, 2),
        Shape.of(1, 3, 6, 3),
        new double[] {
          -22, -7, 8, -15, 26, -54, 49, -17, 5, -52, 17, 20, -10, -15, 2, 9, -21, 15, -29, 55, -26,
          62, -56, 24, -56, -10, 25, -9, 36, -18, -17, 27, 5, 4, 4, -29, 43, -25, -5, -36, -18, 22,
          -19, 46, -21, -2, 22, 2, 37, -13, -19, -21, 9, 6
        });
  }

  @Test
  void conv3d() {
    assertResult(
        Convolutions::conv3d,
        pattern(1, 1, 3, 4, 5, 2),
        pattern(2, 2, 3, 2, 2, 1),
        Conv.valid().strides(1, 2, 1),
        Shape.of(1, 2, 1, 4, 1),
        new double[] {-111, -51, 86, 25, 66, 27, -111, -51});
  }

  @Test
  void trueConvolutionInFullModeAsNumpyConvolve() {
    assertResult(
        Convolutions::conv,
        pattern(1, 1, 5, 1),
        pattern(2, 3, 1, 1),
        Conv.full().asTrueConvolution(),
        Shape.of(1, 7, 1),
        new double[] {-2, 11, -22, 14, 17, -24, 16});
  }

  @Test
  void anEmptyBatchAndAnEmptyImageStayEmpty() {
    GraphBuilder g = GraphBuilder.create("empty");
    Value w = g.input("w", DType.FLOAT32, 3, 3, 2, 5);
    Value noBatch = g.input("a", DType.FLOAT32, 0, 6, 7, 2);
    Value noRows = g.input("b", DType.FLOAT32, 1, 0, 7, 2);
    assertEquals(Shape.of(0, 4, 5, 5), Convolutions.conv2d(noBatch, w).shape());
    assertEquals(Shape.of(1, 0, 7, 5), Convolutions.conv2d(noRows, w, Conv.same()).shape());
  }
}
