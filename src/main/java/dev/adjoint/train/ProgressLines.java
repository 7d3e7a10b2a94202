package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Prints a line each epoch, and one about every ten seconds within: loss, accuracy, images a second
 * and the time left.
 */
public final class ProgressLines implements TrainingListener {
  private static final double SECONDS_BETWEEN = 10;

  private final PrintStream out;
  private final LongSupplier nanos;
  private Speed speed;
  private double lastLine;
  private int epochs;

  /** Prints to {@code out}, which stays open. */
  public ProgressLines(PrintStream out) {
    this(out, System::nanoTime);
  }

  ProgressLines(PrintStream out, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
    this.speed = new Speed(nanos);
  }

  @Override
  public void started(Graph graph, Session session, long step) {
    speed = new Speed(nanos);
    if (step > 0) {
      out.printf("going on from step %d%n", step);
    }
  }

  @Override
  public void stepped(StepResult step) {
    speed.add(step);
    epochs = step.epochs();
    double now = speed.seconds();
    if (now - lastLine >= SECONDS_BETWEEN && step.batch() < step.batches()) {
      lastLine = now;
      out.printf(
          "epoch %d/%d batch %d/%d%s %.0f images/s %s left%n",
          step.epoch(),
          step.epochs(),
          step.batch(),
          step.batches(),
          Progress.measures("", step.meanLoss(), step.meanAccuracy()),
          speed.examplesPerSecond(),
          Progress.duration(speed.secondsLeft(step)));
    }
  }

  @Override
  public void completed(EpochResult epoch, Session session) {
    lastLine = speed.seconds();
    out.printf("%s %.0f images/s%n", Progress.describe(epoch, epochs), speed.examplesPerSecond());
  }

  @Override
  public void ended(TrainingResult result) {
    result.bestEpoch().ifPresent(best -> out.printf("the best epoch was %d%n", best.epoch()));
  }
}
