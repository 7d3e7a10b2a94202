package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.kernel;
import static dev.adjoint.nn.Evaluation.pattern;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Worked numbers of the lecture notes, 6. Variants of convolution")
class SeedVariantsTest {
  @Test
  void aDilatedKernelOf3CoversFive() {
    Tensor ones = Tensor.fill(DType.FLOAT64, Shape.of(3, 3, 1, 1), 1);
    double[] counting = new double[25];
    Arrays.setAll(counting, i -> i);
    Tensor result =
        evaluate(g ->
            Convolutions.conv2d(
                g.constant(Tensor.of(counting, 1, 5, 5, 1)),
                g.constant(ones),
                Conv.valid().dilations(2)));
    assertElements(new double[] {0 + 2 + 4 + 10 + 12 + 14 + 20 + 22 + 24}, result, 0);
  }

  @Test
  void theKernelSpansAllChannelsOfAColourImage() {
    Tensor image = pattern(1, 1, 3, 4, 3);
    Tensor kernel = pattern(2, 3, 4, 3, 1);
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
      Tensor small = last ? pattern(3, 2, 3, 4, 2) : pattern(3, 2, 2, 3, 4);
      Tensor large = last ? pattern(5, 1, 5, 7, 2) : pattern(5, 1, 2, 5, 7);
      Tensor weights = pattern(4, 24, 5);
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
    Tensor sobel = Tensor.nested(new double[][] {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}});
    Tensor image = pattern(1, 1, 6, 7, 1);
    Conv conv = Conv.same().strides(2, 1);
    Tensor separable =
        evaluate(g ->
            FactoredConvolutions.spatiallySeparable(
                g.constant(image),
                g.constant(Tensor.of(column, 3, 1, 1, 1)),
                g.constant(Tensor.of(row, 1, 3, 1, 1)),
                conv));
    Tensor whole =
        evaluate(g -> Convolutions.conv2d(g.constant(image), g.constant(kernel(sobel)), conv));
    assertEquals(whole, separable);
  }

  @Test
  void flattenedIsTheProductOfThreeLines() {
    Tensor lateral = pattern(1, 3, 2);
    Tensor vertical = pattern(2, 3, 2);
    Tensor horizontal = pattern(3, 4, 2);
    double[] product = new double[3 * 4 * 3 * 2];
    for (int i = 0; i < product.length; i++) {
      int filter = i % 2;
      product[i] =
          lateral.at(i / 2 % 3, filter)
              * vertical.at(i / 24, filter)
              * horizontal.at(i / 6 % 4, filter);
    }
    Tensor kernel = Tensor.of(product, 3, 4, 3, 2);
    Tensor image = pattern(4, 2, 6, 5, 3);
    Conv conv = Conv.valid().strides(2, 1).padding(Padding.of(1, 2));
    Tensor whole = evaluate(g -> Convolutions.conv2d(g.constant(image), g.constant(kernel), conv));
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
