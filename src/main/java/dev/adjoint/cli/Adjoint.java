package dev.adjoint.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code adjoint}. Alone it only explains itself; the work is done by its sub-commands.
 *
 * <p>The exit code is 0 after success, 1 after a failure, 2 when the command line was not
 * understood.
 */
@Command(
    name = "adjoint",
    description = "Builds, inspects, runs and serves differentiable graphs.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Adjoint implements Runnable {
  @Spec private CommandSpec command = CommandSpec.create();

  /** Made by the command line's parser, which fills in what was asked. */
  public Adjoint() {}

  /**
   * Runs one command and ends the JVM with its exit code.
   *
   * @param arguments the words after {@code adjoint}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Adjoint()).execute(arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Say which command to run.");
  }
}
