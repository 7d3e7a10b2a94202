package dev.adjoint.train;

import com.google.common.hash.Hashing;
import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.data.Batches;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a graph: runs its signature {@code train} on batch after batch, and {@code evaluate} on
 * the validation examples after each epoch. {@code train} must give a {@code loss}; of a {@link
 * Classifier} accuracies are measured too.
 *
 * <p>
 *
 * {@snippet :
 * TrainTest digits = StrokeDigits.of(42, 20_000, 2_000);
 * Graph graph = Classifier.of("digits", image, digits.train().classes(), network).graph();
 * TrainingResult result =
 *     Trainer.of(graph, Batches.of(digits.train(), 100).shuffled(42).prefetched(4))
 *         .epochs(6)
 *         .checkpoints(Path.of("run/checkpoints"))
 *         .listener(new ProgressLines(System.out))
 *         .run();
 * result.model().write(Path.of("run/model"), SaveOptions.standard().only("predict"));
 * }
 *
 * <p>With checkpoints a run that was killed goes on from the last complete one when it is started
 * again, and ends with the same bits as one that was not. Deterministic: the same graph, batches
 * and settings give the same bits, on any number of threads. Immutable: each method returns
 * another.
 *
 * @param graph what is trained
 * @param training the batches it learns from
 * @param validation what it is judged by after each epoch, if anything
 * @param epochs how many epochs the whole run has
 * @param patience how many epochs without a better one on the validation examples end the run
 * @param folder where checkpoints go, if anywhere; of this run alone
 * @param every how many steps lie between checkpoints within an epoch; there is one after each
 *     epoch
 * @param kept how many of the last checkpoints stay, besides the best one
 * @param options how it is executed
 * @param listeners who is told how it goes
 */
public record Trainer(
    Graph graph,
    Batches training,
    Optional<Batches> validation,
    int epochs,
    int patience,
    Optional<Path> folder,
    int every,
    int kept,
    SessionOptions options,
    List<TrainingListener> listeners) {
  private static final int KEPT = 2;

  /** Checks the settings. */
  public Trainer {
    listeners = List.copyOf(listeners);
    requireSignature(graph, "train");
    if (validation.isPresent()) {
      requireSignature(graph, "evaluate");
    }
    requireAtLeast(0, "The number of epochs", epochs);
    requireAtLeast(1, "The number of epochs that early stopping waits", patience);
    requireAtLeast(1, "The number of steps between checkpoints", every);
    requireAtLeast(1, "The number of checkpoints kept", kept);
    if (training.data().size() == 0) {
      throw new IllegalArgumentException("There is no example to learn from.");
    }
  }

  private static void requireAtLeast(int least, String setting, int given) {
    if (given < least) {
      throw new IllegalArgumentException(
          "%s is %d or more, given %d.".formatted(setting, least, given));
    }
  }

  private static void requireSignature(Graph graph, String name) {
    if (!graph.signatures().containsKey(name)) {
      throw new IllegalArgumentException(
          "The graph '%s' has no signature '%s' to run, it has %s. Build it with Classifier, or give it one with an output 'loss'."
              .formatted(graph.name(), name, graph.signatures().keySet()));
    }
    if (!graph.signature(name).outputs().containsKey("loss")) {
      throw new IllegalArgumentException(
          "The signature '%s' of the graph '%s' must give a 'loss', it gives %s."
              .formatted(name, graph.name(), graph.signature(name).outputs().keySet()));
    }
  }

  /** One epoch, without validation, checkpoints or listeners. */
  public static Trainer of(Graph graph, Batches training) {
    return new Trainer(
        graph,
        training,
        Optional.empty(),
        1,
        Integer.MAX_VALUE,
        Optional.empty(),
        Integer.MAX_VALUE,
        KEPT,
        SessionOptions.standard(),
        List.of());
  }

  /** With another number of epochs. */
  public Trainer epochs(int count) {
    return new Trainer(
        graph, training, validation, count, patience, folder, every, kept, options, listeners);
  }

  /** Judged after each epoch by examples that it does not learn from. */
  public Trainer validation(Batches batches) {
    return new Trainer(
        graph,
        training,
        Optional.of(batches),
        epochs,
        patience,
        folder,
        every,
        kept,
        options,
        listeners);
  }

  /** Ending after so many epochs without a better one on the validation examples. */
  public Trainer earlyStopping(int epochsOfPatience) {
    return new Trainer(
        graph,
        training,
        validation,
        epochs,
        epochsOfPatience,
        folder,
        every,
        kept,
        options,
        listeners);
  }

  /** With checkpoints after each epoch, in a folder of this run alone. */
  public Trainer checkpoints(Path newFolder) {
    return checkpoints(newFolder, every, kept);
  }

  /** With checkpoints also after so many steps, of which so many are kept, besides the best. */
  public Trainer checkpoints(Path newFolder, int everySteps, int keptCheckpoints) {
    return new Trainer(
        graph,
        training,
        validation,
        epochs,
        patience,
        Optional.of(newFolder),
        everySteps,
        keptCheckpoints,
        options,
        listeners);
  }

  /** Executed in another way. */
  public Trainer options(SessionOptions other) {
    return new Trainer(
        graph, training, validation, epochs, patience, folder, every, kept, other, listeners);
  }

  /** With one more listener, who is told after those before. */
  public Trainer listener(TrainingListener listener) {
    List<TrainingListener> more = new java.util.ArrayList<>(listeners);
    more.add(listener);
    return new Trainer(
        graph, training, validation, epochs, patience, folder, every, kept, options, more);
  }

  /**
   * Trains, from the last checkpoint on if there is one.
   *
   * @throws TrainingException if the loss stops being a number, a label is no class, a checkpoint
   *     cannot be written, or the folder's checkpoints are of another run
   * @throws IOException if examples or checkpoints cannot be read, or a listener cannot write
   */
  public TrainingResult run() throws IOException {
    try (Session session = Session.open(graph, options)) {
      return new TrainingLoop(this, session).run();
    }
  }

  /** What must be the same for a run to go on from a checkpoint: all but how long it goes on. */
  String settings() {
    String all =
        "%s\n%d %d %s %d"
            .formatted(
                graph,
                training.data().size(),
                training.batchSize(),
                training.shuffle(),
                training.seed());
    return Hashing.sha256().hashString(all, StandardCharsets.UTF_8).toString();
  }

  /** Where checkpoints go. */
  Optional<CheckpointFolder> checkpointFolder() {
    return folder.map(path -> new CheckpointFolder(path, kept));
  }

  /** The values that serve. */
  static Map<String, Tensor> serving(Map<String, Tensor> parameters) {
    return Optimizer.averaged(parameters);
  }
}
