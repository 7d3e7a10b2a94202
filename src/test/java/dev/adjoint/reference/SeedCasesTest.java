package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.reference.OperatorCase.typed;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution.Correlation;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.LectureNotes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worked numbers of lecture notes on convolutional networks. */
class SeedCasesTest {
  private static final CorrelationLayout PLANES_FIRST = CorrelationLayout.featuresFirst(2);
  private static final CorrelationLayout PLANES_LAST = CorrelationLayout.featuresLast(2);
  private static final CorrelationLayout LINE = CorrelationLayout.featuresFirst(1);

  private static Tensor correlate(
      Tensor x, Tensor w, CorrelationLayout layout, WindowAxis... window) {
    return evaluate(Interpreter.create(), new Correlation(List.of(window), layout, 1, 1), x, w);
  }

  private static WindowAxis padded(long padding) {
    return WindowAxis.of(1, Dim.of(padding), Dim.of(padding));
  }

  /** One plane of one image, in the dtype. */
  private static Tensor plane(Tensor matrix, DType dtype) {
    return matrix.reshape(1, 1, matrix.dim(0), matrix.dim(1)).cast(dtype);
  }

  @Nested
  class ConvolutionAsCorrelation {
    private final Tensor input = line(LectureNotes.LINE);
    private final Tensor upstream = line(LectureNotes.LINE_UPSTREAM);

    private static Tensor line(Tensor vector) {
      return vector.reshape(1, 1, vector.size()).cast(DType.FLOAT32);
    }

    @Test
    void theKernelGradientIsTheCorrelationOfTheInputWithTheUpstreamGradient() {
      Tensor dw = correlate(input, upstream, LINE, WindowAxis.UNIT);

      assertClose(line(LectureNotes.LINE_KERNEL_GRADIENT), dw, 0, 1e-5);
    }

    @Test
    void bothFormsOfTheInputGradientAndTheTransposedBandedMatrixAgree() {
      Tensor w = typed("f32[1, 1, 3]", 0.5, -1, 2);
      Tensor flippedUpstream = reverse(upstream);

      Tensor one = correlate(w, flippedUpstream, LINE, padded(1));
      Tensor other = correlate(upstream, reverse(w), LINE, padded(2));
      Tensor banded =
          evaluate(
              Interpreter.create(),
              new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()),
              typed("f32[4, 2]", 0.5, 0, -1, 0.5, 2, -1, 0, 2),
              upstream.reshape(2));

      assertClose(one, other, 0, 1e-6);
      assertClose(banded.reshape(1, 1, 4), other, 0, 1e-6);
    }

    @Test
    void aTrueConvolutionFlipsTheKernel() {
      Tensor x = typed("f32[1, 1, 4]", 1, 2, 3, 4);
      Tensor w = typed("f32[1, 1, 2]", 10, 1);

      assertEquals(typed("f32[1, 1, 3]", 12, 23, 34), correlate(x, w, LINE, WindowAxis.UNIT));
      assertEquals(
          typed("f32[1, 1, 3]", 21, 32, 43), correlate(x, reverse(w), LINE, WindowAxis.UNIT));
    }

