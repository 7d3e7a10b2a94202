package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Npy;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

class AdjointTest {
  private static final Pattern COMMAND = Pattern.compile("adjoint [^()]+");

  private final StringWriter output = new StringWriter();
  private final CommandLine command =
      Adjoint.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(output));

  @Test
  void theVersionIsThatOfTheBuild() {
    assertEquals(0, command.execute("--version"));
    assertTrue(
        output.toString().matches("(?s)adjoint \\d+\\.\\d+.* on Java 25.*"), output::toString);
  }

  @Test
  void withoutACommandItExplainsItselfAndFails() {
    assertEquals(2, command.execute());
    assertTrue(output.toString().contains("Usage: adjoint"), output::toString);
  }

  private static CommandLine subcommand(String name) {
    return Objects.requireNonNull(Adjoint.commandLine().getSubcommands().get(name), name);
  }

  static Set<String> names() {
    return Adjoint.commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCommandTeaches(String name) {
    execute(0, name, "--help");
    assertPrinted("Usage: adjoint " + name, "Examples:", "Exit codes:");
    UsageMessageSpec usage = subcommand(name).getCommandSpec().usageMessage();
    assertTrue(usage.description().length > 0, name);
    List<String> examples = examples(usage, name);
    assertFalse(examples.isEmpty(), output::toString);
    examples.forEach(example ->
        Adjoint.commandLine().parseArgs(example.substring("adjoint ".length()).split(" ")));
  }

  private static List<String> examples(UsageMessageSpec usage, String name) {
    return Arrays.stream(usage.footer())
        .flatMap(line -> COMMAND.matcher(line).results())
        .map(MatchResult::group)
        .filter(example -> example.startsWith("adjoint " + name))
        .toList();
  }

  @Test
  void theCompletionKnowsAllCommands() {
    execute(0, "generate-completion");
    assertPrinted("complete -F _complete_adjoint -o default adjoint");
    assertPrinted(names().toArray(String[]::new));
    assertPrinted("'--junit-xml'", "\"mnist-1-softmax\"");
  }

  @TempDir private Path folder;

  private Path save(Graph graph) throws IOException {
    Path file = folder.resolve("model.adjoint");
    GraphFile.write(graph, file);
    return file;
  }

  private static Graph regression(boolean broken) {
    GraphBuilder g = GraphBuilder.create("regression");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value w = g.parameter("w", Tensor.of(new float[] {1, -2, 0.5f}, 3, 1));
    Value y = x.matmul(w).tanh();
    g.signature("train").output("loss", (broken ? y.floor() : y).mean());
    return g.build();
  }

  private void execute(int expectedCode, String... arguments) {
    assertEquals(expectedCode, command.execute(arguments), output::toString);
  }

  private void assertPrinted(String... expected) {
    for (String text : expected) {
      assertTrue(output.toString().contains(text), output::toString);
    }
  }

  @Test
  void exampleBuildsSavesLoadsAndRunsTheNetwork() {
    execute(0, "example", "first-network", "--to", folder.toString());
    assertPrinted(
        "%conv1/correlation : f32[N, 28, 28, 32] = correlation(%image, %conv1/kernel)",
        "3,274,634",
        "what was loaded from there is equal",
        "probabilities of the network, which is not trained yet:");
    assertTrue(Files.exists(folder.resolve("first-network.adjoint")));
  }

  @Test
  void examplePrintsTheGradientOfAConvolution() {
    execute(0, "example", "convolution-gradients", "--to", folder.toString());
    assertPrinted("dKernel = [ 0.6445209  2.1667714 -1.0011742]", "reverse(%kernel)");
  }

  @Test
  void unknownExampleNamesThoseThereAre() {
    execute(2, "example", "no-such");
    assertPrinted("There is no example 'no-such', only first-network");
  }

  @Test
  void inspectPrintsSummaryTextAndGradient() throws IOException {
    String file = save(regression(false)).toString();
    execute(0, "inspect", file);
    assertPrinted("total");
    execute(0, "inspect", "--text", file);
    assertPrinted("%tanh : f32[N, 1] = tanh(%dot)");
    execute(0, "inspect", "--gradient", "train", file);
    assertPrinted("signature \"gradient of train\"", "%gradients/dot/dot");
  }

  @Test
  void inspectDrawsAGraphAndItsGradient() throws IOException {
    String file = save(regression(false)).toString();
    Path svg = folder.resolve("graph.svg");
    execute(0, "inspect", file, "--svg", svg.toString());
    assertPrinted("drawn in " + svg);
    assertFalse(Files.readString(svg).contains(">gradients<"));
    execute(0, "inspect", file, "--svg", svg.toString(), "--gradient", "train");
    assertTrue(Files.readString(svg).contains(">gradients<"));
    execute(1, "inspect", file, "--svg", svg.toString(), "--boxes", "1");
    assertPrinted("even with all its scopes closed, a drawing may have 1");
  }

  @Test
  void networksAreNamedAsPeopleTypeThem() {
    execute(0, "train", "--help");
    assertPrinted("One of softmax, dense, convolutional; convolutional");
  }

  @Test
  void inspectReadsTheTextForm() throws IOException {
    Path file = folder.resolve("model.txt");
    Files.writeString(file, regression(false).toString());
    execute(0, "inspect", file.toString());
    assertPrinted("total");
  }

  @Test
  void trainEndsWithAModelThatPredicts() throws IOException {
    Path out = folder.resolve("run");
    String[] arguments = {
      "train", "--model", "softmax", "--images", "300", "--epochs", "2", "--out", out.toString()
    };
    execute(0, arguments);
    assertPrinted("test accuracy", "of 2,000 images", "model  " + out.resolve("model"));
    assertTrue(Files.readString(out.resolve("report.html")).contains("<svg"));
    Path image = folder.resolve("black.png");
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(28, 28, java.awt.image.BufferedImage.TYPE_BYTE_GRAY),
        "png",
        image.toFile());
    execute(0, "predict", out.resolve("model").toString(), image.toString());
    assertPrinted("black.png", "0.");
    assertFalse(output.toString().contains("--invert"), output::toString);
    execute(0, "predict", "--invert", out.resolve("model").toString(), image.toString());
    assertPrinted("black.png is light on its border", "try without --invert");
    execute(0, "inspect", out.resolve("model").toString());
    assertPrinted("graph 'digits'", "total");
    execute(1, "predict", out.resolve("model").toString(), folder.resolve("no.png").toString());
    assertPrinted("There is no file");
    execute(1, "train", "--data", folder.resolve("nowhere").toString());
  }

  @Test
  void countsThatMakeNoSenseAreRefused() {
    for (String option : List.of("--images", "--batch", "--threads")) {
      execute(2, "train", option, "0", "--out", folder.toString());
      assertPrinted(option + " is 1 or more, given 0.");
    }
    execute(2, "train", "--images", "20", "--epochs", "-1", "--out", folder.toString());
    assertPrinted("--epochs is 0 or more, given -1.");
    execute(2, "inspect", "any.adjoint", "--boxes", "0");
    assertPrinted("--boxes is 1 or more, given 0.");
    for (String option : List.of("--epochs", "--images")) {
      execute(2, "example", "lenet-5", option, "0", "--to", folder.toString());
      assertPrinted(option + " is 1 or more, given 0.");
    }
  }

  @Test
  void badDataIsOneSentenceAndHarmsNoModel() throws IOException {
    Path out = folder.resolve("run");
    execute(0, "train", "--model", "softmax", "--images", "20", "--out", out.toString());
    String model = out.resolve("model").toString();
    Path broken = Files.writeString(folder.resolve("broken.png"), "no image");
    execute(1, "predict", model, broken.toString());
    assertPrinted("broken.png is no image that can be read here. Pass PNG, JPEG, GIF or BMP.");
    Path nowhere = folder.resolve("nowhere");
    execute(1, "evaluate", model, "--data", nowhere.toString());
    assertPrinted(
        "There is no file " + nowhere.resolve("t10k-images-idx3-ubyte") + ", plain or as .gz.");
    Path notes = Files.writeString(folder.resolve("notes"), "a file, no folder");
    execute(1, "train", "--images=20", "--out=" + notes.resolve("run"));
    assertPrinted(notes + " is a file, no folder");
    execute(1, "evaluate", nowhere.toString(), "--data", folder.toString());
    assertPrinted("There is no file " + nowhere + ".");
    Files.write(folder.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0});
    Files.write(folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 0});
    execute(1, "train", "--data", folder.toString(), "--out", out.toString());
    assertPrinted("train-images-idx3-ubyte is cut off");
    execute(1, "train", "--model=softmax", "--images=20", "--batch=7", "--out=" + out);
    assertPrinted("are of another run", "The option --out names the folder.");
    execute(1, "predict", model, folder.toString());
    assertPrinted(folder + " is a folder, no image.");
    assertFalse(output.toString().contains("\tat "), output::toString);
    assertFalse(output.toString().contains("write: " + broken), output::toString);
    assertFalse(SavedModel.read(Path.of(model)).parameters().isEmpty());
  }

  @Test
  void explainPrintsPassesKernelsAndMemory() throws IOException {
    String file = save(regression(false)).toString();
    execute(0, "explain", file, "--signature", "train", "--size", "N=4");
    assertPrinted("signature 'train' for {N=4}", "== given", "Kernels", "Memory", "arena");
    execute(1, "explain", file, "--size", "M=3");
    assertPrinted("has no named size 'M', its named sizes are [N]");
    execute(1, "explain", file, "--signature", "nothing");
    assertPrinted("has no signature 'nothing'");
    execute(1, "explain", file, "--size", "N=4", "--memory-limit=0");
    assertPrinted("needs ", " bytes (arena ", "the session may take 0");
    execute(2, "explain", file, "--memory-limit=-1");
    assertPrinted("--memory-limit is 0 or more, given -1.");
  }

  @Test
  void profileTellsTheTimesOfKernelsAndNodes() throws IOException {
    String file = save(regression(false)).toString();
    Path trace = folder.resolve("trace.json");
    execute(
        0,
        "profile",
        file,
        "--size",
        "N=4",
        "--runs",
        "2",
        "--threads",
        "1",
        "--trace",
        trace.toString());
    assertPrinted(
        "signature 'train' for {N=4}, 2 runs",
        "dot f32[4, 1] 'dot'",
        "parameter f32[3, 1] 'w'",
        "~ is apportioned",
        "trace in " + trace);
    assertTrue(Files.readString(trace).contains("\"nodes\":[\""));
    execute(0, "profile", file, "--runs", "1", "--unfused");
    assertPrinted("signature 'train' for {N=2}, 1 runs", "all times are measured");
  }

  /** A graph of the text form may have parameters without any value, and several signatures. */
  @Test
  void profileFillsWhatHasNoValue() throws IOException {
    Path file = folder.resolve("graph.txt");
    GraphBuilder g = GraphBuilder.create("two");
    Value w = g.parameter("w", TensorType.parse("f32[2]"));
    g.signature("a").output("y", w.neg());
    g.signature("b").output("z", w.exp());
    Files.writeString(file, g.build().toString());
    execute(0, "profile", file.toString(), "--runs", "1");
    assertPrinted("signature 'a'", "signature 'b'");
    execute(2, "profile", file.toString(), "--trace", folder.resolve("t.json").toString());
    assertPrinted("--trace takes one signature: choose of [a, b] with --signature.");
    execute(2, "profile", file.toString(), "--runs", "0");
    assertPrinted("--runs is 1 or more, given 0.");
    execute(2, "profile", file.toString(), "--threads", "0");
    assertPrinted("--threads is 1 or more, given 0.");
  }

  @Test
  void checkRunsOnTheExecutor() throws IOException {
    String file = save(regression(false)).toString();
    execute(0, "check", file, "--executor", "--size", "N=4", "--seed", "5");
    assertPrinted("gradient check PASSED");
  }

  @Test
  void checkPassesAndFailsWithTheExitCode() throws IOException {
    execute(0, "check", save(regression(false)).toString(), "--size", "N=4", "--seed", "5");
    assertPrinted("gradient check PASSED", "seed 5");
    execute(1, "check", save(regression(true)).toString());
    assertPrinted("gradient check VACUOUS");
  }

  @Test
  void checkRefusesWhatMakesNoSense() throws IOException {
    String file = save(regression(false)).toString();
    execute(2, "check", file, "--order", "0");
    assertPrinted("--order is 1 or more, given 0.");
    execute(2, "check", file, "--tries", "0");
    assertPrinted("--tries is 1 or more, given 0.");
    for (String reader : List.of("check", "explain", "profile")) {
      execute(2, reader, file, "--size", "N=-1");
      assertPrinted("--size N is 0 or more, given -1.");
    }
    execute(1, "check", file, "--size", "M=3");
    assertPrinted("has no named size 'M', its named sizes are [N]");
  }

  @Test
  void inspectNamesTheFileAndLineOfAWrongText() throws IOException {
    Path file = folder.resolve("wrong.txt");
    Files.writeString(file, "graph \"wrong\"\n%x : f32[] = no_such_operator()\n");
    execute(1, "inspect", file.toString());
    assertPrinted("wrong.txt: Line 2", "no_such_operator");
  }

  @Test
  void checkWritesJunitXml() throws IOException {
    Path xml = folder.resolve("report.xml");
    String file = save(regression(true)).toString();
    execute(1, "check", file, "--junit-xml", xml.toString());
    String report = Files.readString(xml);
    assertTrue(report.contains("<failure type=\"VACUOUS\""), report);
  }

  @Test
  void checkTakesValuesFromFiles() throws IOException {
    Path values = folder.resolve("x.npy");
    Npy.write(values, Tensor.fill(DType.FLOAT32, Shape.of(2, 3), 0.25));
    execute(0, "check", save(regression(false)).toString(), "--value", "x=" + values);
  }

  @Test
  void missingAndDamagedFilesAreOneSentence() throws IOException {
    execute(1, "inspect", folder.resolve("nothing").toString());
    assertPrinted("There is no file");
    Path damaged = folder.resolve("damaged");
    Files.write(damaged, new byte[] {1, 2, 3});
    execute(1, "inspect", damaged.toString());
    assertFalse(output.toString().contains("\tat "), output::toString);
  }
}
