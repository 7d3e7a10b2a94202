package dev.adjoint.runtime;

import java.time.Duration;
import java.util.Optional;

/**
 * What a single run may be told.
 *
 * <p>A run that is stopped changes no parameter. It stops between the tasks of its kernels; and
 * while it waits, for its plan to be compiled or for another run that updates parameters.
 *
 * @param cancellation what stops it from outside
 * @param timeout how long it may take from its start
 */
public record RunOptions(Optional<Cancellation> cancellation, Optional<Duration> timeout) {
  private static final RunOptions UNLIMITED = new RunOptions(Optional.empty(), Optional.empty());

  /** Checks that a timeout is not negative. */
  public RunOptions {
    timeout.ifPresent(RunOptions::requireNotNegative);
  }

  private static void requireNotNegative(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "A run cannot take less than no time, given a timeout of %s.".formatted(timeout));
    }
  }

  /** A run that ends when it is done. */
  public static RunOptions unlimited() {
    return UNLIMITED;
  }

  /** The same, stopped when {@code cancellation} is cancelled. */
  public RunOptions stoppedBy(Cancellation cancellation) {
    return new RunOptions(Optional.of(cancellation), timeout);
  }

  /** The same, stopped when it takes longer than {@code timeout}. */
  public RunOptions within(Duration timeout) {
    return new RunOptions(cancellation, Optional.of(timeout));
  }
}
