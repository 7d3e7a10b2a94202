package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Draws a bar for each epoch on a terminal, and leaves a line behind. */
final class ProgressBars implements TrainingListener {
  private static final int WIDTH = 110;
  private static final int MILLISECONDS = 250;

  private final PrintStream out;
  private Optional<ProgressBar> bar = Optional.empty();
  private Speed speed = new Speed(System::nanoTime);
  private int epochs;

  ProgressBars(PrintStream out) {
    this.out = out;
  }

  @Override
  public void started(Graph graph, Session session, long step) {
    speed = new Speed(System::nanoTime);
    if (step > 0) {
      out.printf("going on from step %d%n", step);
    }
  }

  @Override
  public void stepped(StepResult step) {
    epochs = step.epochs();
    speed.add(step);
    ProgressBar current = bar.orElseGet(() -> start(step));
    bar = Optional.of(current);
    current.setExtraMessage(
        "%s %.0f images/s %s left"
            .formatted(
                Progress.measures("", step.meanLoss(), step.meanAccuracy()),
                speed.examplesPerSecond(),
                Progress.duration(speed.secondsLeft(step))));
    current.stepTo(step.batch());
  }

  private ProgressBar start(StepResult step) {
    return new ProgressBarBuilder()
        .setTaskName("epoch %d/%d".formatted(step.epoch(), step.epochs()))
        .setInitialMax(step.batches())
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(MILLISECONDS)
        .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
        .hideEta()
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public void completed(EpochResult epoch, Session session) {
    close();
    out.println(Progress.describe(epoch, epochs));
  }

  @Override
  public void failed() {
    close();
  }

  private void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }

  @Override
  public void ended(TrainingResult result) {
    result.bestEpoch().ifPresent(best -> out.printf("the best epoch was %d%n", best.epoch()));
  }
}
