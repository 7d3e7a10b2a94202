package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.saved.Background;
import dev.adjoint.saved.ImageInput;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Evaluation;
import dev.adjoint.train.Network;
import dev.adjoint.train.Optimizer;
import dev.adjoint.train.Progress;
import dev.adjoint.train.Schedule;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.Mnist;
import dev.adjoint.train.data.StrokeDigits;
import dev.adjoint.train.data.TrainTest;
import dev.adjoint.train.report.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code adjoint train}: teaches a network to tell digits apart. */
@Command(
    name = "train",
    header = "Teaches a network to tell digits apart.",
    description =
        "Trains a network on images of digits, judges it by images that it never saw, and leaves"
            + " a model and a report. Without --data the digits are drawn by strokes, shifted,"
            + " turned, slanted and noisy; with it they are those of MNIST or of any data set in"
            + " its format, plain or .gz. A tenth of the training images is held out, and decides"
            + " which epoch's parameters are kept. A run that was stopped goes on from its last"
            + " checkpoint when the same command is given again.",
    footer = {
      "  adjoint train",
      "  adjoint train --data mnist --model dense --epochs 10 --out mnist-dense"
    })
final class TrainCommand implements Callable<Integer> {
  /** The networks by the names of the option. */
  @SuppressWarnings("ImmutableEnumChecker") // The networks are functions without state.
  enum Kind {
    /** One dense layer. */
    SOFTMAX((x, layers, _) -> layers.dense("logits", Layers.flatten(x), DIGITS)),
    /** A hidden layer with dropout. */
    DENSE((x, layers, mode) -> {
      var h = layers.dense("hidden", Layers.flatten(x), 128).relu();
      return layers.dense("logits", mode.dropout(layers, "dropout", h, 0.2), DIGITS);
    }),
    /** Two rounds of convolution and pooling, then dense layers. */
    CONVOLUTIONAL((x, layers, mode) -> {
      var h = layers.conv2d("conv1", x, 8, 5, Conv.same()).relu();
      h = Poolings.maxPool(h, Pool.of(2, 2));
      h = layers.conv2d("conv2", h, 16, 5, Conv.same()).relu();
      h = Poolings.maxPool(h, Pool.of(2, 2));
      h = layers.dense("hidden", Layers.flatten(h), 64).relu();
      return layers.dense("logits", mode.dropout(layers, "dropout", h, 0.2), DIGITS);
    });

    private final Network network;

    Kind(Network network) {
      this.network = network;
    }

    /** As people type it; help and completion show it so. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int DIGITS = 10;
  private static final int DRAWN_TRAIN = 20_000;
  private static final int DRAWN_TEST = 2_000;
  private static final int JUDGED_AT_ONCE = 500;
  private static final int LOOKED_AT = 100;
  private static final int PREFETCHED = 4;
  private static final double RATE = 0.002;
  private static final double DECAY = 0.6;

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with the four files of MNIST; drawn digits if not given.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
  private Kind model = Kind.CONVOLUTIONAL;

  @Option(
      names = "--epochs",
      paramLabel = "COUNT",
      description = "How often to go through all images; ${DEFAULT-VALUE}.")
  private int epochs = 4;

  @Option(
      names = "--batch",
      paramLabel = "COUNT",
      description = "How many images a step takes; ${DEFAULT-VALUE}.")
  private int batch = 100;

  @Option(
      names = "--images",
      paramLabel = "COUNT",
      description = "Use this many training images only.")
  private Optional<Integer> images = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of first values, order and dropout; ${DEFAULT-VALUE}.")
  private long seed = 42;

  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where model, checkpoints and report go; ${DEFAULT-VALUE}.")
  private Path folder = Path.of("digits");

  @Override
  public Integer call() throws IOException {
    Bounds.requireAtLeast(command, 1, "--images", images.orElse(1));
    Bounds.requireAtLeast(command, 1, "--batch", batch);
    Bounds.requireAtLeast(command, 0, "--epochs", epochs);
    SessionOptions running = threads.running(command);
    Destination place = new Destination("--out", folder);
    place.requireFolder();
    PrintWriter out = command.commandLine().getOut();
    TrainTest digits = digits();
    place.makeFolder();
    int held = digits.train().size() / 10;
    Dataset learned = digits.train().slice(0, digits.train().size() - held);
    Dataset validation = digits.train().slice(digits.train().size() - held, digits.train().size());
    TrainingResult result =
        Trainer.of(
                graph(digits.train(), Math.ceilDiv(learned.size(), batch)),
                Batches.of(learned, batch).shuffled(seed).prefetched(PREFETCHED))
            .validation(Batches.of(validation, JUDGED_AT_ONCE))
            .epochs(epochs)
            .options(running)
            .checkpoints(folder.resolve("checkpoints"))
            .listener(Progress.on(System.out))
            .run();
    Path saved = folder.resolve("model");
    result.model().write(saved, SaveOptions.standard().only("predict", "evaluate"));
    RunReport.of("digits", result, Batches.of(digits.test(), JUDGED_AT_ONCE))
        .setting("model", model.toString())
        .setting("seed", Long.toString(seed))
        .write(folder.resolve("report.html"));
    judge(saved, digits.test(), out);
    out.flush();
    return 0;
  }

  private TrainTest digits() throws IOException {
    TrainTest all =
        data.isPresent()
            ? Mnist.read(data.get())
            : StrokeDigits.of(seed, images.orElse(DRAWN_TRAIN), DRAWN_TEST);
    int count = Math.min(images.orElse(Integer.MAX_VALUE), all.train().size());
    return new TrainTest(all.train().slice(0, count), all.test());
  }

  private Graph graph(Dataset train, int stepsOfAnEpoch) throws IOException {
    var image = Objects.requireNonNull(train.columns().get(Dataset.IMAGE));
    Graph graph =
        Classifier.of("digits", image, train.classes(), model.network)
            .optimizer(Optimizer.adam(Schedule.steps(RATE, DECAY, stepsOfAnEpoch)))
            .seed(seed)
            .graph();
    int[] some = IntStream.range(0, Math.min(LOOKED_AT, train.size())).toArray();
    return Background.of(Objects.requireNonNull(train.examples(some).get(Dataset.IMAGE)))
        .noteIn(graph);
  }

  /** Reads the model back, as whoever uses it does, and lets it judge the test images. */
  private void judge(Path saved, Dataset test, PrintWriter out) throws IOException {
    SavedModel read = SavedModel.read(saved);
    try (Session session = Session.open(read.graph(), read.parameters())) {
      Evaluation evaluation = Evaluation.of(session, Batches.of(test, JUDGED_AT_ONCE));
      out.printf(
          "test accuracy %.2f%% of %,d images, loss %.4f%n",
          100 * evaluation.accuracy(), evaluation.examples(), evaluation.loss());
      out.printf("model  %s%nreport %s%n", saved, folder.resolve("report.html"));
      Tensor first = Objects.requireNonNull(test.examples(0).get(Dataset.IMAGE));
      ImageInput input = ImageInput.of(read.graph(), read.graph().signature("predict"));
      Classification.of(session, input, first.reshape(input.imageShape().sizes()))
          .print("the first test image", out);
    }
  }
}
