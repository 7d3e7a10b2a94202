package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AdjointTest {
  private final StringWriter output = new StringWriter();
  private final CommandLine command =
      new CommandLine(new Adjoint())
          .setOut(new PrintWriter(output))
          .setErr(new PrintWriter(output));

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
}
