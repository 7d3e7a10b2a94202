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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir private Path folder;

  private String execute(int expectedCode, String... arguments) {
    StringWriter output = new StringWriter();
    int code =
        Adjoint.commandLine()
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output))
            .execute(arguments);
    assertEquals(expectedCode, code, output::toString);
    return output.toString();
  }

  private static void assertContains(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> part + " is not in " + text);
    }
  }

  /** Saturates, so that no derivative is left, unless the parameter is as small as a saved one. */
  private static Graph saturating() {
    GraphBuilder g = GraphBuilder.create("saturating");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value w = g.parameter("w", TensorType.of(DType.FLOAT32, 2, 3));
    g.signature("predict").output("y", x.matmul(w.mul(1e6)).tanh());
    return g.build();
  }

  private String saved() throws IOException {
    Path model = folder.resolve("model");
    Tensor small = Tensor.of(new float[] {1e-6f, -2e-6f, 5e-7f, 3e-6f, -1e-6f, 2e-6f}, 2, 3);
    SavedModel.write(model, saturating(), Map.of("w", small));
    return model.toString();
  }

  @Test
  void aModelIsCheckedAtItsSavedValues() throws IOException {
    String model = saved();
    assertContains(execute(0, "check", model, "--seed", "5"), "gradient check PASSED");
    assertContains(
        execute(1, "check", model, "--seed", "5", "--draw-parameters"), "gradient check VACUOUS");
  }

  @Test
  void aGraphWithoutValuesIsCheckedAtDrawnOnes() throws IOException {
    Path file = folder.resolve("graph.adjoint");
    GraphFile.write(saturating(), file);
    assertContains(execute(1, "check", file.toString(), "--seed", "5"), "VACUOUS");
    Path values = folder.resolve("w.npy");
    Npy.write(values, Tensor.fill(DType.FLOAT32, Shape.of(2, 3), 1e-6));
    execute(0, "check", file.toString(), "--seed", "5", "--value", "w=" + values);
  }

  @Test
  void aGivenValueGoesBeforeASavedOne() throws IOException {
    Path values = folder.resolve("w.npy");
    Npy.write(values, Tensor.fill(DType.FLOAT32, Shape.of(2, 3), 1));
    assertContains(
        execute(1, "check", saved(), "--seed", "5", "--value", "w=" + values), "VACUOUS");
  }

  @Test
  void theMainJobsModelPassesWithoutOptions() {
    Path out = folder.resolve("digits");
    execute(
        0, "train", "--model=softmax", "--images=20", "--epochs=1", "--threads=1", "--out=" + out);
    String report = execute(0, "check", out.resolve("model").toString());
    assertContains(report, "PASSED: signature 'predict'", "PASSED: signature 'evaluate'");
    assertFalse(report.contains("\r"), "A line of progress where there is no terminal: " + report);
  }

  @Test
  void adviceNamesOptionsAndShowsNoGraph() throws IOException {
    Path xml = folder.resolve("report.xml");
    String model = saved();
    String report =
        execute(1, "check", model, "--draw-parameters", "--seed=5", "--junit-xml=" + xml);
    assertContains(
        report,
        "Pass values where it is not by --value NODE=FILE.npy",
        "--with-respect-to",
        "To repeat: the same command with --signature predict --seed 5",
        "To see the graph: adjoint inspect --text " + model);
    for (String text : List.of(report, Files.readString(xml))) {
      assertFalse(text.contains("withRespectTo"), text);
      assertFalse(text.contains("seed(5L)"), text);
      assertFalse(text.contains("graph \"saturating\""), text);
    }
  }

  @Test
  void onlyWhatIsNamedIsMoved() throws IOException {
    String report = execute(0, "check", saved(), "--with-respect-to", "w");
    assertContains(report, "  'w' f32[2, 3]: agrees");
    assertFalse(report.contains("  'x'"), report);
    assertContains(execute(1, "check", saved(), "--with-respect-to", "y"), "has no node 'y'");
  }

  @Test
  void aTerminalShowsOneLineWhichIsRemoved() {
    StringWriter terminal = new StringWriter();
    try (CheckProgress progress = new CheckProgress("predict", new PrintWriter(terminal))) {
      progress.atStep("'w'", 3, 19);
      progress.atStep("'" + "long/".repeat(40) + "'", 4, 19);
    }
    List<String> lines = List.of(terminal.toString().split("\r", -1));
    assertEquals("signature 'predict': 3 of 19, 'w'", lines.get(1).strip());
    assertTrue(lines.get(2).startsWith("signature 'predict': 4 of 19, 'long/"), lines::toString);
    assertTrue(lines.get(3).isBlank(), lines::toString);
    assertEquals("", lines.getLast());
    assertEquals(79, lines.stream().mapToInt(String::length).max().orElse(0));
  }
}
