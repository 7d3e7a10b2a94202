package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.Golden;
import dev.adjoint.testing.LectureNotes;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The backward passes that lecture notes on convolutional networks work through by hand. */
class WorkedCasesTest {
  private static final double[] I = LectureNotes.LINE.toDoubles();
  private static final double[] W = {0.5, -1.25, 2};
  private static final double[] LO = LectureNotes.LINE_UPSTREAM.toDoubles();

  private final GraphBuilder g = GraphBuilder.create("test");

  private Value vector(double... elements) {
    return g.constant(Tensor.vector(elements));
  }

  private Value matrix(int rows, double... elements) {
    return g.constant(Tensor.of(elements, rows, elements.length / rows));
  }

  /** One plane, one image: the spatial axes alone. */
  private static Value correlate(Value x, Value w, WindowAxis axis) {
    int rank = x.rank();
    Shape image = x.shape().insert(0, Dim.of(1)).append(Dim.of(1));
    Shape kernel = w.shape().append(Dim.of(1)).append(Dim.of(1));
    Value y =
        x.reshape(image)
            .correlate(
                w.reshape(kernel),
                Collections.nCopies(rank, axis),
                CorrelationLayout.featuresLast(rank),
                1);
    return y.reshape(Shape.of(y.shape().dims().subList(1, rank + 1)));
  }

  private static WindowAxis padded(long by) {
    return WindowAxis.of(1, Dim.of(by), Dim.of(by));
  }

  private static double[] numbers(Value value) {
    return Computed.doubles(value);
  }

  // One dimension, by hand.

  @Test
  void kernelGradientIsTheCorrelationWithTheCotangent() {
    Value i = vector(I);
    Value w = vector(W);
    Value lo = vector(LO);
    Value o = correlate(i, w, WindowAxis.UNIT);
    Value dw = Gradients.of(o).withCotangents(lo).to(w).getFirst();
    assertArrayEquals(LectureNotes.LINE_KERNEL_GRADIENT.toDoubles(), numbers(dw), 1e-5);
    assertArrayEquals(numbers(correlate(i, lo, WindowAxis.UNIT)), numbers(dw), 1e-15);
  }

  @Test
  void inputGradientIsThePaddedCorrelationWithTheFlippedKernel() {
    Value i = vector(I);
    Value w = vector(W);
    Value lo = vector(LO);
    Value o = correlate(i, w, WindowAxis.UNIT);
    Value di = Gradients.of(o).withCotangents(lo).to(i).getFirst();
    double[] expected = {
      LO[0] * W[0], LO[0] * W[1] + LO[1] * W[0], LO[0] * W[2] + LO[1] * W[1], LO[1] * W[2]
    };
    assertArrayEquals(expected, numbers(di), 1e-15);
    assertArrayEquals(expected, numbers(correlate(lo, w.reverse(0), padded(2))), 1e-15);
    assertArrayEquals(expected, numbers(correlate(w, lo.reverse(0), padded(1))), 1e-15);
  }

  @Test
  void jacobiansAreToeplitzMatrices() {
    Value i = vector(I);
    Value w = vector(W);
    Value lo = vector(LO);
    Value o = correlate(i, w, WindowAxis.UNIT);
    Value m = Derivatives.jacobian(o, i);
    assertEquals(Shape.of(2, 4), m.shape());
    assertArrayEquals(new double[] {W[0], W[1], W[2], 0, 0, W[0], W[1], W[2]}, numbers(m));
    Value dw = Derivatives.jacobian(o, w);
    assertEquals(Shape.of(2, 3), dw.shape());
    assertArrayEquals(new double[] {I[0], I[1], I[2], I[1], I[2], I[3]}, numbers(dw));
    Value di = Gradients.of(o).withCotangents(lo).to(i).getFirst();
    assertArrayEquals(numbers(m.transpose().matmul(lo)), numbers(di), 1e-15);
  }

