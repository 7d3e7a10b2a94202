package dev.adjoint.cli;

import dev.adjoint.runtime.RunException;
import dev.adjoint.saved.SavedGraphException;
import dev.adjoint.train.TrainingException;
import dev.adjoint.train.data.DataFormatException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code adjoint}. Alone it only explains itself; the work is done by its sub-commands.
 *
 * <p>The exit code is 0 after success, 1 after a failure, 2 when the command line was not
 * understood.
 */
@Command(
    name = "adjoint",
    scope = ScopeType.INHERIT,
    description = "Builds, trains, inspects, serves and checks differentiable graphs.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  adjoint train",
      "  adjoint train --help",
      "  source <(adjoint generate-completion)"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It was done.",
      "1:It failed; what is wrong was printed.",
      "2:The command line was not understood."
    },
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExampleCommand.class,
      InspectCommand.class,
      ExplainCommand.class,
      CheckCommand.class,
      ServeCommand.class,
      GenerateCompletion.class
    })
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
    System.exit(commandLine().execute(arguments));
  }

  /** The command with everything below it; errors become one line each, without a stack trace. */
  static CommandLine commandLine() {
    return new CommandLine(new Adjoint())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, _) -> {
          command.getErr().println(describe(failure));
          command.getErr().flush();
          return command.getCommandSpec().exitCodeOnExecutionException();
        });
  }

  private static String describe(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missingFile(missing);
      case Destination.UnwritableException problem -> String.valueOf(problem.getMessage());
      case AccessDeniedException denied ->
          "%s may not be read or written. Change its permissions.".formatted(denied.getFile());
      case SavedGraphException problem -> String.valueOf(problem.getMessage());
      case BindException problem -> String.valueOf(problem.getMessage());
      case DataFormatException problem -> String.valueOf(problem.getMessage());
      case IOException problem -> "Cannot read or write: " + problem.getMessage();
      case TrainingException problem -> String.valueOf(problem.getMessage());
      case RunException problem -> String.valueOf(problem.getMessage());
      case IllegalArgumentException problem -> String.valueOf(problem.getMessage());
      default -> "This should not happen, please report it: " + failure;
    };
  }

  private static String missingFile(NoSuchFileException missing) {
    String more = missing.getReason() == null ? "" : ", " + missing.getReason();
    return "There is no file %s%s.".formatted(missing.getFile(), more);
  }

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Say which command to run.");
  }
}
