package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transposed convolutions against the numbers of JAX and the sizes and definitions of PyTorch. */
class TransposedConvolutionsTest {
  private static final Tensor X = pattern(1, 1, 3, 2, 2);
  private static final Tensor KERNEL = pattern(2, 3, 2, 3, 2);
  private static final double[] SAME = {
    -17, -8, 23, -23, -14, -5, 0, 0, 0, 10, 4, -13, 14, 8, 2, 0, 0, 0, 26, -20, -11, 20, 29, -17, 0,
    0, 0, -15, 12, 6, -11, -17, 10, 0, 0, 0, -4, 39, -39, -18, 3, 46, 0, 0, 0, -9, -29, 39, -3, -12,
    -32, 0, 0, 0, -12, 0, 12, -20, -8, 4, 0, 0, 0, 24, -12, -15, 26, 23, -13, 0, 0, 0, 30, -20, -15,
    34, 28, -22, 0, 0, 0, -8, 33, -25, -6, -9, 32, 0, 0, 0, -17, 20, 2, -5, -23, 14, 0, 0, 0, -14,
    8, 8, -14, -14, 8, 0, 0, 0
  };

  @Test
  void paddedSameAsJax() {
    Tensor actual =
        evaluate(g ->
            Convolutions.convTranspose2d(
                g.constant(X), g.constant(KERNEL), Conv.same().strides(2, 3)));
    assertEquals(Tensor.of(SAME, 1, 6, 6, 3), actual);
  }

  @Test
  void validHasTheSizesOfPyTorchAndReachesThoseOfTensorFlowByOutputPadding() {
    Conv conv = Conv.valid().strides(2, 3);
    GraphBuilder g = GraphBuilder.create("sizes");
    Value small = Convolutions.convTranspose2d(g.constant(X), g.constant(KERNEL), conv);
    Value padded = Convolutions.convTranspose2d(g.constant(X), g.constant(KERNEL), conv, 0, 1);
    assertEquals(Shape.of(1, 7, 5, 3), small.shape());
    assertEquals(Shape.of(1, 7, 6, 3), padded.shape());
    assertEquals(Tensor.of(SAME, 1, 6, 6, 3), evaluate(padded.slice(1, 0, 6)));
  }

  @Test
  void withGroupsDilationPaddingAndOutputPaddingAsPyTorchDefinesIt() {
    Conv conv =
        Conv.valid()
            .strides(3, 2)
            .padding(Padding.of(1, 0))
            .dilations(1, 2)
            .groups(2)
            .format(DataFormat.NCHW);
    Tensor actual =
        evaluate(g ->
            Convolutions.convTranspose(
                g.constant(pattern(1, 1, 4, 3, 2)),
                g.constant(pattern(2, 4, 1, 2, 3)),
                conv,
                2,
                1));
    assertEquals(
        Tensor.of(
            new double[] {
              8, 0, -18, 0, -15, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4, 0, 36, 0, -22, 0, 2, 0,
              1, 0, -11, 0, -14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, -20, 0, 30, 0, -4, 0, -4, 0, -2,
              0, 4, 0, -2, 0, 0, 0, 0, 0, 0, 0, 0, 0, -5, 0, 9, 0, -12, 0, 2, 0, 0, 0, 0, 0, 0, 0,
              0, 0, 34, 0, -44, 0, 30, 0, -4, 0, -13, 0, -20, 0, 32, 0, -10, 0, 0, 0, 0, 0, 0, 0, 0,
              0, 10, 0, -17, 0, -2, 0, -10, 0, -10, 0, 39, 0, -1, 0, -11, 0, 0, 0, 0, 0, 0, 0, 0, 0
            },
            1,
            2,
            8,
            8),
        actual);
  }

  @Test
  void overThreeAxesOfWhichOneIsSingle() {
    Tensor actual =
        evaluate(g ->
            Convolutions.convTranspose3d(
                g.constant(X.reshape(1, 1, 3, 2, 2)),
                g.constant(KERNEL.reshape(1, 3, 2, 3, 2)),
                Conv.same().strides(1, 2, 3)));
    assertEquals(Tensor.of(SAME, 1, 1, 6, 6, 3), actual);
  }

  @Test
  void isOneCorrelationOfAReversedKernel() {
    GraphBuilder g = GraphBuilder.create("form");
    Value input = g.input("x", DType.FLOAT32, Shape.parse("[N, H, W, 6]"));
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3, 3, 4, 6));
    Value y = Convolutions.convTranspose2d(input, w, Conv.same().strides(2));
    assertEquals(Shape.parse("[N, 2*H, 2*W, 4]"), y.shape());
    assertEquals("correlation", y.op().operatorName());
    assertEquals(List.of("reverse"), operators(y.operand(1)));
  }

  private List<String> operators(Value value) {
    return value.operands().contains(value.builder().value("w"))
        ? List.of(value.op().operatorName())
        : List.of();
  }
}
