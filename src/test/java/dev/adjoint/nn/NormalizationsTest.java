package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static dev.adjoint.nn.Evaluation.vector;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static dev.adjoint.testing.TensorAssertions.assertElements;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers computed with NumPy from the definitions. */
class NormalizationsTest {
  private static final Tensor SCALE = vector(1, 2, 3, 4);
  private static final Tensor OFFSET = vector(0, 1, 0, -1);

  @Test
  void groupNormOfBothFormats() {
    double[] expected = {
      -0.630592358, 3.813412059, 1.71105424, -4.802342754, 1.115663403, 0.902985791, -3.992459892,
      4.323279856, -0.339549731, -2.007440477, 2.851757066, -3.281405653, 1.503720238, 1.679099462,
      -3.859603129, 2.859603129, 0.048507104, -1.231326805, 1.929801565, -3.573068753, -1.406706029,
      2.261184716, -2.894702347, 4.146137505
    };
    Tensor x = pattern(1, 2, 3, 4);
    assertElements(
        expected,
        evaluate(g ->
            Normalizations.groupNorm(
                g.constant(x), 2, g.constant(SCALE), g.constant(OFFSET), DataFormat.NHWC, 1e-5)),
        1e-9);
    assertElements(
        expected,
        evaluate(g ->
            Normalizations.groupNorm(
                    g.constant(x).transpose(0, 2, 1),
                    2,
                    g.constant(SCALE),
                    g.constant(OFFSET),
                    DataFormat.NCHW,
                    1e-5)
                .transpose(0, 2, 1)),
        1e-9);
  }

  @Test
  void layerNorm() {
    assertElements(
        new double[] {
          -0.722897023, 4.052231874, 0.722897023, -5.176738355,
          1.044184589, 0.518068651, -4.578347812, 1.891588092,
          0.19999984, -1.79999776, 4.19999664, -1.79999936,
          1.044184589, 0.518068651, -4.578347812, 1.891588092,
          0.19999984, -1.79999776, 4.19999664, -1.79999936,
          -1.313063876, 2.050451101, -1.575676651, 4.252255503
        },
        evaluate(g ->
            Normalizations.layerNorm(
                g.constant(pattern(1, 2, 3, 4)), g.constant(SCALE), g.constant(OFFSET), 1e-5)),
        1e-9);
  }

  @Test
  void instanceNorm() {
    assertElements(
        new double[] {
          -0.889000244, 3.449489008, 1.524000418, -4.556000975,
          1.397000383, 1.0, -4.191001149, 4.588001532,
          -0.508000139, -1.449489008, 2.667000731, -3.032000557,
          1.224744504, 2.016000279, -2.667000731, 1.032000557,
          0.0, -1.794000766, 4.191001149, -6.588001532,
          -1.224744504, 2.778000488, -1.524000418, 2.556000975
        },
        evaluate(g ->
            Normalizations.instanceNorm(
                g.constant(pattern(1, 2, 3, 4)),
                g.constant(SCALE),
                g.constant(OFFSET),
                DataFormat.NHWC,
                1e-5)),
        1e-9);
  }

  @Test
  void localResponseNorm() {
    assertElements(
        new double[] {
          -0.60727155, 1.495348781, 0.278437665, -0.955108876, 1.294644725,
          0.0, -1.294644725, 0.955108876, -0.278437665, -1.591848126
        },
        evaluate(g ->
            Normalizations.localResponseNorm(
                g.constant(pattern(1, 1, 2, 5)), 1, 2, 0.1, 0.75, DataFormat.NHWC)),
        1e-9);
  }

