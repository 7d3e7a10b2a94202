package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.SavedGraphException;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run, each a {@link SavedModel} in a folder {@code step-000000600} of its
 * own, with where the training was in the metadata. One is there from the moment it is complete;
 * the last few and the best are kept.
 */
final class CheckpointFolder {
  private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})");
  private static final String STATE = "training";

  private final Path folder;
  private final int kept;

  CheckpointFolder(Path folder, int kept) {
    this.folder = folder;
    this.kept = kept;
  }

  /** The newest checkpoint that can be read; what cannot is left as it is. */
  Optional<Checkpoint> latest() throws IOException {
    for (long step : steps().reversed()) {
      try {
        return Optional.of(read(step));
      } catch (SavedGraphException | NoSuchFileException _) {
        // Not complete, or damaged since: the one before it is.
      }
    }
    return Optional.empty();
  }

  /** The checkpoint of a step. */
  Checkpoint read(long step) throws IOException {
    SavedModel model = SavedModel.read(path(step));
    String state = model.metadata().get(STATE);
    if (state == null) {
      throw new TrainingException(
          "%s is a model, but no checkpoint. Give checkpoints a folder of their own."
              .formatted(path(step)));
    }
    return new Checkpoint(model.parameters(), TrainingState.parse(state));
  }

  /**
   * Writes a checkpoint, then removes those that are not kept.
   *
   * @throws TrainingException if it cannot be written; all others are still there
   */
  void write(Graph graph, Checkpoint checkpoint) {
    Path path = path(checkpoint.state().step());
    try {
      SavedModel.write(path, withState(graph, checkpoint.state()), checkpoint.parameters());
      prune(checkpoint.state().best().map(EpochResult::step).orElse(-1L));
    } catch (IOException e) {
      throw new TrainingException(
          "Cannot write the checkpoint %s (%d bytes of values): %s. Make room or check the folder, then run again: training goes on from %s."
              .formatted(path, bytes(checkpoint.parameters()), describe(e), lastComplete()),
          e);
    }
  }

  private static Graph withState(Graph graph, TrainingState state) {
    GraphBuilder builder = graph.toBuilder();
    builder.metadata(STATE, state.toText());
    return builder.build();
  }

  private static long bytes(Map<String, Tensor> parameters) {
    return parameters.values().stream()
        .mapToLong(value -> (long) value.size() * value.dtype().byteSize())
        .sum();
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }

  /** Words for the newest checkpoint that is complete. */
  String lastComplete() {
    try {
      return steps().reversed().stream()
          .filter(step -> Files.exists(path(step).resolve(SavedModel.FILE)))
          .findFirst()
          .map(step -> "the checkpoint of step " + step + " in " + folder)
          .orElse("the beginning, since there is no checkpoint yet");
    } catch (IOException _) {
      return "the last complete checkpoint";
    }
  }

  private void prune(long best) throws IOException {
    List<Long> steps = steps();
    for (long step : steps.subList(0, Math.max(0, steps.size() - kept))) {
      if (step != best) {
        delete(path(step));
      }
    }
  }

  /** The graph's file goes first: without it the rest is no checkpoint. */
  private static void delete(Path checkpoint) throws IOException {
    Files.deleteIfExists(checkpoint.resolve(SavedModel.FILE));
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Long> steps() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Long> steps = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> {
        var name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          steps.add(Long.parseLong(name.group(1)));
        }
      });
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  Path path(long step) {
    return folder.resolve("step-%09d".formatted(step));
  }
}
