package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.image;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.LectureNotes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 7. Pooling")
class SeedPoolingTest {
  private static final Tensor INPUT = image(LectureNotes.POOLED);

  @Test
  void maximum() {
    assertEquals(
        image(LectureNotes.MAXIMA_APART),
        evaluate(g -> Poolings.maxPool(g.constant(INPUT), Pool.of(2))));
    assertEquals(
        image(LectureNotes.MAXIMA_OVERLAPPING),
        evaluate(g -> Poolings.maxPool(g.constant(INPUT), Pool.of(2).strides(1))));
  }

  @Test
  void averageGlobalAndLp() {
    assertElements(
        new double[] {4.5, 2.5, 4.25, 3},
        evaluate(g -> Poolings.averagePool(g.constant(INPUT), Pool.of(2))),
        0);
    assertElements(
        new double[] {57 / 16.0},
        evaluate(g -> Poolings.globalAveragePool(g.constant(INPUT), DataFormat.NHWC)),
        1e-15);
    assertElements(
        new double[] {8},
        evaluate(g -> Poolings.globalMaxPool(g.constant(INPUT), DataFormat.NHWC)),
        0);
    assertElements(
        new double[] {Math.sqrt(106), Math.sqrt(30), Math.sqrt(95), Math.sqrt(46)},
        evaluate(g -> Poolings.lpPool(g.constant(INPUT), 2, Pool.of(2))),
        1e-14);
  }

  @Test
  void poolingReplacedByAStridedConvolution() {
    Tensor quarter = Tensor.fill(DType.FLOAT64, Shape.of(2, 2, 1, 1), 0.25);
    Tensor convolution =
        evaluate(g ->
            Convolutions.conv2d(g.constant(INPUT), g.constant(quarter), Conv.valid().strides(2)));
    assertElements(new double[] {4.5, 2.5, 4.25, 3}, convolution, 0);
  }
}
