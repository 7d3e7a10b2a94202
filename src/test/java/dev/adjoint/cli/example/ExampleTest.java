package dev.adjoint.cli.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Optimizer;
import dev.adjoint.train.Schedule;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.TrainTest;
import dev.adjoint.train.data.XAndO;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleTest {
  @TempDir private Path folder;

  private String run(Example example, int images) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    example.run(
        new ExampleSettings(out, folder, Optional.empty(), Optional.of(1), Optional.of(images)));
    out.flush();
    return text.toString();
  }

  private static Example named(String name) {
    return Example.all().stream()
        .filter(example -> example.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void namesDiffer() {
    Set<String> names = new HashSet<>();
    Example.all().forEach(example -> assertTrue(names.add(example.name()), example.name()));
  }

  static List<DigitNetwork> digitNetworks() {
    return DigitNetwork.all();
  }

  @ParameterizedTest
  @MethodSource("digitNetworks")
  void aDigitNetworkLearnsIsJudgedAndSaved(DigitNetwork example) throws IOException {
    String text = run(example, 40);
    assertTrue(text.contains("40 images to learn from, 40 to be judged by"), text);
    assertTrue(text.contains("epoch  1   loss "), text);
    Path saved = folder.resolve(example.name());
    assertTrue(text.contains("saved to " + saved), text);
    SavedModel model = SavedModel.read(saved);
    assertEquals(Set.of("predict", "evaluate"), model.graph().signatures().keySet());
    Tensor p = probabilities(model, Tensor.zeros(DType.FLOAT32, 1, 28, 28, 1));
    assertEquals(1, Arrays.stream(p.asDoubles()).sum(), 1e-5);
  }

  private static Tensor probabilities(SavedModel model, Tensor image) {
    try (Session session = Session.open(model.graph())) {
      session.restore(model.parameters());
      return Computed.named(session.run("predict", Map.of("image", image)), "probabilities");
    }
  }

  @Test
  void theNumbersOfTheNotesArePrinted() throws IOException {
    assertPrints("curve-detector", "(50*30)*4 + 20*30 = 6600");
    assertPrints(
        "output-sizes",
        "[55, 55, 96]",
        "  12.00  12.00  17.00\n  10.00  17.00  19.00\n   9.00   6.00  14.00\n",
        "4,800",
        "154,140,672");
    assertPrints(
        "convolution-as-matrix",
        "[[ 1.  2. -1.  0.]\n [ 0.  1.  2. -1.]]",
        "dL/dW by the gradient         = [ 0.64452089  2.16677153 -1.00117413]",
        "[[5. 7. 0. 0.]\n [0. 5. 7. 0.]\n [0. 0. 5. 7.]]",
        "[[1. 2. 3. 0. 4. 5. 6. 0. 7. 8. 9. 0. 0. 0. 0. 0.]");
    assertPrints(
        "convolution-variants", "gradient of 2 correlation, 1 reverse", "flattened", "222 weights");
    assertPrints(
        "x-or-o",
        "   0.78  -0.11   0.11   0.33   0.56  -0.11   0.33\n",
        "   1.00   0.33   0.56   0.33\n",
        "the ideal X is an X by");
    assertPrints("dense-as-convolution", "%everywhere : f32[1, 1, 22, 10] = correlation(");
  }

  private void assertPrints(String example, String... expected) throws IOException {
    String text = run(named(example), 100);
    for (String each : expected) {
      assertTrue(text.contains(each), () -> "no '" + each + "' in " + text);
    }
  }

  @Test
  void theNetworkTellsXFromO() throws IOException {
    TrainTest data = XAndO.of(5, 1000, 500);
    Graph graph =
        Classifier.of("x-or-o", TensorType.parse("f32[9, 9, 1]"), XAndO.CLASSES, XOrO::network)
            .optimizer(Optimizer.adam(Schedule.constant(0.005)))
            .graph();
    TrainingResult learned =
        Trainer.of(graph, Batches.of(data.train(), 50).shuffled(1))
            .validation(Batches.of(data.test(), 500))
            .epochs(6)
            .run();
    assertTrue(learned.bestEpoch().orElseThrow().validationAccuracy() > 0.97);
    assertTrue(probabilities(learned.model(), XAndO.x()).getDouble(0) > 0.5);
    assertTrue(probabilities(learned.model(), XAndO.o()).getDouble(1) > 0.5);
  }

  @Test
  void aMissingFolderOrANonsensicalCountIsRefused() {
    PrintWriter out = new PrintWriter(new StringWriter());
    ExampleSettings missing =
        new ExampleSettings(
            out,
            folder,
            Optional.of(folder.resolve("nowhere")),
            Optional.empty(),
            Optional.empty());
    assertThrows(NoSuchFileException.class, () -> named("mnist-1-softmax").run(missing));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExampleSettings(out, folder, Optional.empty(), Optional.of(0), Optional.empty()));
  }

  @Test
  void learningFromTheRealDigitsWorksToo() throws IOException {
    Path mnist = Path.of("../shared/data/mnist");
    assumeTrue(Files.isDirectory(mnist));
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    named("mnist-1-softmax")
        .run(
            new ExampleSettings(
                out, folder, Optional.of(mnist), Optional.of(1), Optional.of(2000)));
    out.flush();
    assertTrue(text.toString().contains("2,000 images to learn from"), text::toString);
  }
}
