package dev.adjoint.cli;

import dev.adjoint.cli.example.Example;
import dev.adjoint.cli.example.ExampleSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint example NAME}: runs one of the programs that show Adjoint at work. */
@Command(
    name = "example",
    header = "Runs a program that shows Adjoint at work.",
    description =
        "From the gradient of a convolution, as graph and as numbers, to networks that learn to"
            + " tell digits apart.",
    footer = {
      "  adjoint example convolution-gradients",
      "  adjoint example lenet-5 --data mnist --epochs 3"
    })
final class ExampleCommand implements Callable<Integer> {
  /** The names of the examples, for help and completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Example.all().stream().map(Example::name).iterator();
    }
  }

  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      description = "Which one: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "Where it writes files; ${DEFAULT-VALUE} if not given.")
  private Path folder = Path.of("target", "example");

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "For examples that learn digits: the folder with the four files of MNIST, with or without"
              + " .gz. Without it they learn digits drawn by strokes.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--epochs",
      paramLabel = "COUNT",
      description = "How often examples that learn go through all images; as often as suits.")
  private Optional<Integer> epochs = Optional.empty();

  @Option(
      names = "--images",
      paramLabel = "COUNT",
      description = "How many images they learn from, and at most how many judge them; all.")
  private Optional<Integer> images = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Bounds.requireAtLeast(command, 1, "--epochs", epochs.orElse(1));
    Bounds.requireAtLeast(command, 1, "--images", images.orElse(1));
    Example example =
        Example.all().stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new ParameterException(
                    command.commandLine(),
                    "There is no example '%s', only %s."
                        .formatted(name, String.join(", ", new Names()))));
    new Destination("--to", folder).makeFolder();
    example.run(new ExampleSettings(command.commandLine().getOut(), folder, data, epochs, images));
    command.commandLine().getOut().flush();
    return 0;
  }
}
