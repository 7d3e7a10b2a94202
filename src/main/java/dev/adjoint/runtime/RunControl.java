package dev.adjoint.runtime;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether one run may go on. */
final class RunControl {
  /** Has no limit of its own; the interruption of its thread stops a run all the same. */
  static final RunControl UNLIMITED = new RunControl(RunOptions.unlimited());

  private final @Nullable Cancellation cancellation;
  private final Optional<Duration> timeout;
  private final long start = System.nanoTime();
  private final long nanos;

  RunControl(RunOptions options) {
    this.cancellation = options.cancellation().orElse(null);
    this.timeout = options.timeout();
    this.nanos = timeout.map(RunControl::nanosOf).orElse(Long.MAX_VALUE);
  }

  static RunControl of(RunOptions options) {
    return options.equals(RunOptions.unlimited()) ? UNLIMITED : new RunControl(options);
  }

  /** Whether the run must end in time, or when it is asked to. */
  boolean isLimited() {
    return cancellation != null || timeout.isPresent();
  }

  private static long nanosOf(Duration duration) {
    return duration.compareTo(Duration.ofDays(10_000)) > 0 ? Long.MAX_VALUE : duration.toNanos();
  }

  /** Whether a task should not be begun any more. Cheap enough to ask before each. */
  boolean isStopped() {
    return (cancellation != null && cancellation.isCancelled())
        || (nanos != Long.MAX_VALUE && System.nanoTime() - start > nanos);
  }

  /**
   * Returns if the run may go on.
   *
   * @throws RunException if not
   */
  void check() {
    if (cancellation != null) {
      cancellation.check();
    }
    if (nanos != Long.MAX_VALUE && System.nanoTime() - start > nanos) {
      throw new RunException.TimedOut(
          "The run took longer than the %s that it was allowed. Nothing was changed."
              .formatted(timeout.orElseThrow()));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new RunException.Cancelled(
          "The thread of the run was interrupted. Nothing was changed.");
    }
  }
}
