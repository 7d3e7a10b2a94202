package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.log.EventFile;
import dev.adjoint.train.log.FirstConvolution;
import dev.adjoint.train.log.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what TensorBoard shows of a run: losses and accuracies, after each epoch the distributions
 * of the trained parameters and the filters of the first convolution, and the graph. To be closed
 * after the run.
 */
public final class EventLog implements TrainingListener, AutoCloseable {
  private final Path folder;
  private final int everySteps;
  private Optional<EventFile> file = Optional.empty();
  private List<String> trained = List.of();
  private Optional<String> filters = Optional.empty();

  /**
   * A log in a folder, which other runs may share with a sub-folder each.
   *
   * @param everySteps how many steps lie between two points of the curves of training
   */
  public EventLog(Path folder, int everySteps) {
    if (everySteps < 1) {
      throw new IllegalArgumentException(
          "There must be 1 step or more between points, given %d.".formatted(everySteps));
    }
    this.folder = folder;
    this.everySteps = everySteps;
  }

  @Override
  public void started(Graph graph, Session session, long step) throws IOException {
    close();
    EventFile log = EventFile.create(folder, step);
    file = Optional.of(log);
    log.graph(graph);
    log.flush();
    trained =
        graph.parameters().stream()
            .filter(node -> node.op() instanceof Parameter parameter && parameter.trainable())
            .map(Node::name)
            .toList();
    filters = FirstConvolution.of(graph).map(FirstConvolution::kernel);
  }

  private EventFile log() {
    return file.orElseThrow(() -> new IllegalStateException("The run has not started."));
  }

  @Override
  public void stepped(StepResult step) throws IOException {
    if (step.step() % everySteps == 0) {
      scalar("batch/loss", step.step(), step.loss());
    }
  }

  @Override
  public void completed(EpochResult epoch, Session session) throws IOException {
    scalar("loss/training", epoch.step(), epoch.loss());
    scalar("accuracy/training", epoch.step(), epoch.accuracy());
    scalar("loss/validation", epoch.step(), epoch.validationLoss());
    scalar("accuracy/validation", epoch.step(), epoch.validationAccuracy());
    Map<String, Tensor> parameters = session.parameters();
    for (String name : trained) {
      Tensor value = parameters.get(name);
      if (value != null) {
        log().histogram(name, epoch.step(), value);
        if (filters.filter(name::equals).isPresent()) {
          log().picture("filters/" + name, epoch.step(), Picture.ofFilters(value));
        }
      }
    }
    log().flush();
  }

  /** What was not measured is no point of a curve. */
  private void scalar(String tag, long step, double value) throws IOException {
    if (!Double.isNaN(value)) {
      log().scalar(tag, step, value);
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
    file = Optional.empty();
  }
}
