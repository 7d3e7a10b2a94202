package dev.adjoint.train;

import java.util.function.LongSupplier;

/** How fast a run goes, and how long it will take, from what it did so far. */
final class Speed {
  private final LongSupplier nanos;
  private final long start;
  private long examples;
  private long steps;

  Speed(LongSupplier nanos) {
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  void add(StepResult step) {
    examples += step.examples();
    steps++;
  }

  double seconds() {
    return (nanos.getAsLong() - start) * 1e-9;
  }

  double examplesPerSecond() {
    double seconds = seconds();
    return seconds > 0 ? examples / seconds : 0;
  }

  /** Until all planned epochs are done, at the speed so far. */
  double secondsLeft(StepResult step) {
    long batchesLeft =
        (long) (step.epochs() - step.epoch()) * step.batches() + step.batches() - step.batch();
    return steps == 0 ? 0 : seconds() / steps * batchesLeft;
  }
}