  @Test
  void oneDimensionalBackwardPassPrints() {
    GraphBuilder b = GraphBuilder.create("one-dimensional");
    Value i = b.input("I", DType.FLOAT32, 1, 4, 1);
    Value w = b.input("W", DType.FLOAT32, 3, 1, 1);
    Value o =
        i.correlate(w, List.of(WindowAxis.UNIT), CorrelationLayout.featuresLast(1), 1).as("O");
    Value lo = b.input("LO", o.type());
    List<Value> gradients = Gradients.of(o).withCotangents(lo).to(i, w);
    b.signature("backward").output("dI", gradients.get(0)).output("dW", gradients.get(1));
    Golden.assertMatches(getClass(), "worked-one-dimensional", b.build().toString());
  }

  // Transposed convolution.

  @Test
  void transposedConvolutionIsTheGradientOfConvolution() {
    Value r = g.constant(LectureNotes.SQUARE_UPSTREAM);
    Value w = g.constant(LectureNotes.SQUARE_KERNEL);
    Value x = g.constant(Tensor.zeros(DType.FLOAT64, 5, 5));
    Value y = correlate(x, w, WindowAxis.of(2, Dim.of(0), Dim.of(0)));
    Value dx = Gradients.of(y).withCotangents(r).to(x).getFirst();
    assertArrayEquals(LectureNotes.TRANSPOSED.toDoubles(), numbers(dx), 1e-3);
    WindowAxis transposed = new WindowAxis(1, Dim.of(2), Dim.of(2), 2, 1);
    assertArrayEquals(numbers(dx), numbers(correlate(r, w.reverse(0, 1), transposed)), 1e-12);
  }

  @Test
  void gradientOfTransposedConvolutionIsTheConvolution() {
    Value r = matrix(2, 1, 2, 3, 4);
    Value w = g.constant(LectureNotes.SQUARE_KERNEL);
    WindowAxis transposed = new WindowAxis(1, Dim.of(2), Dim.of(2), 2, 1);
    Value x = correlate(r, w.reverse(0, 1), transposed);
    double[] image = new double[25];
    for (int k = 0; k < 25; k++) {
      image[k] = Math.sin(k);
    }
    Value dx = matrix(5, image);
    Value dr = Gradients.of(x).withCotangents(dx).to(r).getFirst();
    Value convolved = correlate(dx, w, WindowAxis.of(2, Dim.of(0), Dim.of(0)));
    assertArrayEquals(numbers(convolved), numbers(dr), 1e-14);
  }

