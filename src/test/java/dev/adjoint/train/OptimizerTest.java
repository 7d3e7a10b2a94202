package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Losses;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private static final Schedule RATE = Schedule.constant(0.1);

  /** Mean squared error of {@code x w} against a target, both constants. */
  private static Graph regression(Optimizer optimizer, DType dtype) {
    GraphBuilder g = GraphBuilder.create("regression");
    Value w = g.parameter("w", Tensor.nested(new double[][] {{1, -2}, {0.5, 3}}).cast(dtype));
    Value x = g.constant(Tensor.nested(new double[][] {{1, 2}, {-1, 0.5}, {3, -2}}).cast(dtype));
    Value t = g.constant(Tensor.nested(new double[][] {{1, 0}, {2, 1}, {-1, 4}}).cast(dtype));
    Value loss = Losses.meanSquaredError(x.matmul(w), t);
    SignatureBuilder train = g.signature("train").output("loss", loss);
    Optimizer.Step step = optimizer.minimize(loss, train);
    train.output("rate", step.rate()).output("norm", step.gradientNorm());
    return g.build();
  }

  private static Map<String, Tensor> steps(Graph graph, int count, Map<String, Tensor> state) {
    Map<String, Tensor> parameters = state;
    for (int i = 0; i < count; i++) {
      parameters = Interpreter.create().run(graph, "train", Map.of(), parameters).parameters();
    }
    return parameters;
  }

  private static Map<String, Tensor> steps(Graph graph, int count) {
    return steps(graph, count, Interpreter.create().initialParameters(graph));
  }

  /** The parameter after three steps of PyTorch 2.13 with the same settings in float64. */
  static Stream<Arguments> rules() {
    return Stream.of(
        rule(
            Optimizer.sgd(RATE),
            0.18917881944444442,
            0.7018576388888887,
            0.7569244791666667,
            0.42276562500000003),
        rule(
            Optimizer.momentum(RATE, 0.9),
            -0.5911961805555557,
            3.3531076388888894,
            1.0211119791666667,
            -2.066859375),
        rule(
            Optimizer.nesterov(RATE, 0.9),
            -0.45550435243055554,
            2.279337795138889,
            0.7713809401041667,
            -1.523508703125),
        rule(
            Optimizer.adagrad(RATE),
            0.7824845105829903,
            -1.7743597007246679,
            0.7045448419440058,
            2.774149624385376),
        rule(
            Optimizer.rmsProp(RATE),
            0.39197077485673343,
            -1.2917797674295912,
            0.8907069859409654,
            2.2894116611605546),
        rule(
            Optimizer.adam(RATE),
            0.7021227894626673,
            -1.700381527242626,
            0.7932987794285409,
            2.700349308278431),
        rule(
            Optimizer.adamW(RATE, 0.3),
            0.624233926822036,
            -1.534963733324665,
            0.7408045093806551,
            2.4476242125286096),
        rule(
            Optimizer.momentum(RATE, 0.9).l2(0.3),
            -0.6671377638888889,
            3.3556008055555555,
            0.9198891041666667,
            -2.253386625),
        rule(
            Optimizer.sgd(RATE).clipping(new Clipping.ByValue(2)),
            0.4000000000000001,
            -1.4000000000000001,
            0.8214869791666667,
            2.3999999999999995),
        rule(
            Optimizer.sgd(RATE).clipping(new Clipping.ByGlobalNorm(2)),
            0.8793280464716627,
            -1.563001020137757,
            0.5498409378383117,
            2.6101492964363824));
  }

  private static Arguments rule(Optimizer optimizer, double... after) {
    return Arguments.of(optimizer, after);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void threeStepsAreThoseOfThePublishedRule(Optimizer optimizer, double[] after) {
    Map<String, Tensor> parameters = steps(regression(optimizer, DType.FLOAT64), 3);
    assertArrayEquals(after, parameters.get("w").toDoubles(), 1e-12);
    assertEquals(3, parameters.get(StepCounter.NAME).getLong(0));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void singlePrecisionFollowsDoublePrecision(Optimizer optimizer, double[] after) {
    Map<String, Tensor> parameters = steps(regression(optimizer, DType.FLOAT32), 3);
    assertArrayEquals(after, parameters.get("w").asDoubles(), 1e-5);
  }

  @Test
  void aSavedTrainingStepGoesOnWhereItWas(@TempDir Path folder) throws IOException {
    Optimizer optimizer =
        Optimizer.adamW(Schedule.cosine(0.1, 0.01, 7).afterWarmUp(2), 0.1).averaging(0.9);
    Graph graph = regression(optimizer, DType.FLOAT32);
    Map<String, Tensor> throughout = steps(graph, 6);

    SavedModel.write(folder, graph, steps(graph, 3));
    SavedModel half = SavedModel.read(folder);

    assertEquals(throughout, steps(half.graph(), 3, half.parameters()));
  }

  @Test
  void averagesFollowTheParameters() {
    Graph graph = regression(Optimizer.sgd(RATE).averaging(0.75), DType.FLOAT64);
    double first = steps(graph, 1).get("w").getDouble(0);
    double second = steps(graph, 2).get("w").getDouble(0);
    Map<String, Tensor> after = steps(graph, 2);
    Tensor average = after.get("optimizer/w/average");
    assertEquals(0.75 * first + 0.25 * second, average.getDouble(0), 1e-15);
    assertEquals(average, Optimizer.averaged(after).get("w"));
  }

  @Test
  void theFirstGradientNormIsThatOfTheGradient() {
    Graph graph = regression(Optimizer.sgd(RATE), DType.FLOAT64);
    double norm = Interpreter.create().run(graph, "train", Map.of()).output("norm").getDouble(0);
    Tensor before = Tensor.nested(new double[][] {{1, -2}, {0.5, 3}});
    Tensor after = steps(graph, 1).get("w");
    double squares = 0;
    for (int i = 0; i < 4; i++) {
      squares += Math.pow((before.getDouble(i) - after.getDouble(i)) / 0.1, 2);
    }
    assertEquals(Math.sqrt(squares), norm, 1e-12);
  }

  @Test
  void onlyParametersThatTheLossDependsOnAreTrained() {
    GraphBuilder g = GraphBuilder.create("two");
    Value used = g.parameter("used", Tensor.scalar(2f));
    g.parameter("unused", Tensor.scalar(5f));
    Value loss = used.mul(used);
    Optimizer.adam(RATE).minimize(loss, g.signature("train").output("loss", loss));
    Graph graph = g.build();
    assertTrue(graph.find("optimizer/used/mean").isPresent());
    assertTrue(graph.find("optimizer/unused/mean").isEmpty());
  }

  @Test
  void aLossWithoutParametersIsRefused() {
    GraphBuilder g = GraphBuilder.create("none");
    Value loss = g.constant(DType.FLOAT32, 1).as("loss");
    GraphException error =
        assertThrows(
            GraphException.class, () -> Optimizer.sgd(RATE).minimize(loss, g.signature("train")));
    assertTrue(error.getMessage().contains("'loss' has no trainable parameter"));
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Optimizer.momentum(RATE, 1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.sgd(RATE).l2(-1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.sgd(RATE).averaging(1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.adamW(RATE, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Clipping.ByGlobalNorm(0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.constant(-0.1));
    assertThrows(IllegalArgumentException.class, () -> Schedule.steps(0.1, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(0.1, 0, 0));
  }
}
