package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConvolutionsTest {
  private interface Function {
    Value of(Value x, Value kernel, Conv conv);
  }

  private static void assertResult(
      Function function, Tensor x, Tensor kernel, Conv conv, Shape shape, double... expected) {
    Tensor actual = evaluate(g -> function.of(g.constant(x), g.constant(kernel), conv));
    assertEquals(Tensor.of(expected, shape.sizes()), actual);
  }

  @Nested
  @DisplayName("agrees with jax.lax")
  class Numbers {
    @Test
    void conv1dWithStrideDilationPaddingAndGroups() {
      Conv conv =
          Conv.valid()
              .strides(2)
              .dilations(2)
              .groups(2)
              .padding(Padding.of(Padding.Edges.of(1, 2)));
      assertResult(
          Convolutions::conv1d,
          pattern(1, 2, 9, 4),
          pattern(2, 3, 2, 6),
          conv,
          Shape.of(2, 4, 6),
          10,
          14,
          -15,
          26,
          -18,
          26,
          -32,
          6,
          44,
          25,
          13,
          12,
          -1,
          -42,
          49,
          17,
          47,
          -33,
          -10,
          -5,
          -22,
          -31,
          25,
          15,
          12,
          10,
          -14,
          21,
          -18,
          31,
          14,
          10,
          -5,
          22,
          12,
          13,
          -32,
          6,
          44,
          25,
          13,
          12,
          9,
          -36,
          18,
          25,
          31,
          -18);
    }

    @Test
    void conv2dPaddedSame() {
      assertResult(
          Convolutions::conv2d,
          pattern(1, 1, 5, 6, 2),
          pattern(2, 3, 2, 2, 3),
          Conv.same().strides(2, 1).dilations(1, 2),
          Shape.of(1, 3, 6, 3),
          -22,
          -7,
          8,
          -15,
          26,
          -54,
          49,
          -17,
          5,
          -52,
          17,
          20,
          -10,
          -15,
          2,
          9,
          -21,
          15,
          -29,
          55,
          -26,
          62,
          -56,
          24,
          -56,
          -10,
          25,
          -9,
          36,
          -18,
          -17,
          27,
          5,
          4,
          4,
          -29,
          43,
          -25,
          -5,
          -36,
          -18,
          22,
          -19,
          46,
          -21,
          -2,
          22,
          2,
          37,
          -13,
          -19,
          -21,
          9,
          6);
    }

    @Test
    void conv3d() {
      assertResult(
          Convolutions::conv3d,
          pattern(1, 1, 3, 4, 5, 2),
          pattern(2, 2, 3, 2, 2, 1),
          Conv.valid().strides(1, 2, 1),
          Shape.of(1, 2, 1, 4, 1),
          -111,
          -51,
          86,
          25,
          66,
          27,
          -111,
          -51);
    }

    @Test
    void trueConvolutionInFullModeAsNumpyConvolve() {
      assertResult(
          Convolutions::conv,
          pattern(1, 1, 5, 1),
          pattern(2, 3, 1, 1),
          Conv.full().asTrueConvolution(),
          Shape.of(1, 7, 1),
          -2,
          11,
          -22,
          14,
          17,
          -24,
          16);
    }
  }

  @Nested
  @DisplayName("transposed")
  class Transposed {
    private final Tensor x = pattern(1, 1, 3, 2, 2);
    private final Tensor kernel = pattern(2, 3, 2, 3, 2);
    private final double[] same = {
      -17, -8, 23, -23, -14, -5, 0, 0, 0, 10, 4, -13, 14, 8, 2, 0, 0, 0, 26, -20, -11, 20, 29, -17,
      0, 0, 0, -15, 12, 6, -11, -17, 10, 0, 0, 0, -4, 39, -39, -18, 3, 46, 0, 0, 0, -9, -29, 39, -3,
      -12, -32, 0, 0, 0, -12, 0, 12, -20, -8, 4, 0, 0, 0, 24, -12, -15, 26, 23, -13, 0, 0, 0, 30,
      -20, -15, 34, 28, -22, 0, 0, 0, -8, 33, -25, -6, -9, 32, 0, 0, 0, -17, 20, 2, -5, -23, 14, 0,
      0, 0, -14, 8, 8, -14, -14, 8, 0, 0, 0
    };

    @Test
    void paddedSameAsJax() {
      assertResult(
          Convolutions::convTranspose2d,
          x,
          kernel,
          Conv.same().strides(2, 3),
          Shape.of(1, 6, 6, 3),
          same);
    }

    @Test
    void validHasTheSizesOfPyTorchAndReachesThoseOfTensorFlowByOutputPadding() {
      Conv conv = Conv.valid().strides(2, 3);
      GraphBuilder g = GraphBuilder.create("sizes");
      Value small = Convolutions.convTranspose2d(g.constant(x), g.constant(kernel), conv);
      Value padded = Convolutions.convTranspose2d(g.constant(x), g.constant(kernel), conv, 0, 1);
      assertEquals(Shape.of(1, 7, 5, 3), small.shape());
      assertEquals(Shape.of(1, 7, 6, 3), padded.shape());
      assertEquals(Tensor.of(same, 1, 6, 6, 3), evaluate(padded.slice(1, 0, 6)));
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
                8, 0, -18, 0, -15, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 4, 0, 36, 0, -22, 0, 2,
                0, 1, 0, -11, 0, -14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, -20, 0, 30, 0, -4, 0, -4, 0,
                -2, 0, 4, 0, -2, 0, 0, 0, 0, 0, 0, 0, 0, 0, -5, 0, 9, 0, -12, 0, 2, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 34, 0, -44, 0, 30, 0, -4, 0, -13, 0, -20, 0, 32, 0, -10, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 10, 0, -17, 0, -2, 0, -10, 0, -10, 0, 39, 0, -1, 0, -11, 0, 0, 0, 0, 0,
                0, 0, 0, 0
              },
              1,
              2,
              8,
              8),
          actual);
    }

    @Test
    void overThreeAxesOfWhichOneIsSingle() {
      assertResult(
          Convolutions::convTranspose3d,
          x.reshape(1, 1, 3, 2, 2),
          kernel.reshape(1, 3, 2, 3, 2),
          Conv.same().strides(1, 2, 3),
          Shape.of(1, 1, 6, 6, 3),
          same);
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

  @Nested
  @DisplayName("refuses")
  class Errors {
    private final GraphBuilder g = GraphBuilder.create("errors");
    private final Value x = g.input("block1/out", DType.FLOAT32, Shape.parse("[N, 28, 28, 32]"));

    private Value kernel(long... sizes) {
      return g.input("block2/w", DType.FLOAT32, sizes);
    }

    private void assertRefused(String constraint, Executable call, String... pieces) {
      GraphException error = assertThrows(GraphException.class, call);
      assertEquals(constraint, error.constraint().orElseThrow());
      assertEquals("block2/w", error.node().orElseThrow());
      for (String piece : pieces) {
        assertTrue(error.getMessage().contains(piece), () -> piece + " in\n" + error.getMessage());
      }
    }

    @Test
    @DisplayName("C1: a kernel of another rank")
    void ranks() {
      Value w = kernel(3, 32, 4);
      assertRefused(
          "C1",
          () -> Convolutions.conv2d(x, w),
          "must have 4 axes, they have 4 and 3",
          "an input of NHWC and a kernel of HWIO");
    }

    @Test
    @DisplayName("C2: settings for other ranks")
    void settings() {
      Value w = kernel(3, 3, 32, 4);
      assertRefused(
          "C2",
          () -> Convolutions.conv2d(x, w, Conv.valid().strides(1, 2, 3)),
          "for 1 or 2 spatial axes, given 1x2x3");
    }

    @Test
    @DisplayName("dtype: an input and a kernel of different dtypes")
    void dtypes() {
      Value w = g.input("block2/w", DType.FLOAT64, 3, 3, 32, 4);
      assertRefused(
          "dtype", () -> Convolutions.conv2d(x, w), "the input is f32, the kernel is f64");
    }

    @Test
    @DisplayName("C4: mismatched planes, saying both ways out")
    void planes() {
      Value w = kernel(3, 3, 64, 128);
      GraphException error = assertThrows(GraphException.class, () -> Convolutions.conv2d(x, w));
      assertEquals(
          """
          conv2d of 'block1/out' with 'block2/w' (C4): the kernel reads 64 planes, the input has 32.
            input  'block1/out'  f32[N, 28, 28, 32]   NHWC
            kernel 'block2/w'  f32[3, 3, 64, 128]   HWIO, 1 group
          Pass a kernel of f32[3, 3, 32, 128], or an input of 64 planes.\
          """,
          error.getMessage());
      assertEquals("C4", error.constraint().orElseThrow());
    }

    @Test
    @DisplayName("C4: planes that do not divide into the groups")
    void indivisiblePlanes() {
      Value w = kernel(3, 3, 11, 6);
      assertRefused(
          "C4",
          () -> Convolutions.conv2d(x, w, Conv.valid().groups(3)),
          "reads 33 planes, 11 in each group, the input has 32",
          "32 do not divide into 3 groups");
    }

    @Test
    @DisplayName("C4: an input that the transposed convolution's kernel does not make")
    void transposedPlanes() {
      Value w = kernel(3, 3, 32, 64);
      assertRefused(
          "C4",
          () -> Convolutions.convTranspose2d(x, w, Conv.valid()),
          "makes 64 planes, the input has 32",
          "Pass a kernel of f32[3, 3, 32, 32]");
    }

    @Test
    @DisplayName("C5: output planes that do not divide into the groups")
    void groups() {
      Value w = kernel(3, 3, 8, 6);
      assertRefused(
          "C5",
          () -> Convolutions.conv2d(x, w, Conv.valid().groups(4)),
          "6 output planes do not divide into 4 groups");
    }

    @Test
    @DisplayName("C7: a kernel that does not fit")
    void negativeSize() {
      Value w = kernel(29, 31, 32, 4);
      assertRefused(
          "C7",
          () -> Convolutions.conv2d(x, w),
          "spatial axis 0 would get size 0",
          "a kernel of 29 (dilation 1) does not fit an input of 28",
          "pad with Padding.same()");
      assertRefused(
          "C7",
          () -> Convolutions.conv2d(x, w, Conv.valid().padding(Padding.of(5, 0))),
          "spatial axis 1 would get size -2");
    }

    @Test
    @DisplayName("C8: output padding that the stride leaves no room for")
    void outputPadding() {
      Value w = kernel(3, 3, 4, 32);
      assertRefused(
          "C8",
          () -> Convolutions.convTranspose2d(x, w, Conv.valid().strides(2), 0, 2),
          "output padding 2 of spatial axis 1 with stride 2 and VALID",
          "less than the stride");
      assertRefused(
          "C8",
          () -> Convolutions.convTranspose2d(x, w, Conv.same().strides(2), 1),
          "the result has the input's size times the stride");
    }

    @Test
    @DisplayName("C3: groups of a factored convolution")
    void factoredGroups() {
      Value w = kernel(3, 3, 32, 2);
      assertRefused(
          "C3", () -> FactoredConvolutions.depthwise(x, w, Conv.valid().groups(32)), "given 32");
    }

    @Test
    @DisplayName("C4: a depthwise kernel for other planes")
    void depthwisePlanes() {
      Value w = kernel(3, 3, 31, 2);
      assertRefused(
          "C4",
          () -> FactoredConvolutions.depthwise(x, w, Conv.valid()),
          "f32[3, 3, 31, 2] must have size 32 along axis 2");
    }

    @Test
    void aValueOfAnotherBuilder() {
      Value foreign = GraphBuilder.create("other").input("w", DType.FLOAT32, 3, 3, 32, 4);
      GraphException error =
          assertThrows(GraphException.class, () -> Convolutions.conv2d(x, foreign));
      assertTrue(error.getMessage().contains("'w' belongs to the builder of the graph 'other'"));
    }

    @Test
    void settingsThatAreNone() {
      assertTrue(
          assertThrows(GraphException.class, () -> Conv.valid().strides(0))
              .getMessage()
              .contains("A stride must be 1 or more, given 0"));
      assertTrue(
          assertThrows(GraphException.class, () -> Conv.valid().dilations(2, -1))
              .getMessage()
              .contains("A dilation must be 1 or more, given 2x-1"));
      assertTrue(
          assertThrows(GraphException.class, () -> Conv.valid().groups(0))
              .getMessage()
              .contains("Groups must be 1 or more"));
      assertThrows(GraphException.class, () -> PerAxis.of());
      assertThrows(GraphException.class, () -> Padding.of(new long[0]));
    }
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
