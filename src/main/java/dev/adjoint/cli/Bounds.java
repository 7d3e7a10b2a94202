package dev.adjoint.cli;

import dev.adjoint.runtime.SessionOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses numbers that make no sense, before any work, as part of the command line. */
final class Bounds {
  private Bounds() {}

  /**
   * Checks the value of an option.
   *
   * @throws ParameterException if it is less than {@code least}; the exit code is 2
   */
  static void requireAtLeast(CommandSpec command, long least, String option, long given) {
    if (given < least) {
      throw new ParameterException(
          command.commandLine(), "%s is %d or more, given %d.".formatted(option, least, given));
    }
  }

  /**
   * The standard options with so many threads, as {@code --threads} says.
   *
   * @throws ParameterException if there can be no such number of threads; the exit code is 2
   */
  static SessionOptions withThreads(CommandSpec command, int threads) {
    requireAtLeast(command, 1, "--threads", threads);
    try {
      return SessionOptions.standard().withThreads(threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--threads: " + e.getMessage(), e);
    }
  }
}
