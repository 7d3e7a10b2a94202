package dev.adjoint.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Derivatives;
import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.GradientCheck;
import dev.adjoint.check.GradientReport;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Initializers;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.runtime.Executable;
import dev.adjoint.runtime.Execution;
import dev.adjoint.runtime.Profile;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.InferenceServer;
import dev.adjoint.serve.ServerOptions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Network;
import dev.adjoint.train.Progress;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.StrokeDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every snippet of the README, and holds the README to what runs here. */
class ReadmeTest {
  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static Graph digits() {
    GraphBuilder g = GraphBuilder.create("digits");
    Value images = g.input("images", DType.FLOAT32, Shape.parse("[N, 12, 12, 1]"));
    Value labels = g.input("labels", DType.INT32, Shape.parse("[N]"));

    Layers layers = Layers.seeded(42).kernels(Initializers.heNormal(42));
    Value h = layers.conv2d("conv", images, 4, 5, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    Value logits = layers.dense("logits", Layers.flatten(h), 10);
    Value loss = logits.sparseSoftmaxCrossEntropy(labels).mean();

    g.signature("predict").output("probabilities", logits.softmax(-1));
    g.signature("evaluate").output("loss", loss);

    List<Value> parameters = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(parameters);
    SignatureBuilder train = g.signature("train").output("loss", loss);
    for (int i = 0; i < parameters.size(); i++) {
      train.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.1)));
    }
    Graph graph = g.build();
    return graph;
  }

  private static Map<String, Tensor> batch() {
    SplittableRandom random = new SplittableRandom(1);
    float[] pixels = new float[3 * 12 * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return Map.of(
        "images", Tensor.of(pixels, 3, 12, 12, 1), "labels", Tensor.of(new int[] {3, 1, 4}, 3));
  }

  @Test
  void trainsAndPredicts() {
    Graph graph = digits();
    Map<String, Tensor> batch = batch();

    double loss = Double.NaN;
    try (Session session = Session.open(graph)) {
      for (int step = 0; step < 20; step++) {
        loss = session.run("train", batch).get("loss").getDouble(0);
      }
    }

    assertTrue(loss < 0.5, "loss " + loss);
  }

  @Test
  void trainsInAProgram(@TempDir Path folder) throws IOException {
    Dataset digits = StrokeDigits.of(42, 3_000);
    Network network =
        (x, layers, mode) -> {
          Value h = layers.conv2d("conv", x, 8, 5, Conv.same().strides(2)).relu();
          return layers.dense(
              "logits", mode.dropout(layers, "dropout", Layers.flatten(h), 0.2), 10);
        };
    Graph graph =
        Classifier.of("digits", digits.columns().get("image"), digits.classes(), network).graph();
    TrainingResult result =
        Trainer.of(graph, Batches.of(digits.slice(0, 2_700), 50).shuffled(42).prefetched(4))
            .validation(Batches.of(digits.slice(2_700, 3_000), 100))
            .epochs(4)
            .checkpoints(folder.resolve("checkpoints"))
            .listener(Progress.on(System.out))
            .run();
    result.model().write(folder.resolve("model"), SaveOptions.standard().only("predict"));

    Tensor probabilities;
    SavedModel model = SavedModel.read(folder.resolve("model"));
    try (Session session = Session.open(model.graph(), model.parameters())) {
      Tensor seven = digits.examples(7).get("image");
      probabilities = session.run("predict", Map.of("image", seven)).get("probabilities");
    }

    assertTrue(result.bestEpoch().orElseThrow().validationAccuracy() > 0.5);
    assertEquals(10, probabilities.size());
  }

  @Test
  void runsOnTheReferenceInterpreter() {
    Graph graph = digits();
    Map<String, Tensor> batch = batch();

    Interpreter.Result expected = Interpreter.create().run(graph, "evaluate", batch);

    assertTrue(expected.output("loss").getDouble(0) > 0);
  }

  @Test
  void runsAPlanAgainAndAgain() {
    Graph graph = digits();
    Map<String, Tensor> batch = batch();

    SessionOptions options = SessionOptions.standard().withThreads(2).withMemoryLimit(1L << 30);
    try (Session session = Session.open(graph, options)) {
      Executable executable = session.compile("train", Map.of("N", 3L));
      Execution execution = executable.execution();
      batch.forEach(execution::set);
      execution.run();
      Tensor loss = execution.get("loss");
      Profile profile = new Profile();
      executable.run(batch, profile);
      String table = profile.table();
      String nodes = profile.nodeTable();

      assertTrue(loss.getDouble(0) > 0);
      assertTrue(table.contains("correlation"), table);
      assertTrue(nodes.contains("'conv/correlation'"), nodes);
    }
  }

  @Test
  void savesAndLoads(@TempDir Path folder) throws IOException {
    Graph graph = digits();
    Path file = folder.resolve("digits.adjoint");

    GraphFile.write(graph, file);
    Graph loaded = GraphFile.read(file);

    assertEquals(graph, loaded);

    GraphBuilder more = loaded.toBuilder();
    Value loss = more.signature("evaluate").output("loss");
    List<Value> gradients = Gradients.of(loss).to(more.value("conv/kernel"));

    assertEquals(more.value("conv/kernel").type(), gradients.getFirst().type());
  }

  @Test
  void checksGradients() {
    Graph graph = digits();

    GradientReport report = GradientCheck.of(graph, "evaluate").size("N", 3).run();
    report.assertPassed();

    assertTrue(report.toString().contains("PASSED"));
  }

  @Test
  void derivesInOtherForms() {
    GraphBuilder g = GraphBuilder.create("cube");
    Value x = g.input("x", DType.FLOAT64, 3);
    Value v = g.input("v", DType.FLOAT64, 3);
    Value y = x.mul(x).mul(x).sum();

    Value slope = Derivatives.jvp(y, List.of(x), List.of(v));
    Value curvature = Derivatives.hvp(y, List.of(x), List.of(v)).getFirst();
    Value hessian = Derivatives.hessian(y, x);

    g.signature("all")
        .output("slope", slope)
        .output("curvature", curvature)
        .output("hessian", hessian);
    Interpreter.Result result =
        Interpreter.create()
            .run(
                g.build(),
                "all",
                Map.of(
                    "x", Tensor.vector(1.0, 2.0, 3.0),
                    "v", Tensor.vector(1.0, 0.0, -1.0)));
    assertEquals(Tensor.scalar(3.0 - 27.0), result.output("slope"));
    assertEquals(Tensor.vector(6.0, 0.0, -18.0), result.output("curvature"));
    assertEquals(12, result.output("hessian").at(1, 1));
  }

  @Test
  void hasAnOperatorOfOnesOwn(@TempDir Path folder) throws IOException {
    GraphBuilder g = GraphBuilder.create("own");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value y = g.add(new Swish(1.5), x);
    g.signature("f").output("y", y);
    Graph graph = g.build();

    assertTrue(graph.toString().contains("= swish(%x) {beta=1.5}"), graph::toString);
    assertEquals(graph, Graph.parse(graph.toString()));
    GraphFile.write(graph, folder.resolve("own.adjoint"));
    assertEquals(graph, GraphFile.read(folder.resolve("own.adjoint")));
    GradientCheck.of(graph, "f").order(2).run().assertPassed();
  }

  @Provide
  Arbitrary<GraphCase> uses() {
    return GraphArbitraries.operator(Swish.class);
  }

  @Property(tries = 20)
  void theRuleIsRightWhereverItIsUsed(@ForAll("uses") GraphCase use) {
    GradientCheck.of(use).run().assertNotFailed();
  }

  @Test
  void savesModelsAndServesThem(@TempDir Path folder) throws IOException {
    Graph graph = digits();
    Map<String, Tensor> parameters = Interpreter.create().initialParameters(graph);

    SavedModel.write(folder.resolve("digits/1"), graph, parameters);
    SavedModel model = SavedModel.read(folder.resolve("digits/1"));

    assertEquals(parameters, model.parameters());
    ServerOptions options = ServerOptions.standard().at("127.0.0.1", 0);
    try (InferenceServer server = InferenceServer.start(List.of(folder), options)) {
      System.out.println("http://127.0.0.1:" + server.port());
    }
  }

  @Test
  void everySnippetOfTheReadmeIsRunHere() throws IOException {
    Path sources = Path.of("src/test/java/dev/adjoint/readme");
    String code =
        lines(Files.readString(sources.resolve("ReadmeTest.java")))
            + lines(Files.readString(sources.resolve("ReadmeServingTest.java")))
            + lines(Files.readString(sources.resolve("GrpcClient.java")))
            + lines(Files.readString(sources.resolve("Swish.java")))
            + lines(Files.readString(sources.resolve("SwishSampler.java")));
    List<String> snippets =
        SNIPPET
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map((MatchResult match) -> lines(match.group(1)))
            .toList();
    assertFalse(snippets.isEmpty());
    for (String snippet : snippets) {
      assertTrue(code.contains(snippet), () -> "not run by a test:\n" + snippet);
    }
  }

  /** The lines that say something, without their indentation. */
  private static String lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
