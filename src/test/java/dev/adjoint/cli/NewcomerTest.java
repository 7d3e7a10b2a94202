package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.TensorType;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** What people type who use a command for the first time, and what they are told. */
class NewcomerTest {
  @TempDir private Path folder;
  private final StringWriter output = new StringWriter();

  private void execute(int expectedCode, String... arguments) {
    output.getBuffer().setLength(0);
    PrintWriter out = new PrintWriter(output);
    int code = Adjoint.commandLine().setOut(out).setErr(out).execute(arguments);
    assertEquals(expectedCode, code, output::toString);
  }

  private void assertPrinted(String expected) {
    assertTrue(output.toString().contains(expected), output::toString);
  }

  private Path write(Path model) throws IOException {
    GraphBuilder g = GraphBuilder.create("squares");
    var x = g.input("x", TensorType.parse("f32[3]"));
    g.signature("predict").output("y", x.mul(x).sum());
    SavedModel.write(model, g.build(), Map.of());
    return model;
  }

  @Test
  void moreThreadsThanAnyMachineHasAreRefused() {
    Path out = folder.resolve("run");
    execute(2, "train", "--threads", "100000", "--out", out.toString());
    assertPrinted("--threads: A session has ");
    assertPrinted(" threads at most, given 100,000.");
    assertFalse(Files.exists(out));
  }

  @Test
  void theFolderOfARunLeadsToItsModel() throws IOException {
    Path model = write(folder.resolve("digits/model"));
    execute(1, "inspect", model.getParent().toString());
    assertPrinted("There is a model in %s.".formatted(model));
    execute(1, "evaluate", model.getParent().toString(), "--data", folder.toString());
    assertPrinted("There is a model in %s.".formatted(model));
    execute(1, "inspect", folder.toString());
    assertFalse(output.toString().contains("There is a model"), output::toString);
  }

  @Test
  void aRunThatCannotStartLeavesNoFolder() {
    Path out = folder.resolve("run");
    execute(1, "train", "--data", folder.resolve("nope").toString(), "--out", out.toString());
    assertPrinted("There is no file");
    assertFalse(Files.exists(out));
  }

  @Test
  void aFolderHasAName() {
    execute(1, "train", "--out", "");
    assertPrinted("Cannot write --out '': it has no name. Pass one; '.' is the current folder.");
  }

  @Test
  void whatMayNotBeReadIsNotCalledDamaged() throws IOException {
    Path model = write(folder.resolve("model"));
    Path image = Files.writeString(folder.resolve("secret.png"), "secret");
    assumeTrue(Files.getFileStore(image).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(image), "whoever may do everything may read it");
    execute(1, "check", model.toString(), "--value", "x=" + image);
    assertPrinted(image + " may not be read or written. Change its permissions.");
  }

  @Test
  void aFileThatIsNoTensorIsNamed() throws IOException {
    Path model = write(folder.resolve("model"));
    Path text = Files.writeString(folder.resolve("f.txt"), "1 2 3");
    execute(1, "check", model.toString(), "--value", "x=" + text);
    assertTrue(output.toString().startsWith(text + ": "), output::toString);
  }

  @Test
  void outputThatIsLostIsAFailure() throws IOException {
    Path model = write(folder.resolve("model"));
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full));
    StringWriter errors = new StringWriter();
    try (PrintStream stream = new PrintStream(new FileOutputStream(full.toFile()))) {
      int code =
          Adjoint.commandLine()
              .setOut(new PrintWriter(stream))
              .setErr(new PrintWriter(errors))
              .execute("inspect", model.toString());
      assertEquals(1, code);
    }
    assertTrue(errors.toString().startsWith("The output is lost"), errors::toString);
  }

  /** Of a program of its own, whose output goes where the shell says. */
  private Process printing(String output) throws IOException {
    Path shell = Path.of("/bin/sh");
    assumeTrue(Files.isExecutable(shell));
    List<String> words = new ArrayList<>(List.of(shell.toString(), "-c"));
    // It starts when it is told to.
    words.add("read go; exec \"$@\" " + output);
    words.add("sh");
    ProcessBuilder program = ServeCommandTest.program(List.of(), "--help");
    words.addAll(program.command());
    Path errors = folder.resolve("errors.txt");
    return program.command(words).redirectError(errors.toFile()).start();
  }

  private String errorsOf(Process process, int code) throws Exception {
    process.outputWriter().append("go\n").close();
    assertEquals(code, process.waitFor());
    return Files.readString(folder.resolve("errors.txt"))
        .replace("WARNING: Using incubator modules: jdk.incubator.vector", "")
        .strip();
  }

  @Test
  void aPipeThatNobodyReadsEndsTheProgramQuietly() throws Exception {
    Process process = printing("");
    process.getInputStream().close();
    assertEquals("", errorsOf(process, 141));
  }

  @Test
  void aFullDeviceIsNamedByTheProgram() throws Exception {
    assumeTrue(Files.isWritable(Path.of("/dev/full")));
    assertEquals(
        "The output is lost: where it goes is full or closed.",
        errorsOf(printing("> /dev/full"), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"blah --help", "inspect a b --help", "--help blah"})
  void helpForWhatIsNotThereIsRefused(String words) {
    execute(2, words.split(" "));
    assertPrinted("nmatched argument");
  }

  @Test
  void aWrongOptionIsOneLineAndAHint() {
    execute(2, "train", "--epochs", "many");
    assertPrinted("Try 'adjoint train --help'.");
    assertEquals(2, output.toString().lines().count(), output::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "1048576, 1048576",
    "100MB, 100000000",
    "2GiB, 2147483648",
    "3 kb, 3000",
    "7K, 7000",
    "1TiB, 1099511627776",
    "12B, 12"
  })
  void bytesAreReadAsPeopleWriteThem(String text, long expected) {
    assertEquals(expected, new ByteCount().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "1.5GB", "2iB", "2Gi", "2XB", "9999999TB"})
  void whatIsNoNumberOfBytesIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> new ByteCount().convert(text));
  }

  @Test
  void aMemoryLimitHasAUnit() throws IOException {
    String model = write(folder.resolve("model")).toString();
    execute(0, "explain", model, "--memory-limit", "100MB");
    assertPrinted("f32 arena at element ");
    execute(2, "explain", model, "--memory-limit", "much");
    assertPrinted("'much' is no number of bytes");
    execute(2, "serve", model, "--max-request-bytes", "2GiB");
    assertPrinted("--max-request-bytes is below 2GiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "evaluate", "predict", "example", "inspect", "explain", "serve"})
  void helpSaysWhatToGiveNotHowAFieldIsNamed(String name) {
    execute(0, name, "--help");
    assertFalse(output.toString().contains("=<"), output::toString);
  }
}
