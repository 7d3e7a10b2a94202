package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.image;
import static dev.adjoint.nn.Evaluation.kernel;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static dev.adjoint.testing.TensorAssertions.assertElements;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.LectureNotes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName(
    "Worked numbers of the lecture notes, 3. Transposed convolution is the gradient of convolution")
class SeedTransposedTest {
  private static final Tensor KERNEL = LectureNotes.SQUARE_KERNEL;

  @Test
  void stride2() {
    Tensor result =
        evaluate(g ->
            Convolutions.convTranspose2d(
                g.constant(image(LectureNotes.SQUARE_UPSTREAM)),
                g.constant(kernel(KERNEL)),
                Conv.valid().strides(2)));
    assertClose(image(LectureNotes.TRANSPOSED), result, 0, 1e-3);
  }

  @Test
  void theSparseMatrixOfAKernelAndItsTranspose() {
    double[] units = new double[16 * 16];
    for (int i = 0; i < 16; i++) {
      units[i * 17] = 1;
    }
    Tensor columns =
        evaluate(g ->
            Convolutions.conv2d(
                g.constant(Tensor.of(units, 16, 4, 4, 1)), g.constant(kernel(KERNEL))));
    double[] expected = new double[4 * 16];
    for (int place = 0; place < 4; place++) {
      for (int tap = 0; tap < 9; tap++) {
        int row = place / 2 + tap / 3;
        int column = place % 2 + tap % 3;
        expected[place * 16 + row * 4 + column] = KERNEL.at(tap / 3, tap % 3);
      }
    }
    Tensor matrix = evaluate(g -> g.constant(columns.reshape(16, 4)).transpose());
    assertElements(expected, matrix, 0);
    Tensor upstream = Tensor.vector(2.0, -1, 3, 0.5);
    Tensor byMatrix = evaluate(g -> g.constant(matrix).transpose().matmul(g.constant(upstream)));
    Tensor byConvolution =
        evaluate(g ->
            Convolutions.convTranspose2d(
                g.constant(upstream.reshape(1, 2, 2, 1)),
                g.constant(kernel(KERNEL)),
                Conv.valid()));
    assertClose(byMatrix, byConvolution.reshape(16), 0, 1e-12);
  }
}
