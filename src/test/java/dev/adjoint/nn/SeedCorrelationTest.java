package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.LectureNotes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 1. Convolution as correlation")
class SeedCorrelationTest {
  private final double[] input = LectureNotes.LINE.toDoubles();
  private final double[] upstream = LectureNotes.LINE_UPSTREAM.toDoubles();
  private final double[] kernel = {0.5, -2, 3};

  private Tensor correlation(double[] x, double[] w, Conv conv) {
    return evaluate(g ->
        Convolutions.conv1d(
            g.constant(Tensor.of(x, 1, x.length, 1)),
            g.constant(Tensor.of(w, w.length, 1, 1)),
            conv));
  }

  @Test
  void theKernelsGradientIsTheCorrelationOfTheInputWithTheUpstreamGradient() {
    Tensor gradient = correlation(input, upstream, Conv.valid());
    assertClose(LectureNotes.LINE_KERNEL_GRADIENT.reshape(1, 3, 1), gradient, 0, 1e-5);
  }

  @Test
  void trueConvolutionIsTheCorrelationWithTheFlippedKernel() {
    Tensor convolution = correlation(input, kernel, Conv.valid().asTrueConvolution());
    Tensor flipped = correlation(input, new double[] {3, -2, 0.5}, Conv.valid());
    assertEquals(flipped, convolution);
    assertElements(
        new double[] {
          3 * input[0] - 2 * input[1] + 0.5 * input[2], 3 * input[1] - 2 * input[2] + 0.5 * input[3]
        },
        convolution,
        1e-15);
  }

  @Test
  void theInputsGradientIsTheFullCorrelationWithOneOfBothFlipped() {
    double[] flippedKernel = {3, -2, 0.5};
    double[] flippedUpstream = {upstream[1], upstream[0]};
    Tensor ofUpstream = correlation(upstream, flippedKernel, Conv.full());
    Tensor ofKernel = correlation(kernel, flippedUpstream, Conv.full());
    assertClose(ofKernel, ofUpstream, 0, 1e-12);
    double a = upstream[0];
    double b = upstream[1];
    assertElements(
        new double[] {0.5 * a, 0.5 * b - 2 * a, 3 * a - 2 * b, 3 * b}, ofUpstream, 1e-12);
  }

  @Test
  void theInputsGradientIsTheTransposedConvolution() {
    Tensor transposed =
        evaluate(g ->
            Convolutions.convTranspose1d(
                g.constant(Tensor.of(upstream, 1, 2, 1)),
                g.constant(Tensor.of(kernel, 3, 1, 1)),
                Conv.valid()));
    assertEquals(correlation(upstream, new double[] {3, -2, 0.5}, Conv.full()), transposed);
  }

  @Test
  void asMatricesTheDerivativesAreBanded() {
    double[] unit = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    Tensor columns =
        evaluate(g ->
            Convolutions.conv1d(
                g.constant(Tensor.of(unit, 4, 4, 1)), g.constant(Tensor.of(kernel, 3, 1, 1))));
    Tensor toeplitz = evaluate(g -> g.constant(columns.reshape(4, 2)).transpose());
    assertElements(new double[] {0.5, -2, 3, 0, 0, 0.5, -2, 3}, toeplitz, 0);
    Tensor units = Tensor.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 1, 3);
    Tensor shifted =
        evaluate(
            g -> Convolutions.conv1d(g.constant(Tensor.of(input, 1, 4, 1)), g.constant(units)));
    double[] i = input;
    assertElements(new double[] {i[0], i[1], i[2], i[1], i[2], i[3]}, shifted, 0);
  }
}
