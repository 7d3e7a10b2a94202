package dev.adjoint.cli;

import dev.adjoint.check.CheckListener;
import java.io.PrintWriter;

/** A line on a terminal that says how a check goes; closing removes it. */
final class CheckProgress implements CheckListener, AutoCloseable {
  private static final int WIDTH = 79;

  private final String signature;
  private final PrintWriter terminal;

  CheckProgress(String signature, PrintWriter terminal) {
    this.signature = signature;
    this.terminal = terminal;
  }

  @Override
  public void atStep(String what, int done, int steps) {
    show("signature '%s': %d of %d, %s".formatted(signature, done, steps, what));
  }

  @Override
  public void close() {
    show("");
    terminal.print('\r');
    terminal.flush();
  }

  /** Over the line that is there; a longer one would break and stay. */
  private void show(String line) {
    String fitting = line.substring(0, Math.min(line.length(), WIDTH));
    terminal.print("\r" + fitting + " ".repeat(WIDTH - fitting.length()));
    terminal.flush();
  }
}
