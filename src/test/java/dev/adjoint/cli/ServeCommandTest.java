package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.ModelRepository.State;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code adjoint serve} says. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServeCommandTest {
  @TempDir private Path folder;
  private final StringWriter output = new StringWriter();

  private int serve(String... options) {
    PrintWriter out = new PrintWriter(output);
    String[] words = new String[options.length + 2];
    words[0] = "serve";
    words[1] = folder.toString();
    System.arraycopy(options, 0, words, 2, options.length);
    return Adjoint.commandLine().setOut(out).setErr(out).execute(words);
  }

  @Test
  void aPortInUseIsAFailureAndOneLine() throws Exception {
    List<String> logged = new ArrayList<>();
    Logger library = Logger.getLogger("io.helidon");
    library.addHandler(
        new StreamHandler() {
          @Override
          public void publish(LogRecord event) {
            logged.add(event.getMessage());
          }
        });
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertEquals(1, serve("--port", Integer.toString(taken.getLocalPort())));
      assertTrue(output.toString().startsWith("Cannot listen at 127.0.0.1:"), output::toString);
      assertEquals(1, output.toString().lines().count(), output::toString);
      assertEquals(List.of(), logged);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--port, 99999, from 0 to 65535",
    "--timeout-ms, 0, timeout is positive",
    "--max-delay-us, -1, maxDelay is from 0"
  })
  void whatIsOutOfRangeIsNotUnderstood(String option, String value, String message) {
    assertEquals(2, serve(option, value));
    assertTrue(output.toString().contains(message), output::toString);
  }

  @Test
  void eachChangeIsOneLine() {
    State loading = new State("a", "", "LOADING", "");
    State ready = new State("a", "1", "READY", "");
    State failed = new State("b", "2", "UNAVAILABLE", "no file");
    assertEquals(List.of(), ServeCommand.news(List.of(), List.of(loading)));
    assertEquals(
        List.of("model a version 1 is ready", "model b version 2 is unavailable: no file"),
        ServeCommand.news(List.of(loading), List.of(ready, failed)));
    assertEquals(List.of(), ServeCommand.news(List.of(ready, failed), List.of(ready, failed)));
  }

  private void write(String model) throws IOException {
    GraphBuilder g = GraphBuilder.create("same");
    g.signature("predict").output("y", g.input("x", DType.FLOAT32, Shape.parse("[N, 2]")));
    SavedModel.write(folder.resolve(model), g.build(), Map.of());
  }

  /** A command in a JVM of its own. */
  static ProcessBuilder program(List<String> properties, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(properties);
    command.addAll(
        List.of("-classpath", System.getProperty("java.class.path"), Adjoint.class.getName()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder;
  }

  /** The launcher is a process like any other, killed by force; of models there are none yet. */
  @Test
  void endsInOrderWhenItsLauncherIsGone() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sleep")));
    Process launcher = new ProcessBuilder("/bin/sleep", "60").start();
    String property = "-D%s=%d".formatted(LauncherWatch.PROPERTY, launcher.pid());
    Process server =
        program(List.of(property), "serve", folder.toString(), "--port", "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = server.inputReader()) {
      assertTrue(said.readLine().startsWith("serving at"));
      assertEquals("the server is ready", said.readLine());
      assertTrue(said.readLine().startsWith("there is no model in %s yet".formatted(folder)));
      launcher.destroyForcibly();
      assertEquals("stopping when all requests are answered", said.readLine());
      assertNull(said.readLine());
      assertEquals(143, server.waitFor());
    } finally {
      launcher.destroyForcibly();
      server.destroyForcibly();
    }
  }

  /** All that it prints, in a JVM of its own: the libraries have nothing to say. */
  @Test
  void saysWhereItListensAndWhatItServes() throws Exception {
    write("first/1");
    write("second/3");
    Path errors = folder.resolve("errors.txt");
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/model.adjoint"), "no graph");
    Process server =
        program(List.of(), "serve", folder.toString(), "--port", "0")
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader said = server.inputReader()) {
      String first = said.readLine();
      assertTrue(first.matches("serving at http://127\\.0\\.0\\.1:\\d+"), first);
      String broken = said.readLine();
      assertTrue(broken.startsWith("model broken version 1 is unavailable: "), broken);
      assertEquals("model first version 1 is ready", said.readLine());
      assertEquals("model second version 3 is ready", said.readLine());
      server.toHandle().destroy();
      assertEquals("stopping when all requests are answered", said.readLine());
      assertNull(said.readLine());
    } finally {
      server.destroyForcibly();
    }
    assertEquals(
        List.of(), Files.readAllLines(errors).stream().filter(line -> !isOfTheJvm(line)).toList());
  }

  /** What the JVM says by itself, here always and on some machines. */
  private static boolean isOfTheJvm(String line) {
    return line.equals("WARNING: Using incubator modules: jdk.incubator.vector")
        || line.contains(" VM warning: ");
  }
}