    private Tensor reverse(Tensor x) {
      return evaluate(Interpreter.create(), new Movement.Reverse(Axes.of(2)), x);
    }
  }

  @Nested
  class TwoPlanes {
    @Test
    void planesLast() {
      Tensor result = withBias(LectureNotes.PLANES_LAST, PLANES_LAST, Shape.of(2));

      assertClose(LectureNotes.PLANES_LAST_RESULT.cast(DType.FLOAT32), result, 0, 1e-5);
    }

    @Test
    void planesFirst() {
      Tensor result = withBias(LectureNotes.PLANES_FIRST, PLANES_FIRST, Shape.of(2, 1, 1));

      assertClose(LectureNotes.PLANES_FIRST_RESULT.cast(DType.FLOAT32), result, 0, 1e-5);
    }

    private static Tensor withBias(Tensor input, CorrelationLayout layout, Shape biasShape) {
      GraphBuilder g = GraphBuilder.create("planes");
      Value w = g.parameter("w", LectureNotes.PLANES_KERNEL.cast(DType.FLOAT32));
      Value b = g.parameter("b", LectureNotes.PLANES_BIAS.cast(DType.FLOAT32));
      Value y =
          g.input(
                  "x",
                  DType.FLOAT32,
                  Shape.parse(
                      "[N, %d, %d, %d]".formatted(input.dim(1), input.dim(2), input.dim(3))))
              .correlate(w, List.of(WindowAxis.UNIT, WindowAxis.UNIT), layout, 1)
              .add(b.reshape(biasShape));
      g.signature("predict").output("y", y);
      Graph graph = g.build();
      return Interpreter.create()
          .run(graph, "predict", Map.of("x", input.cast(DType.FLOAT32)))
          .output("y");
    }
  }

  @Nested
  class TransposedConvolution {
    @Test
    void isACorrelationWithAnInputDilation() {
      Tensor w = plane(LectureNotes.SQUARE_KERNEL, DType.FLOAT32);
      Tensor r = plane(LectureNotes.SQUARE_UPSTREAM, DType.FLOAT32);
      Tensor flipped = evaluate(Interpreter.create(), new Movement.Reverse(Axes.of(2, 3)), w);
      WindowAxis spread = new WindowAxis(1, Dim.of(2), Dim.of(2), 2, 1);

      assertClose(
          plane(LectureNotes.TRANSPOSED, DType.FLOAT32),
          correlate(r, flipped, PLANES_FIRST, spread, spread),
          0,
          1e-3);
    }

    @Test
    void isTheTransposeOfTheSparseMatrixOfAKernel() {
      Tensor w = typed("f64[1, 1, 3, 3]", 1, 2, 3, 4, 5, 6, 7, 8, 9);
      double[] matrix = new double[4 * 16];
      for (int row = 0; row < 4; row++) {
        for (int k = 0; k < 9; k++) {
          int i = row / 2 + k / 3;
          int j = row % 2 + k % 3;
          matrix[row * 16 + i * 4 + j] = k + 1;
        }
      }
      Tensor upstream = typed("f64[1, 1, 2, 2]", 1, -2, 3, 5);
      Tensor flipped = evaluate(Interpreter.create(), new Movement.Reverse(Axes.of(2, 3)), w);

      Tensor product =
          evaluate(
              Interpreter.create(),
              new Contraction.Dot(List.of(0), List.of(0), List.of(), List.of()),
              Tensor.of(matrix, 4, 16),
              upstream.reshape(4));

      assertEquals(
          product.reshape(1, 1, 4, 4),
          correlate(upstream, flipped, PLANES_FIRST, padded(2), padded(2)));
    }
  }

  @Nested
  class OutputSizes {
    @ParameterizedTest
    @CsvSource({
      "227, 3, 11, 96, 4, 0, 55",
      "32, 3, 5, 6, 1, 0, 28",
      "5, 3, 3, 2, 2, 1, 3",
      "32, 1, 5, 1, 1, 0, 28",
      "32, 1, 5, 1, 1, 2, 32",
      "7, 1, 3, 1, 1, 2, 9"
    })
    void followTheFormula(
        long size, long depth, long kernel, long filters, long stride, long padding, long result) {
      GraphBuilder g = GraphBuilder.create("sizes");
      WindowAxis axis = WindowAxis.of(stride, Dim.of(padding), Dim.of(padding));

      Value y =
          g.input("x", DType.FLOAT32, 1, size, size, depth)
              .correlate(
                  g.input("w", DType.FLOAT32, kernel, kernel, depth, filters),
                  List.of(axis, axis),
                  PLANES_LAST,
                  1);

      assertEquals(Shape.of(1, result, result, filters), y.shape());
    }

    @Test
    void theMiddleOfSameAndFullIsValid() {
      Tensor x = plane(LectureNotes.FIVE_BY_FIVE, DType.INT32);
      Tensor w = plane(LectureNotes.FIVE_BY_FIVE_KERNEL, DType.INT32);
      Tensor valid = plane(LectureNotes.FIVE_BY_FIVE_MIDDLE, DType.INT32);

      assertEquals(valid, correlate(x, w, PLANES_FIRST, padded(0), padded(0)));
      assertEquals(valid, middle(correlate(x, w, PLANES_FIRST, padded(1), padded(1)), 1));
      assertEquals(valid, middle(correlate(x, w, PLANES_FIRST, padded(2), padded(2)), 2));
    }

    private static Tensor middle(Tensor x, long from) {
      Movement.SliceAxis one = Movement.SliceAxis.all(Dim.of(1));
      Movement.SliceAxis three = new Movement.SliceAxis(Dim.of(from), Dim.of(from + 3), 1);
      return evaluate(Interpreter.create(), new Movement.Slice(List.of(one, one, three, three)), x);
    }

    @Test
    void aLineOfFourUnderAKernelOfTwoIsABandedMatrix() {
      Tensor banded = typed("f64[3, 4]", 5, 7, 0, 0, 0, 5, 7, 0, 0, 0, 5, 7);
      Tensor a = typed("f64[4]", 1, 2, -3, 4);

      Tensor product =
          evaluate(
              Interpreter.create(),
              new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()),
              banded,
              a);

      assertEquals(
          product.reshape(1, 1, 3),
          correlate(a.reshape(1, 1, 4), typed("f64[1, 1, 2]", 5, 7), LINE, WindowAxis.UNIT));
    }
  }

  @Nested
  class PoolingOfFourByFour {
    private final Tensor x = LectureNotes.POOLED.cast(DType.FLOAT32);
    private final List<Long> sizes = List.of(2L, 2L);

    private static List<WindowAxis> stride(long stride) {
      WindowAxis axis = WindowAxis.of(stride, Dim.of(0), Dim.of(0));
      return List.of(axis, axis);
    }

    @Test
    void maximaWithStrideTwo() {
      assertEquals(
          LectureNotes.MAXIMA_APART.cast(DType.FLOAT32),
          evaluate(Interpreter.create(), new Pooling.MaxPool(sizes, stride(2)), x));
    }

    @Test
    void maximaWithStrideOne() {
      assertEquals(
          LectureNotes.MAXIMA_OVERLAPPING.cast(DType.FLOAT32),
          evaluate(Interpreter.create(), new Pooling.MaxPool(sizes, stride(1)), x));
    }

    @Test
    void sumsWithStrideTwo() {
      assertEquals(
          typed("f32[2, 2]", 18, 10, 17, 12),
          evaluate(Interpreter.create(), new Pooling.SumPool(sizes, stride(2)), x));
    }

    @Test
    void theGradientOfAMaximumGoesToTheFirst() {
      assertEquals(
          typed("f32[2, 2]", 0, 3, 0, 0),
          evaluate(
              Interpreter.create(),
              new Pooling.MaxPoolScatter(sizes, stride(2)),
              typed("f32[2, 2]", 1, 9, 9, 9),
              typed("f32[1, 1]", 3)));
    }
  }
}
