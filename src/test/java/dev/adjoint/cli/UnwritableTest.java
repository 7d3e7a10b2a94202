package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Commands that are told to write where nothing can be written say so, before they work. */
class UnwritableTest {
  /** Commands that write a file; the last word is the option. */
  static final List<String> FILES =
      List.of("inspect GRAPH --svg", "check GRAPH --junit-xml", "serve GRAPH --access-log");

  /** Commands that write into a folder. */
  static final List<String> FOLDERS =
      List.of("train --images 20 --epochs 1 --model softmax --out", "example output-sizes --to");

  @TempDir private Path folder;
  private final StringWriter output = new StringWriter();

  @BeforeEach
  void saveGraph() throws IOException {
    GraphBuilder g = GraphBuilder.create("squares");
    var x = g.input("x", TensorType.parse("f32[3]"));
    g.signature("predict").output("y", x.mul(x).sum());
    Graph graph = g.build();
    GraphFile.write(graph, folder.resolve("graph"));
  }

  private void assertRefused(String command, Path place, String reason, String advice) {
    assertEquals(
        "Cannot write %s %s: %s. %s%n"
            .formatted(command.substring(command.lastIndexOf(' ') + 1), place, reason, advice),
        refusal(command, place));
  }

  /** What is said when a command is refused. */
  private String refusal(String command, Path place) {
    PrintWriter out = new PrintWriter(output);
    String graph = folder.resolve("graph").toString();
    String[] words =
        Stream.concat(Stream.of(command.split(" ")), Stream.of(place.toString()))
            .map(word -> word.equals("GRAPH") ? graph : word)
            .toArray(String[]::new);
    assertEquals(1, Adjoint.commandLine().setOut(out).setErr(out).execute(words));
    return output.toString();
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void aFolderIsNoFile(String command) {
    assertRefused(
        command, folder, "it is a folder", "Pass the name of a file, in it or elsewhere.");
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void theFolderOfAFileMustBeThere(String command) {
    Path missing = folder.resolve("missing");
    assertRefused(
        command,
        missing.resolve("out"),
        "there is no folder " + missing,
        "Make it, or pass a file in another one.");
    assertFalse(Files.exists(missing));
  }

  private void assertLeadsThroughAFile(String command, Path file, Path place) {
    assertRefused(
        command, place, file + " is a file, no folder", "Pass a path that leads through folders.");
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void aFileHoldsNoFile(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    assertLeadsThroughAFile(command, file, file.resolve("out"));
    assertEquals("kept", Files.readString(file));
  }

  @ParameterizedTest
  @FieldSource("FOLDERS")
  void aFileIsNoFolder(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    assertLeadsThroughAFile(command, file, file);
    output.getBuffer().setLength(0);
    assertLeadsThroughAFile(command, file, file.resolve("deep/out"));
    assertEquals("kept", Files.readString(file));
  }

  private Path closed(String name) throws IOException {
    Path closed = Files.createDirectory(folder.resolve(name));
    assumeTrue(Files.getFileStore(closed).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "whoever may do everything may write there");
    return closed;
  }

  @ParameterizedTest
  @FieldSource({"FILES", "FOLDERS"})
  void aReadOnlyFolderTakesNeitherFileNorFolder(String command) throws IOException {
    Path closed = closed("closed");
    assertRefused(
        command,
        closed.resolve("out"),
        "files may not be made in " + closed,
        "Change the folder's permissions, or pass another one.");
  }

  /** A place that only the attempt shows to be none. */
  @Test
  void aFullDeviceIsNamed() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full));
    // Between stands what the system says, in its language.
    String said = refusal("inspect GRAPH --svg", full);
    assertTrue(said.startsWith("Cannot write --svg /dev/full: "), said);
    assertTrue(said.endsWith(". Pass another file, or make room for it.%n".formatted()), said);
  }

  @Test
  void aPathWithoutAFolderIsInTheCurrentOne() throws IOException {
    new Destination("--svg", Path.of("graph.svg")).requireFile();
    assertTrue(Files.notExists(Path.of("graph.svg")));
  }
}
