package dev.adjoint.cli;

import dev.adjoint.runtime.Session;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.train.Evaluation;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Mnist;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint evaluate MODEL}: judges a saved classifier by labelled images. */
@Command(
    name = "evaluate",
    header = "Judges a saved classifier by labelled images.",
    description =
        "Prints accuracy, loss and which class was taken for which, by the test images of a folder"
            + " in MNIST's format.",
    footer = "  adjoint evaluate digits/model --data mnist")
final class EvaluateCommand implements Callable<Integer> {
  private static final int JUDGED_AT_ONCE = 500;

  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = "The folder or file of a saved model.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "A folder with MNIST's two test files, t10k-images and t10k-labels, plain or .gz.")
  private Path data = Path.of("");

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    Session.prepare();
    SavedModel model = SavedModel.read(file);
    try (Session session = Session.open(model.graph(), model.parameters())) {
      Evaluation evaluation =
          Evaluation.of(session, Batches.of(Mnist.readTest(data), JUDGED_AT_ONCE));
      out.printf(
          "accuracy %.2f%%, among the first %d %.2f%%, loss %.4f, of %,d images%n",
          100 * evaluation.accuracy(),
          evaluation.top(),
          100 * evaluation.topAccuracy(),
          evaluation.loss(),
          evaluation.examples());
      evaluation.confusion().ifPresent(out::println);
    }
    out.flush();
    return 0;
  }
}
