package dev.adjoint.cli;

import dev.adjoint.runtime.RunException;
import dev.adjoint.saved.SavedGraphException;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.NpyFormatException;
import dev.adjoint.train.OtherRunException;
import dev.adjoint.train.TrainingException;
import dev.adjoint.train.data.DataFormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code adjoint}. Alone it only explains itself; the work is done by its sub-commands.
 *
 * <p>The exit code is 0 after success, 1 after a failure, 2 when the command line was not
 * understood, 141 when what was printed was not read to its end, as by {@code head}.
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
      "2:The command line was not understood.",
      "141:Nobody read all that was printed."
    },
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExampleCommand.class,
      InspectCommand.class,
      ExplainCommand.class,
      ProfileCommand.class,
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
    LauncherWatch.start();
    System.exit(commandLine().execute(arguments));
  }

  /** The command with everything below it; errors become one line each, without a stack trace. */
  static CommandLine commandLine() {
    return new CommandLine(new Adjoint())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Adjoint::runWhole)
        .setParameterExceptionHandler(Adjoint::refuse)
        .setExecutionExceptionHandler((failure, command, _) -> {
          command.getErr().println(describe(failure));
          command.getErr().flush();
          return command.getCommandSpec().exitCodeOnExecutionException();
        });
  }

  /**
   * Runs the command, if all of its words mean something, and looks whether its output was lost.
   */
  private static int runWhole(ParseResult words) {
    for (CommandLine part : words.asCommandLineList()) {
      // Where help is asked for, the parser lets pass what it does not know.
      List<String> unknown = part.getParseResult().unmatched();
      if (!unknown.isEmpty()) {
        throw new UnmatchedArgumentException(part, unknown);
      }
    }
    int code = new RunLast().execute(words);
    CommandLine command = words.commandSpec().commandLine();
    // A writer may keep quiet about what the stream below it has lost, so that is asked too.
    boolean lost = command.getOut().checkError() || StandardOutput.isLost();
    if (StandardOutput.isClosedPipe()) {
      return code == 0 ? StandardOutput.CLOSED_PIPE : code;
    }
    if (lost) {
      command.getErr().println("The output is lost: where it goes is full or closed.");
      command.getErr().flush();
    }
    return lost && code == 0 ? command.getCommandSpec().exitCodeOnExecutionException() : code;
  }

  /** What is wrong with a command line, and where to read what is right. */
  private static int refuse(ParameterException problem, String[] words) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(problem.getMessage());
    UnmatchedArgumentException.printSuggestions(problem, err);
    err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String describe(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missingFile(missing);
      case Destination.UnwritableException problem -> String.valueOf(problem.getMessage());
      case AccessDeniedException denied ->
          "%s may not be read or written. Change its permissions.".formatted(denied.getFile());
      case SavedGraphException problem -> String.valueOf(problem.getMessage());
      case BindException problem -> String.valueOf(problem.getMessage());
      case NpyFormatException problem -> String.valueOf(problem.getMessage());
      case DataFormatException problem -> String.valueOf(problem.getMessage());
      case FileSystemException problem ->
          "Cannot read or write %s: %s."
              .formatted(
                  problem.getFile(),
                  Objects.requireNonNullElse(problem.getReason(), "the system refuses it"));
      case IOException problem -> "Cannot read or write: " + problem.getMessage();
      case OtherRunException problem ->
          problem.getMessage() + " The option --out names the folder.";
      case TrainingException problem -> String.valueOf(problem.getMessage());
      case RunException problem -> String.valueOf(problem.getMessage());
      case IllegalArgumentException problem -> String.valueOf(problem.getMessage());
      default -> "This should not happen, please report it: " + failure;
    };
  }

  private static String missingFile(NoSuchFileException missing) {
    String more = missing.getReason() == null ? "" : ", " + missing.getReason();
    return "There is no file %s%s.%s"
        .formatted(missing.getFile(), more, meant(Path.of(missing.getFile())));
  }

  /**
   * The model inside a folder that was taken for one itself, as the folder of a training run is.
   */
  private static String meant(Path missing) {
    Path folder = missing.getParent();
    if (folder == null || !missing.endsWith(SavedModel.FILE)) {
      return "";
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(path -> Files.exists(path.resolve(SavedModel.FILE)))
          .sorted()
          .findFirst()
          .map(" There is a model in %s."::formatted)
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void run() {
    command.commandLine().usage(command.commandLine().getErr());
    throw new ParameterException(command.commandLine(), "Say which command to run.");
  }
}
