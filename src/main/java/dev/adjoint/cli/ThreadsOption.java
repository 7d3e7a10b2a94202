package dev.adjoint.cli;

import dev.adjoint.runtime.SessionOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How many threads a command computes with. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "How many threads compute; all processors if not given.")
  private int threads = SessionOptions.standard().threads();

  /**
   * The standard options with so many threads.
   *
   * @throws ParameterException if there can be no such number of threads; the exit code is 2
   */
  SessionOptions running(CommandSpec command) {
    Bounds.requireAtLeast(command, 1, "--threads", threads);
    try {
      return SessionOptions.standard().withThreads(threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--threads: " + e.getMessage(), e);
    }
  }
}