  @Test
  void kernelAsSparseMatrix() {
    Value w = matrix(3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Value i = g.constant(Tensor.zeros(DType.FLOAT64, 4, 4));
    Value o = correlate(i, w, WindowAxis.UNIT);
    Value m = Derivatives.jacobian(o, i).reshape(4, 16);
    double[][] rows = {
      {1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0},
      {0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0},
      {0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0},
      {0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9}
    };
    assertArrayEquals(Stream.of(rows).flatMapToDouble(Arrays::stream).toArray(), numbers(m));
    Value lo = matrix(2, 2, -1, 0.5, 3);
    Value di = Gradients.of(o).withCotangents(lo).to(i).getFirst();
    assertArrayEquals(numbers(m.transpose().matmul(lo.reshape(4))), numbers(di.reshape(16)), 1e-14);
  }

  @Test
  void stridedBackwardPassPrints() {
    GraphBuilder b = GraphBuilder.create("strided");
    Value x = b.input("x", DType.FLOAT32, 1, 5, 5, 1);
    Value w = b.input("w", DType.FLOAT32, 3, 3, 1, 1);
    WindowAxis two = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    Value y = x.correlate(w, List.of(two, two), CorrelationLayout.featuresLast(2), 1).as("y");
    Value r = b.input("r", y.type());
    b.signature("backward").output("dx", Gradients.of(y).withCotangents(r).to(x).getFirst());
    Golden.assertMatches(getClass(), "worked-transposed", b.build().toString());
  }

  // A single layer.

  @Test
  void singleLayerLearnsByOneCorrelation() {
    GraphBuilder b = GraphBuilder.create("single-layer");
    Value x = b.input("X", DType.FLOAT32, 1, 3, 3, 1);
    Value w = b.parameter("W", Tensor.of(new float[] {1, -2, 0.5f, 3}, 2, 2, 1, 1));
    Value h =
        x.correlate(
                w, List.of(WindowAxis.UNIT, WindowAxis.UNIT), CorrelationLayout.featuresLast(2), 1)
            .as("H");
    Value dh = b.input("dE/dH", h.type());
    int forward = b.values().size();
    Value dw = Gradients.of(h).withCotangents(dh).to(w).getFirst();
    assertEquals(1, b.values().size() - forward, "one node");
    assertEquals(Convolution.Correlation.class, dw.op().getClass());
    b.signature("step").output("dE/dW", dw).update(w, w.sub(dw.mul(0.1)));
    Graph graph = b.build();
    Golden.assertMatches(getClass(), "worked-single-layer", graph.toString());

    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float[] error = {1, 0, -1, 2};
    var result =
        Interpreter.create()
            .run(
                graph,
                "step",
                Map.of("X", Tensor.of(image, 1, 3, 3, 1), "dE/dH", Tensor.of(error, 1, 2, 2, 1)));
    // dE/dW_ab = sum_ij dE/dH_ij X_(i+a)(j+b)
    float[] slopes = {1 - 4 + 10, 2 - 5 + 12, 4 - 7 + 16, 5 - 8 + 18};
    assertEquals(Tensor.of(slopes, 2, 2, 1, 1), result.output("dE/dW"));
    double[] start = {1, -2, 0.5, 3};
    double[] next = result.parameters().get("W").asDoubles();
    for (int k = 0; k < 4; k++) {
      assertEquals(start[k] - 0.1 * slopes[k], next[k], 1e-6);
    }
  }

  // Pooling.

  private static Value pool(Value x, long stride) {
    WindowAxis axis = WindowAxis.of(stride, Dim.of(0), Dim.of(0));
    return x.maxPool(List.of(2L, 2L), List.of(axis, axis));
  }

  @Test
  void gradientOfMaxPoolingGoesToTheFirstMaximum() {
    Value x = g.constant(LectureNotes.POOLED);
    Value apart = pool(x, 2);
    assertArrayEquals(LectureNotes.MAXIMA_APART.toDoubles(), numbers(apart));
    Value dx = Gradients.of(apart).withCotangents(matrix(2, 10, 20, 30, 40)).to(x).getFirst();
    assertArrayEquals(
        new double[] {0, 0, 0, 0, 0, 10, 0, 20, 30, 0, 0, 40, 0, 0, 0, 0}, numbers(dx));
    Value overlapping = pool(x, 1);
    assertArrayEquals(LectureNotes.MAXIMA_OVERLAPPING.toDoubles(), numbers(overlapping));
    Value ones = Gradients.of(overlapping.sum()).to(x).getFirst();
    assertArrayEquals(new double[] {0, 0, 0, 0, 0, 4, 0, 1, 1, 1, 0, 2, 0, 0, 0, 0}, numbers(ones));
  }

  @Test
  void backwardPassOfMaxPoolingPrints() {
    GraphBuilder b = GraphBuilder.create("max-pooling");
    Value x = b.input("x", DType.FLOAT32, Shape.parse("[H, W]"));
    Value y = pool(x, 2).as("y");
    Value dy = b.input("dy", y.type());
    Value dx = Gradients.of(y).withCotangents(dy).to(x).getFirst();
    Value v = b.input("v", x.type());
    b.signature("backward").output("dx", dx);
    b.signature("second").output("ddy", Gradients.of(dx).withCotangents(v).to(dy).getFirst());
    Golden.assertMatches(getClass(), "worked-max-pooling", b.build().toString());
  }
}
