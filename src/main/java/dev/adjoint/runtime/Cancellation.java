package dev.adjoint.runtime;

/** A wish, which may be made from any thread, that runs stop as soon as they can. */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Asks all runs that were given this to stop; they stop after the tasks they are computing. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Returns unless {@link #cancel} was called.
   *
   * @throws RunException.Cancelled if it was
   */
  void check() {
    if (cancelled) {
      throw new RunException.Cancelled("The run was cancelled. Nothing was changed.");
    }
  }
}
