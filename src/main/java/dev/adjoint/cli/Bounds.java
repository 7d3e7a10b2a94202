package dev.adjoint.cli;

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
}
