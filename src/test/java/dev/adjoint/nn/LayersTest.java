package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LayersTest {
  private final GraphBuilder g = GraphBuilder.create("layers");
  private final Layers layers = Layers.seeded(42);

  private Value image() {
    return g.input("image", DType.FLOAT32, Shape.parse("[N, 12, 10, 4]"));
  }

  private Map<String, String> parameters() {
    Map<String, String> types = new LinkedHashMap<>();
    g.parameters().forEach(p -> types.put(p.name(), p.type().toString()));
    return types;
  }

  @Test
  void aNetworkMakesNamedParameters() {
    Value h = layers.conv2d("conv", image(), 8, 3, Conv.same().strides(2).groups(2)).relu();
    h = layers.conv("conv", h, 6, PerAxis.of(1, 5), Conv.valid());
    h = layers.dense("logits", Layers.flatten(h), 10);
    assertEquals(Shape.parse("[N, 10]"), h.shape());
    assertEquals(
        Map.of(
            "conv/kernel", "f32[3, 3, 2, 8]",
            "conv/bias", "f32[8]",
            "conv_1/kernel", "f32[1, 5, 8, 6]",
            "conv_1/bias", "f32[6]",
            "logits/kernel", "f32[36, 10]",
            "logits/bias", "f32[10]"),
        parameters());
  }

  @Test
  void everyKindOfConvolutionInBothFormats() {
    for (DataFormat format : DataFormat.values()) {
      boolean last = format == DataFormat.NHWC;
      GraphBuilder builder = GraphBuilder.create("kinds");
      Value x = builder.constant(last ? pattern(1, 2, 6, 5, 4) : pattern(1, 2, 4, 6, 5));
      Conv conv = Conv.same().format(format);
      Shape expected = last ? Shape.of(2, 6, 5, 8) : Shape.of(2, 8, 6, 5);
      Map<String, Value> results =
          Map.of(
              "conv", layers.conv2d("conv", x, 8, 3, conv),
              "depthwise", layers.depthwise("depthwise", x, 2, PerAxis.of(3), conv),
              "separable", layers.separable("separable", x, 8, PerAxis.of(3, 2), conv),
              "transposed",
                  layers.convTranspose("transposed", x, 8, PerAxis.of(3), conv.groups(2)));
      Map<String, Tensor> first = Interpreter.create().initialParameters(builder.build());
      results.forEach((name, y) -> {
        assertEquals(expected, y.shape(), name);
        assertEquals(expected, evaluate(y, first).shape(), name);
      });
      assertEquals(
          last ? "f64[3, 3, 4, 2]" : "f64[4, 2, 3, 3]",
          builder.value("depthwise/kernel").type().toString());
      assertEquals(
          last ? "f64[3, 3, 4, 4]" : "f64[4, 4, 3, 3]",
          builder.value("transposed/kernel").type().toString());
    }
  }

  @Test
  void theFansOfADepthwiseKernelCountOnePlane() {
    Layers he = layers.kernels(Initializers.heUniform(1)).withoutBias();
    double limit = Math.sqrt(6.0 / 9);
    for (DataFormat format : DataFormat.values()) {
      GraphBuilder builder = GraphBuilder.create("fans");
      Value x =
          builder.input(
              "x",
              DType.FLOAT64,
              format == DataFormat.NHWC ? Shape.of(1, 5, 5, 64) : Shape.of(1, 64, 5, 5));
      he.depthwise("d", x, 2, PerAxis.of(3), Conv.same().format(format));
      Tensor kernel = Interpreter.create().initialParameters(builder.build()).get("d/kernel");
      double largest = 0;
      for (int i = 0; i < kernel.size(); i++) {
        largest = Math.max(largest, Math.abs(kernel.getDouble(i)));
      }
      assertTrue(largest <= limit && largest > 0.98 * limit);
    }
  }

  @Test
  void biasesTakeOtherFirstValues() {
    Value x = g.input("x", DType.FLOAT32, 2, 3);
    layers.biases(Initializers.constant(0.5)).dense("d", x, 2);
    assertEquals(
        Tensor.vector(0.5f, 0.5f), Interpreter.create().initialParameters(g.build()).get("d/bias"));
  }

  @Test
  void oneAndThreeSpatialAxes() {
    Value line = g.input("line", DType.FLOAT32, Shape.parse("[N, T, 3]"));
    assertEquals(Shape.parse("[N, T, 7]"), layers.conv1d("a", line, 7, 5, Conv.same()).shape());
    Value volume = g.input("volume", DType.FLOAT32, Shape.of(2, 5, 6, 7, 3));
    assertEquals(Shape.of(2, 3, 4, 5, 2), layers.conv3d("b", volume, 2, 3, Conv.valid()).shape());
  }

  @Test
  void normalisationsStartAsStandardised() {
    Value x = g.constant(pattern(1, 2, 3, 4));
    Value layer = layers.layerNorm("layer", x);
    Value group = layers.groupNorm("group", x, 2, DataFormat.NHWC);
    Value instance = layers.instanceNorm("instance", x, DataFormat.NHWC);
    Map<String, Tensor> first = Interpreter.create().initialParameters(g.build());
    for (Value y : List.of(layer.mean(2), group.mean(), instance.mean(1))) {
      Tensor mean = evaluate(y, first);
      assertClose(Tensor.fill(DType.FLOAT64, mean.shape(), 0), mean, 0, 1e-12);
    }
    assertEquals(6, parameters().size());
  }

  @Test
  void anEmbeddingLooksRowsUp() {
    Value indices = g.constant(Tensor.nested(new int[][] {{2, 0}, {1, 2}, {0, 0}}));
    Value y = layers.embedding("words", indices, 3, 5, DType.FLOAT32);
    Map<String, Tensor> first = Interpreter.create().initialParameters(g.build());
    Tensor rows = evaluate(y, first);
    assertEquals(Shape.of(3, 2, 5), rows.shape());
    for (int k = 0; k < 5; k++) {
      assertEquals(first.get("words/table").at(1, k), rows.at(1, 0, k));
    }
  }

  @Test
  void dropoutKeepsTheExpectationAndDrawsAnewInEachStepAndLayer() {
    Tensor ones = Tensor.fill(DType.FLOAT32, Shape.of(50, 40), 1);
    Value x = g.constant(ones);
    Value one = g.constant(Tensor.scalar(1L));
    Value two = g.constant(Tensor.scalar(2L));
    Value first = layers.dropout("drop", x, 0.2, one);
    Value again = Layers.seeded(42).dropout("other", x, 0.2, one);
    Tensor dropped = evaluate(first);
    int zeros = 0;
    for (int i = 0; i < dropped.size(); i++) {
      double v = dropped.getDouble(i);
      assertTrue(v == 0 || v == 1.25);
      zeros += v == 0 ? 1 : 0;
    }
    assertEquals(0.2, zeros / 2000.0, 0.03);
    assertEquals(dropped, evaluate(first));
    assertNotEquals(dropped, evaluate(again));
    GraphBuilder repeated = GraphBuilder.create("repeated");
    Value same =
        Layers.seeded(42)
            .dropout("drop", repeated.constant(ones), 0.2, repeated.constant(Tensor.scalar(1L)));
    assertEquals(dropped, evaluate(same));
    Value key = first.builder().constant(Tensor.scalar(7L));
    assertNotEquals(
        evaluate(Dropout.dropout(x, 0.5, key, one)), evaluate(Dropout.dropout(x, 0.5, key, two)));
    assertEquals(x, Dropout.dropout(x, 0, key, one));
  }

  @Test
  void refusals() {
    Value x = image();
    Value unknown = g.input("unknown", DType.FLOAT32, Shape.parse("[N, C]"));
    GraphException features =
        assertThrows(GraphException.class, () -> layers.dense("d", unknown, 3));
    assertEquals("features", features.constraint().orElseThrow());
    assertEquals("unknown", features.node().orElseThrow());
    assertTrue(features.getMessage().contains("which must stand along axis 1 as a number"));
    Value scalar = g.input("scalar", DType.FLOAT32);
    assertThrows(GraphException.class, () -> layers.dense("d", scalar, 3));
    assertThrows(GraphException.class, () -> layers.batchNorm("b", scalar));
    assertThrows(GraphException.class, () -> layers.layerNorm("b", scalar));
    assertThrows(GraphException.class, () -> Layers.flatten(scalar));

    GraphException rank =
        assertThrows(GraphException.class, () -> layers.conv3d("c", x, 8, 3, Conv.valid()));
    assertEquals("C1", rank.constraint().orElseThrow());
    GraphException groups =
        assertThrows(
            GraphException.class, () -> layers.conv2d("c", x, 9, 3, Conv.valid().groups(3)));
    assertEquals("C4", groups.constraint().orElseThrow());
    assertTrue(groups.getMessage().contains("its 4 planes do not divide into 3 groups"));
    GraphException filters =
        assertThrows(
            GraphException.class, () -> layers.conv2d("c", x, 9, 3, Conv.valid().groups(2)));
    assertEquals("C5", filters.constraint().orElseThrow());
    GraphException transposed =
        assertThrows(
            GraphException.class,
            () -> layers.convTranspose("c", x, 9, PerAxis.of(3), Conv.valid().groups(2)));
    assertEquals("C5", transposed.constraint().orElseThrow());
    GraphException size =
        assertThrows(
            GraphException.class,
            () -> layers.conv("small", x, 2, PerAxis.of(3, 11), Conv.valid()));
    assertEquals("C7", size.constraint().orElseThrow());
    assertEquals("small/kernel", size.node().orElseThrow());
    assertThrows(
        GraphException.class, () -> layers.conv("c", x, 2, PerAxis.of(3, 0), Conv.valid()));

    Value step = g.constant(Tensor.scalar(1L));
    for (double rate : new double[] {-0.1, 1, Double.NaN}) {
      GraphException dropout =
          assertThrows(GraphException.class, () -> Dropout.dropout(x, rate, step, step));
      assertEquals("rate", dropout.constraint().orElseThrow());
    }
  }

  @Test
  void zeroAndNegativeCountsAreRefused() {
    Value x = image();
    List<Executable> calls =
        List.of(
            () -> layers.conv2d("c", x, -1, 3, Conv.same()),
            () -> layers.convTranspose("t", x, 0, PerAxis.of(3), Conv.same()),
            () -> layers.depthwise("d", x, 0, PerAxis.of(3), Conv.same()),
            () -> layers.separable("s", x, -2, PerAxis.of(3), Conv.same()),
            () -> layers.dense("u", Layers.flatten(x), 0));
    for (Executable call : calls) {
      GraphException error = assertThrows(GraphException.class, call);
      assertEquals("features", error.constraint().orElseThrow());
    }
  }

  @Test
  void aNameThatIsTaken() {
    g.parameter("w", Tensor.scalar(1f));
    Tensor again = Tensor.scalar(2f);
    GraphException error = assertThrows(GraphException.class, () -> g.parameter("w", again));
    assertTrue(error.getMessage().contains("The name 'w' is taken"));
  }
}