  @Test
  void batchNormTrainsOnTheBatchAndServesTheRunningStatistics() {
    GraphBuilder g = GraphBuilder.create("batch");
    Value x = g.input("x", DType.FLOAT64, Shape.parse("[N, 3, 2]"));
    BatchNorm norm = Layers.seeded(1).batchNorm("norm", x).momentum(0.9);
    BatchNorm.Training step = norm.training(x);
    step.updateIn(g.signature("train").output("y", step.output()));
    g.signature("serve").output("y", norm.inference(x));
    Graph graph = g.build();
    assertEquals(
        List.of("norm/scale", "norm/offset"),
        g.trainableParameters().stream().map(Value::name).toList());

    Map<String, Tensor> state = new HashMap<>(Interpreter.create().initialParameters(graph));
    state.put("norm/scale", vector(2, -0.5));
    state.put("norm/offset", vector(0.25, 1));
    Map<String, Tensor> input = Map.of("x", pattern(1, 2, 3, 2));
    Interpreter.Result trained = Interpreter.create().run(graph, "train", input, state);
    assertElements(
        new double[] {
          -1.261749914, 0.226643332, 1.005874957, 1.386678334,
          3.273499828, 0.951665208, -2.773499828, 0.516652083,
          -0.505874957, 1.676687084, 1.761749914, 1.241673959
        },
        trained.output("y"),
        1e-9);
    assertElements(new double[] {0, -0.033333333333}, trained.parameters().get("norm/mean"), 1e-9);
    assertElements(
        new double[] {1.6, 2.088888888889}, trained.parameters().get("norm/variance"), 1e-9);

    state.put("norm/mean", vector(0.5, -1));
    state.put("norm/variance", vector(4, 2.25));
    assertElements(
        new double[] {
          -2.249687559, -0.999555704, 0.749937512, 1.666518568,
          3.749562582, 0.666740716, -4.249437605, -0.333037136,
          -1.249812535, 2.333037136, 1.749812535, 1.333259284
        },
        Interpreter.create().run(graph, "serve", input, state).output("y"),
        1e-9);
  }

  @Test
  void batchNormOfFeaturesFirst() {
    GraphBuilder g = GraphBuilder.create("first");
    Value x = g.constant(pattern(1, 2, 3, 2));
    Layers layers = Layers.seeded(1);
    Value last = layers.batchNorm("last", x).training(x).output();
    Value moved = x.transpose(0, 2, 1);
    Value first = layers.batchNorm("first", moved, DataFormat.NCHW).training(moved).output();
    Map<String, Tensor> state = Interpreter.create().initialParameters(g.build());
    assertClose(evaluate(first.transpose(0, 2, 1), state), evaluate(last, state), 0, 1e-12);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    GraphBuilder g = GraphBuilder.create("errors");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 5, 6]"));
    Value four = g.input("four", DType.FLOAT32, 4);
    Value six = g.input("six", DType.FLOAT32, 6);
    GraphException features =
        assertThrows(
            GraphException.class,
            () -> Normalizations.instanceNorm(x, four, six, DataFormat.NHWC, 1e-5));
    assertEquals("C1", features.constraint().orElseThrow());
    assertTrue(
        features.getMessage().contains("one number a feature (axis 2), given 'four' f32[4]"));
    GraphException groups =
        assertThrows(
            GraphException.class,
            () -> Normalizations.groupNorm(x, 4, six, six, DataFormat.NHWC, 1e-5));
    assertEquals("C2", groups.constraint().orElseThrow());
    assertTrue(groups.getMessage().contains("6 features do not divide into 4 groups"));
    assertThrows(GraphException.class, () -> Normalizations.layerNorm(x, four, four, 1e-5));
    Value matrix = g.input("matrix", DType.FLOAT32, 3, 4);
    GraphException flat =
        assertThrows(
            GraphException.class,
            () -> Normalizations.instanceNorm(matrix, four, four, DataFormat.NHWC, 1e-5));
    assertEquals("C2", flat.constraint().orElseThrow());
    assertTrue(flat.getMessage().contains("it has no spatial axes"));
    assertThrows(
        GraphException.class,
        () -> Normalizations.localResponseNorm(x, -1, 1, 1, 1, DataFormat.NHWC));
    BatchNorm norm = Layers.seeded(1).batchNorm("norm", x);
    assertThrows(GraphException.class, () -> norm.momentum(1.5));
    assertThrows(GraphException.class, () -> norm.epsilon(-1));
    assertThrows(GraphException.class, () -> norm.inference(four));
  }
}
