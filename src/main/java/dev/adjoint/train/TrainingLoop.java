package dev.adjoint.train;

import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.data.Batch;
import dev.adjoint.train.data.BatchStream;
import dev.adjoint.train.data.Batches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a {@link Trainer}. */
final class TrainingLoop {
  private final Trainer trainer;
  private final Session session;
  private final Optional<CheckpointFolder> checkpoints;
  private final String settings;
  private final List<EpochResult> history = new ArrayList<>();
  private long step;
  private Map<String, Tensor> best = Map.of();

  TrainingLoop(Trainer trainer, Session session) {
    this.trainer = trainer;
    this.session = session;
    this.checkpoints = trainer.checkpointFolder();
    this.settings = trainer.settings();
  }

  TrainingResult run() throws IOException {
    try {
      return toTheEnd();
    } catch (IOException | RuntimeException e) {
      trainer.listeners().forEach(TrainingListener::failed);
      throw e;
    }
  }

  private TrainingResult toTheEnd() throws IOException {
    TrainingState state = resume();
    history.addAll(state.history());
    step = state.step();
    for (TrainingListener listener : trainer.listeners()) {
      listener.started(trainer.graph(), session, step);
    }
    while (history.size() < trainer.epochs() && !isPatienceOver()) {
      epoch(state);
      state = state(0, emptyTally());
    }
    TrainingResult result = result(state);
    for (TrainingListener listener : trainer.listeners()) {
      listener.ended(result);
    }
    return result;
  }

  private TrainingState resume() throws IOException {
    Optional<Checkpoint> last =
        checkpoints.isPresent() ? checkpoints.get().latest() : Optional.empty();
    if (last.isEmpty()) {
      return TrainingState.start(settings);
    }
    TrainingState state = last.get().state();
    if (!state.settings().equals(settings)) {
      throw new OtherRunException(trainer.folder().orElseThrow());
    }
    session.restore(last.get().parameters());
    if (state.best().isPresent()) {
      best = Trainer.serving(parametersOf(last.get(), state.best().get().step()));
    }
    return state;
  }

  private Map<String, Tensor> parametersOf(Checkpoint last, long bestStep) throws IOException {
    return last.state().step() == bestStep
        ? last.parameters()
        : checkpoints.orElseThrow().read(bestStep).parameters();
  }

  private boolean isPatienceOver() {
    Optional<EpochResult> bestEpoch = TrainingState.best(history);
    return bestEpoch.isPresent() && history.size() - bestEpoch.get().epoch() >= trainer.patience();
  }

  private Tally emptyTally() {
    return new Tally(trainer.graph(), "train", Evaluation.TOP);
  }

  private void epoch(TrainingState from) throws IOException {
    Tally tally = emptyTally();
    tally.resume(from.examples(), from.lossSum(), from.right());
    try (BatchStream stream = trainer.training().epoch(history.size(), from.batch())) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        step(next.orElseThrow(), tally);
      }
    }
    Optional<Evaluation> judged = evaluate();
    EpochResult result =
        new EpochResult(
            history.size() + 1,
            step,
            tally.loss(),
            tally.accuracy(),
            judged.map(Evaluation::loss).orElse(Double.NaN),
            judged.map(Evaluation::accuracy).orElse(Double.NaN));
    history.add(result);
    TrainingState state = state(0, emptyTally());
    if (state.best().filter(result::equals).isPresent()) {
      best = Trainer.serving(session.parameters());
    }
    save(state);
    for (TrainingListener listener : trainer.listeners()) {
      listener.completed(result, session);
    }
  }

  private void step(Batch batch, Tally tally) throws IOException {
    tally.requireLabels(batch);
    Map<String, Tensor> outputs = session.run("train", batch.columns());
    double loss = Tally.output(outputs, "loss").getDouble(0);
    step++;
    requireFinite("loss", loss, batch, outputs);
    Tensor norm = outputs.get("gradient_norm");
    if (norm != null) {
      requireFinite("norm of the gradients", norm.getDouble(0), batch, outputs);
    }
    tally.add(batch, outputs);
    Batches batches = trainer.training();
    boolean isLast = batch.number() + 1 == batches.count();
    if (step % trainer.every() == 0 && !isLast) {
      save(state(batch.number() + 1, tally));
    }
    StepResult result =
        new StepResult(
            step,
            history.size() + 1,
            trainer.epochs(),
            batch.number() + 1,
            batches.count(),
            batch.size(),
            loss,
            tally.loss(),
            tally.accuracy());
    for (TrainingListener listener : trainer.listeners()) {
      listener.stepped(result);
    }
  }

  private void requireFinite(String what, double value, Batch batch, Map<String, Tensor> outputs) {
    if (!Double.isFinite(value)) {
      Tensor rate = outputs.get("rate");
      String at = rate == null ? "" : ", at a learning rate of " + rate.getDouble(0);
      throw diverged("The %s is %s in batch %d%s".formatted(what, value, batch.number() + 1, at));
    }
  }

  /** A step may have a finite loss and yet leave values from which nothing can go on. */
  private void requireFinite(Map<String, Tensor> parameters) {
    parameters.forEach((name, value) -> {
      for (int i = 0; i < value.size(); i++) {
        if (!Double.isFinite(value.getDouble(i))) {
          throw diverged("The parameter '%s' became %s".formatted(name, value.getDouble(i)));
        }
      }
    });
  }

  private TrainingException diverged(String what) {
    String saved =
        checkpoints
            .map(folder -> "Nothing of this step was saved; there is " + folder.lastComplete())
            .orElse("Nothing was saved");
    return new TrainingException(
        "%s at step %d (epoch %d). Lower the learning rate, clip the gradients, or look for values in the data that are not finite; to find the node, run with SessionOptions.checkingNumbers(). %s."
            .formatted(what, step, history.size() + 1, saved));
  }

  /** Judges the values that serve, and puts those that train back. */
  private Optional<Evaluation> evaluate() throws IOException {
    if (trainer.validation().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Tensor> training = session.parameters();
    session.restore(Trainer.serving(training));
    try {
      return Optional.of(Evaluation.of(session, trainer.validation().get()));
    } finally {
      session.restore(training);
    }
  }

  private TrainingState state(int batch, Tally tally) {
    return new TrainingState(
        settings,
        step,
        history.size(),
        batch,
        tally.examples(),
        tally.lossSum(),
        tally.right(),
        history);
  }

  private void save(TrainingState state) {
    if (checkpoints.isPresent()) {
      Map<String, Tensor> parameters = session.parameters();
      requireFinite(parameters);
      checkpoints.get().write(trainer.graph(), new Checkpoint(parameters, state));
    }
  }

  private TrainingResult result(TrainingState state) {
    Map<String, Tensor> last = session.parameters();
    Map<String, Tensor> serving = best.isEmpty() ? Trainer.serving(last) : best;
    return new TrainingResult(trainer.graph(), last, serving, state.best(), history);
  }
}
