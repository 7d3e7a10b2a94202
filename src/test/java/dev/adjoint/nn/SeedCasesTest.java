package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The worked numbers of the lecture notes that the project implements. */
class SeedCasesTest {
  private static void assertClose(double[] expected, Tensor actual, double tolerance) {
    Tensor wanted = Tensor.of(expected, actual.shape().sizes());
    assertTrue(
        actual.cast(DType.FLOAT64).closeTo(wanted, 0, tolerance),
        () -> "expected " + wanted + " but was " + actual);
  }

  private static Tensor images(double[][] rows) {
    return Tensor.nested(new double[][][] {rows}).reshape(1, rows.length, rows[0].length, 1);
  }

  private static Tensor filter(double[][] rows) {
    return Tensor.nested(rows).reshape(rows.length, rows[0].length, 1, 1);
  }

  @Nested
  @DisplayName("1. Convolution as correlation")
  class Section1 {
    private final double[] input = {0.20350695, -0.31481498, -0.85656077, 0.5981919};
    private final double[] upstream = {-0.47567356, -2.3547919};
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
      assertClose(new double[] {0.6445209, 2.1667714, -1.0011742}, gradient, 1e-5);
    }

    @Test
    void trueConvolutionIsTheCorrelationWithTheFlippedKernel() {
      Tensor convolution = correlation(input, kernel, Conv.valid().asTrueConvolution());
      Tensor flipped = correlation(input, new double[] {3, -2, 0.5}, Conv.valid());
      assertEquals(flipped, convolution);
      assertClose(
          new double[] {
            3 * input[0] - 2 * input[1] + 0.5 * input[2],
            3 * input[1] - 2 * input[2] + 0.5 * input[3]
          },
          convolution,
          1e-15);
    }

