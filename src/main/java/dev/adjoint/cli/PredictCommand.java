package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.saved.Background;
import dev.adjoint.saved.ImageInput;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.data.ImageFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint predict MODEL IMAGE...}: what a saved classifier takes image files for. */
@Command(
    name = "predict",
    header = "Says what a saved classifier takes images for.",
    description =
        "Prints each image as the network sees it, and the likeliest classes with their"
            + " probabilities. Images are scaled to the size that the model takes, and prepared as"
            + " its 'preprocessing' says.",
    footer = {
      "  adjoint predict digits/model seven.png",
      "  adjoint predict digits/model --invert scanned/*.jpg"
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "MODEL", description = "A saved model's folder or file.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "PNG, JPEG, GIF or BMP files.")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--invert",
      description = "The images are dark on light, the model learned light on dark.")
  private boolean inverts;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    Session.prepare();
    SavedModel model = SavedModel.read(file);
    Graph graph = model.graph();
    ImageInput input = ImageInput.of(graph, graph.signature("predict"));
    try (Session session = Session.open(graph, model.parameters())) {
      for (Path image : images) {
        Tensor seen = input.seen(ImageFile.read(image, input.imageShape()), inverts);
        Classification.of(session, input, seen).print(image.toString(), out);
        out.flush();
        Background.learnedBy(graph)
            .filter(learned -> learned != Background.of(seen))
            .ifPresent(learned -> hint(image, learned));
      }
    }
    return 0;
  }

  /** The answer stands: some digits fill their image. */
  private void hint(Path image, Background learned) {
    PrintWriter err = command.commandLine().getErr();
    err.printf(
        "%s is %s on its border, the model learned from images that are %s there; try %s"
            + " --invert.%n",
        image,
        learned == Background.DARK ? "light" : "dark",
        learned == Background.DARK ? "dark" : "light",
        inverts ? "without" : "with");
    err.flush();
  }
}
