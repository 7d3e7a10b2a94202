package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.serve.ModelRepository.State;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
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
  void aPortInUseIsAFailure() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertEquals(1, serve("--port", Integer.toString(taken.getLocalPort())));
      assertTrue(output.toString().startsWith("Cannot listen at 127.0.0.1:"), output::toString);
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
}
