package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final TensorType POINT = TensorType.of(DType.FLOAT32, 2);
  private static final Tensor POINTS =
      Tensor.nested(new float[][] {{1, 2}, {-1, 0.5f}, {3, -2}, {0, 1}});
  private static final Map<String, Tensor> BATCH =
      Map.of("image", POINTS, "label", Tensor.vector(0, 1, 2, 1));

  private static Value normalizedNetwork(Value x, Layers layers, Mode mode) {
    Value h = mode.batchNorm(layers, "norm", layers.dense("hidden", x, 5)).relu();
    h = mode.dropout(layers, "drop", h, 0.5);
    return layers.dense("logits", h, 3);
  }

  private static Graph graph(Network network) {
    return Classifier.of("points", POINT, List.of("a", "b", "c"), network).seed(3).graph();
  }

  @Test
  void bothModesShareParametersAndDifferInDropoutAndStatistics() throws IOException {
    Graph graph = GraphFile.fromBytes(GraphFile.toBytes(graph(ClassifierTest::normalizedNetwork)));
    Interpreter interpreter = Interpreter.create();
    Map<String, Tensor> first = interpreter.initialParameters(graph);
    Interpreter.Result step = interpreter.run(graph, "train", BATCH, first);

    assertEquals(2, graph.parameters().stream().filter(p -> p.name().endsWith("/kernel")).count());
    assertNotEquals(first.get("norm/mean"), step.parameters().get("norm/mean"));
    assertNotEquals(first.get("hidden/kernel"), step.parameters().get("hidden/kernel"));
    Tensor before = interpreter.run(graph, "evaluate", BATCH, first).output("probabilities");
    Tensor after =
        interpreter.run(graph, "evaluate", BATCH, step.parameters()).output("probabilities");
    assertNotEquals(before, after);
    assertNotEquals(before, step.output("probabilities"));
    assertEquals(
        after,
        interpreter
            .run(graph, "predict", Map.of("image", POINTS), step.parameters())
            .output("probabilities"));
  }

  @Test
  void dropoutDropsOthersInTheNextStep() {
    Graph graph = graph(ClassifierTest::normalizedNetwork);
    Interpreter interpreter = Interpreter.create();
    Map<String, Tensor> parameters = interpreter.initialParameters(graph);
    Tensor one = interpreter.run(graph, "train", BATCH, parameters).output("probabilities");
    assertEquals(one, interpreter.run(graph, "train", BATCH, parameters).output("probabilities"));
    parameters = new java.util.HashMap<>(parameters);
    parameters.put(StepCounter.NAME, Tensor.scalar(1L));
    assertNotEquals(
        one, interpreter.run(graph, "train", BATCH, parameters).output("probabilities"));
  }

  @Test
  void whatIsServedHoldsNothingOfTheTraining(@TempDir Path folder) throws IOException {
    Graph graph = graph(ClassifierTest::normalizedNetwork);
    Interpreter interpreter = Interpreter.create();
    Map<String, Tensor> trained = interpreter.run(graph, "train", BATCH).parameters();
    SavedModel.write(folder, graph, trained, SaveOptions.standard().only("predict"));
    SavedModel served = SavedModel.read(folder);

    assertFalse(served.graph().toString().contains("optimizer"));
    assertEquals(Set.of("predict"), served.graph().signatures().keySet());
    assertFalse(served.parameters().keySet().stream().anyMatch(p -> p.startsWith("optimizer")));
    Map<String, Tensor> image = Map.of("image", POINTS);
    assertEquals(
        interpreter.run(graph, "predict", image, trained).output("probabilities"),
        interpreter
            .run(served.graph(), "predict", image, served.parameters())
            .output("probabilities"));
  }

  @Test
  void otherParametersInAnotherModeAreRefused() {
    GraphException error =
        assertThrows(
            GraphException.class,
            () ->
                graph((x, layers, mode) ->
                    layers.dense(mode.isTraining() ? "trained" : "used", x, 3)));
    assertTrue(error.getMessage().contains("the parameter 'used/kernel'"), error.getMessage());
  }

  @Test
  void logitsOfAnotherShapeAreRefused() {
    GraphException error =
        assertThrows(
            GraphException.class, () -> graph((x, layers, _) -> layers.dense("logits", x, 4)));
    assertTrue(error.getMessage().contains("3 classes need logits of [N, 3]"), error.getMessage());
  }
}