    @Test
    void theInputsGradientIsTheFullCorrelationWithOneOfBothFlipped() {
      double[] flippedKernel = {3, -2, 0.5};
      double[] flippedUpstream = {-2.3547919, -0.47567356};
      Tensor ofUpstream = correlation(upstream, flippedKernel, Conv.full());
      Tensor ofKernel = correlation(kernel, flippedUpstream, Conv.full());
      assertTrue(ofUpstream.closeTo(ofKernel, 0, 1e-12));
      double a = upstream[0];
      double b = upstream[1];
      assertClose(new double[] {0.5 * a, 0.5 * b - 2 * a, 3 * a - 2 * b, 3 * b}, ofUpstream, 1e-12);
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
      assertClose(new double[] {0.5, -2, 3, 0, 0, 0.5, -2, 3}, toeplitz, 0);
      Tensor units = Tensor.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 1, 3);
      Tensor shifted =
          evaluate(
              g -> Convolutions.conv1d(g.constant(Tensor.of(input, 1, 4, 1)), g.constant(units)));
      double[] i = input;
      assertClose(new double[] {i[0], i[1], i[2], i[1], i[2], i[3]}, shifted, 0);
    }
  }

  @Nested
  @DisplayName("2. Two planes in, two planes out, both layouts")
  class Section2 {
    private final Tensor bias = Tensor.vector(0.1, 0.2);

    @Test
    void featuresLast() {
      Tensor input =
          Tensor.nested(
              new double[][][][] {
                {
                  {{1, -2}, {2, 1}, {-2, 3}, {-1, 2}},
                  {{2, 2}, {3, -2}, {-3, 1}, {-4, 2}},
                  {{3, 0}, {-2, -2}, {2, -1}, {5, -2}},
                  {{0, 0}, {1, -1}, {3, 1}, {0, 1}}
                }
              });
      Tensor kernel =
          Tensor.nested(
              new double[][][][] {
                {{{1, -2}, {-2, 1}}, {{1, 0}, {0, 1}}}, {{{3, 1}, {2, 2}}, {{0, 0}, {0, 4}}}
              });
      Tensor output =
          evaluate(g ->
              Convolutions.conv2d(g.constant(input), g.constant(kernel)).add(g.constant(bias)));
      assertEquals(Shape.of(1, 3, 3, 2), output.shape());
      double[] firstRows = Arrays.copyOf(output.toDoubles(), 18);
      assertClose(
          new double[] {
            17.1, -4.8, 3.1, 3.2, -15.9, 16.2, 10.1, -8.8, -5.9, -16.8, -4.9, 1.2, 1.1, -11.8, 5.1,
            4.2, 20.1, 2.2
          },
          Tensor.vector(firstRows),
          1e-12);
    }

    @Test
    void featuresFirst() {
      Tensor input =
          Tensor.nested(
              new double[][][][] {
                {
                  {{1, -2, 2, 2}, {2, 1, 3, -2}, {-2, 3, -3, 1}, {-1, 2, -4, 2}},
                  {{3, 0, 0, 0}, {-2, -2, 1, -1}, {2, -1, 3, 1}, {5, -2, 0, 1}}
                }
              });
      Tensor kernel =
          Tensor.nested(
              new double[][][][] {
                {{{1, -2}, {-2, 1}}, {{1, 0}, {0, 1}}}, {{{3, 1}, {2, 2}}, {{0, 0}, {0, 4}}}
              });
      Tensor output =
          evaluate(g -> {
            Conv conv = Conv.valid().format(DataFormat.NCHW);
            Value y = Convolutions.conv2d(g.constant(input), g.constant(kernel), conv);
            return y.add(DataFormat.NCHW.alongFeatures(g.constant(bias), 4));
          });
      assertEquals(Shape.of(1, 2, 3, 3), output.shape());
      assertClose(
          new double[] {
            3.1, -3.9, -10.9, 4.1, -12.9, 16.1, -3.9, 0.1, 9.1, -0.8, 8.2, 6.2, 5.2, 18.2, 7.2,
            -8.8, 2.2, -7.8
          },
          output,
          1e-12);
    }
  }

  @Nested
  @DisplayName("3. Transposed convolution is the gradient of convolution")
  class Section3 {
    private final double[][] kernel = {
      {0.13429713, 1.9649408, 0.74939513},
      {0.6982393, 1.2397809, 1.4247327},
      {1.5534406, 0.1190145, 1.3256309}
    };

    @Test
    void stride2() {
      double[][] upstream = {{25.535583, 28.583742}, {23.470192, 20.62261}};
      Tensor result =
          evaluate(g ->
              Convolutions.convTranspose2d(
                  g.constant(images(upstream)),
                  g.constant(filter(kernel)),
                  Conv.valid().strides(2)));
      assertEquals(Shape.of(1, 5, 5, 1), result.shape());
      assertClose(
          new double[] {
            3.4293556, 50.17591, 22.974957, 56.16536, 21.420517, 17.829948, 31.65853, 56.339676,
            35.437576, 40.724194, 42.819992, 49.156643, 98.61191, 43.924065, 53.345966, 16.387812,
            29.097897, 47.83826, 25.567505, 29.381691, 36.45955, 2.7932932, 63.148792, 2.4543884,
            27.337954
          },
          result,
          1e-3);
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
                  g.constant(Tensor.of(units, 16, 4, 4, 1)), g.constant(filter(kernel))));
      double[] expected = new double[4 * 16];
      for (int place = 0; place < 4; place++) {
        for (int tap = 0; tap < 9; tap++) {
          int row = place / 2 + tap / 3;
          int column = place % 2 + tap % 3;
          expected[place * 16 + row * 4 + column] = kernel[tap / 3][tap % 3];
        }
      }
      Tensor matrix = evaluate(g -> g.constant(columns.reshape(16, 4)).transpose());
      assertClose(expected, matrix, 0);
      Tensor upstream = Tensor.vector(2.0, -1, 3, 0.5);
      Tensor byMatrix = evaluate(g -> g.constant(matrix).transpose().matmul(g.constant(upstream)));
      Tensor byConvolution =
          evaluate(g ->
              Convolutions.convTranspose2d(
                  g.constant(upstream.reshape(1, 2, 2, 1)),
                  g.constant(filter(kernel)),
                  Conv.valid()));
      assertTrue(byConvolution.reshape(16).closeTo(byMatrix, 0, 1e-12));
    }
  }

  @Nested
  @DisplayName("5. Output sizes, padding, modes")
  class Section5 {
    private Shape sizes(Shape input, long filters, long size, Conv conv) {
      GraphBuilder g = GraphBuilder.create("sizes");
      Value x = g.input("x", DType.FLOAT32, input);
      Value w = g.input("w", DType.FLOAT32, size, size, input.size(3), filters);
      return Convolutions.conv2d(x, w, conv).shape();
    }

    @Test
    void sizesOfTheNotes() {
      assertEquals(
          Shape.of(1, 55, 55, 96),
          sizes(Shape.of(1, 227, 227, 3), 96, 11, Conv.valid().strides(4)));
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
      double[][] input = {
        {3, 3, 2, 1, 0}, {0, 0, 1, 3, 1}, {3, 1, 2, 2, 3}, {2, 0, 0, 2, 2}, {2, 0, 0, 0, 1}
      };
      double[][] kernel = {{0, 1, 2}, {2, 2, 0}, {0, 1, 2}};
      double[] block = {12, 12, 17, 10, 17, 19, 9, 6, 14};
      for (Conv conv : new Conv[] {Conv.valid(), Conv.same(), Conv.full()}) {
        Tensor middle =
            evaluate(g -> {
              Value y =
                  Convolutions.conv2d(g.constant(images(input)), g.constant(filter(kernel)), conv);
              long edge = (y.dim(1).value() - 3) / 2;
              return y.slice(1, edge, edge + 3).slice(2, edge, edge + 3);
            });
        assertClose(block, middle, 0);
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
      assertClose(new double[] {1, 12, -11}, product, 0);
    }
  }

  @Nested
  @DisplayName("6. Variants of convolution")
  class Section6 {
    @Test
    void aDilatedKernelOf3CoversFive() {
      double[][] ones = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
      double[] counting = new double[25];
      Arrays.setAll(counting, i -> i);
      Tensor result =
          evaluate(g ->
              Convolutions.conv2d(
                  g.constant(Tensor.of(counting, 1, 5, 5, 1)),
                  g.constant(filter(ones)),
                  Conv.valid().dilations(2)));
      assertClose(new double[] {0 + 2 + 4 + 10 + 12 + 14 + 20 + 22 + 24}, result, 0);
    }

    @Test
    void theKernelSpansAllChannelsOfAColourImage() {
      Tensor image = Evaluation.pattern(1, 1, 3, 4, 3);
      Tensor kernel = Evaluation.pattern(2, 3, 4, 3, 1);
      double product = 0;
      for (int i = 0; i < 36; i++) {
        product += image.getDouble(i) * kernel.getDouble(i);
      }
      Tensor result = evaluate(g -> Convolutions.conv2d(g.constant(image), g.constant(kernel)));
      assertEquals(Tensor.of(new double[] {product}, 1, 1, 1, 1), result);
    }

    @Test
    void aDenseLayerAsAConvolutionRunsOnLargerImages() {
      for (DataFormat format : DataFormat.values()) {
        boolean last = format == DataFormat.NHWC;
        Tensor small = last ? Evaluation.pattern(3, 2, 3, 4, 2) : Evaluation.pattern(3, 2, 2, 3, 4);
        Tensor large = last ? Evaluation.pattern(5, 1, 5, 7, 2) : Evaluation.pattern(5, 1, 2, 5, 7);
        Tensor weights = Evaluation.pattern(4, 24, 5);
        GraphBuilder g = GraphBuilder.create("dense");
        Value features = g.constant(small);
        Value w = g.constant(weights);
        Value kernel = Convolutions.kernelOfDense(w, features, format);
        Conv conv = Conv.valid().format(format);
        Tensor dense = evaluate(Layers.flatten(features).matmul(w));
        Tensor convolution = evaluate(Convolutions.conv2d(features, kernel, conv));
        assertEquals(dense, convolution.reshape(2, 5));

        Value wide = g.constant(large);
        Value everywhere = Convolutions.conv2d(wide, kernel, conv);
        int[] spatial = format.spatialAxes(4);
        Value window = wide.slice(spatial[0], 2, 5).slice(spatial[1], 3, 7);
        Value there = everywhere.slice(spatial[0], 2, 3).slice(spatial[1], 3, 4);
        assertEquals(evaluate(Layers.flatten(window).matmul(w)), evaluate(there.reshape(1, 5)));
      }
    }

    @Test
    void spatiallySeparableIsTheOuterProduct() {
      double[] column = {1, 2, 1};
      double[] row = {-1, 0, 1};
      double[][] sobel = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
      Tensor image = Evaluation.pattern(1, 1, 6, 7, 1);
      Conv conv = Conv.same().strides(2, 1);
      Tensor separable =
          evaluate(g ->
              FactoredConvolutions.spatiallySeparable(
                  g.constant(image),
                  g.constant(Tensor.of(column, 3, 1, 1, 1)),
                  g.constant(Tensor.of(row, 1, 3, 1, 1)),
                  conv));
      Tensor whole =
          evaluate(g -> Convolutions.conv2d(g.constant(image), g.constant(filter(sobel)), conv));
      assertEquals(whole, separable);
    }

    @Test
    void flattenedIsTheProductOfThreeLines() {
      Tensor lateral = Evaluation.pattern(1, 3, 2);
      Tensor vertical = Evaluation.pattern(2, 3, 2);
      Tensor horizontal = Evaluation.pattern(3, 4, 2);
      double[] product = new double[3 * 4 * 3 * 2];
      for (int i = 0; i < product.length; i++) {
        int filter = i % 2;
        product[i] =
            lateral.at(i / 2 % 3, filter)
                * vertical.at(i / 24, filter)
                * horizontal.at(i / 6 % 4, filter);
      }
      Tensor kernel = Tensor.of(product, 3, 4, 3, 2);
      Tensor image = Evaluation.pattern(4, 2, 6, 5, 3);
      Conv conv = Conv.valid().strides(2, 1).padding(Padding.of(1, 2));
      Tensor whole =
          evaluate(g -> Convolutions.conv2d(g.constant(image), g.constant(kernel), conv));
      for (DataFormat format : DataFormat.values()) {
        boolean last = format == DataFormat.NHWC;
        Tensor flattened =
            evaluate(g -> {
              Value x = g.constant(image);
              Value y =
                  FactoredConvolutions.flattened(
                      last ? x : x.transpose(0, 3, 1, 2),
                      g.constant(lateral),
                      g.constant(vertical),
                      g.constant(horizontal),
                      conv.format(format));
              return last ? y : y.transpose(0, 2, 3, 1);
            });
        assertEquals(whole, flattened);
      }
    }
  }

  @Nested
  @DisplayName("7. Pooling")
  class Section7 {
    private final double[][] input = {{1, 4, 2, 1}, {5, 8, 3, 4}, {7, 6, 4, 5}, {1, 3, 1, 2}};

    private void assertPooled(double[] expected, Pool pool) {
      Tensor pooled = evaluate(g -> Poolings.maxPool(g.constant(images(input)), pool));
      assertClose(expected, pooled, 0);
    }

    @Test
    void maximum() {
      assertPooled(new double[] {8, 4, 7, 5}, Pool.of(2));
      assertPooled(new double[] {8, 8, 4, 8, 8, 5, 7, 6, 5}, Pool.of(2).strides(1));
    }

    @Test
    void averageGlobalAndLp() {
      Tensor x = images(input);
      assertClose(
          new double[] {4.5, 2.5, 4.25, 3},
          evaluate(g -> Poolings.averagePool(g.constant(x), Pool.of(2))),
          0);
      assertClose(
          new double[] {57 / 16.0},
          evaluate(g -> Poolings.globalAveragePool(g.constant(x), DataFormat.NHWC)),
          1e-15);
      assertClose(
          new double[] {8},
          evaluate(g -> Poolings.globalMaxPool(g.constant(x), DataFormat.NHWC)),
          0);
      assertClose(
          new double[] {Math.sqrt(106), Math.sqrt(30), Math.sqrt(95), Math.sqrt(46)},
          evaluate(g -> Poolings.lpPool(g.constant(x), 2, Pool.of(2))),
          1e-14);
    }

    @Test
    void poolingReplacedByAStridedConvolution() {
      double[][] quarter = {{0.25, 0.25}, {0.25, 0.25}};
      Tensor convolution =
          evaluate(g ->
              Convolutions.conv2d(
                  g.constant(images(input)), g.constant(filter(quarter)), Conv.valid().strides(2)));
      assertClose(new double[] {4.5, 2.5, 4.25, 3}, convolution, 0);
    }
  }

  @Nested
  @DisplayName("8. The X and O toy network, forward")
  class Section8 {
    private final double[][] diagonal = {{1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};

    private Tensor x() {
      double[] pixels = new double[81];
      Arrays.fill(pixels, -1);
      for (int i = 1; i <= 7; i++) {
        pixels[i * 9 + i] = 1;
        pixels[i * 9 + 8 - i] = 1;
      }
      return Tensor.of(pixels, 1, 9, 9, 1);
    }

    private Value map(GraphBuilder g) {
      return Convolutions.conv2d(g.constant(x()), g.constant(filter(diagonal))).div(9);
    }

    private double[] truncated(Tensor values) {
      return Arrays.stream(values.toDoubles())
          .map(v -> (long) (v * 100 + 1e-9 * v) / 100.0)
          .toArray();
    }

    @Test
    void theMatchScoresOfTheDiagonalFilter() {
      Tensor rows = evaluate(g -> map(g).slice(1, 0, 2));
      assertClose(
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
      assertClose(
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
          evaluate(g -> Convolutions.conv2d(g.constant(images(field)), g.constant(filter(curve))));
      assertClose(new double[] {6600}, response, 0);
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
}
