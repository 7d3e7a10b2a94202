package dev.adjoint.serve;

import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a client must not draw out: headers on their way, or a write that it does not take. A step
 * that has begun either ends or is given up, never both: so nothing is answered over a connection
 * that is being closed for its slowness, and none is closed once its request is there.
 */
final class TimedStep {
  private static final long IDLE = -1;
  private static final long GIVEN_UP = -2;

  private final long origin = System.nanoTime();

  /** The time since {@link #origin} at which it began, or one of the two above. */
  private final AtomicLong since = new AtomicLong(IDLE);

  private long now() {
    return System.nanoTime() - origin;
  }

  /** Begins, or begins anew. */
  void begin() {
    long now = now();
    since.updateAndGet(was -> was == GIVEN_UP ? GIVEN_UP : now);
  }

  /** Begins, unless it has. */
  void beginIfIdle() {
    since.compareAndSet(IDLE, now());
  }

  /**
   * Ends in time.
   *
   * @throws CloseConnectionException if it has been given up
   */
  void end() {
    if (since.updateAndGet(was -> was == GIVEN_UP ? GIVEN_UP : IDLE) == GIVEN_UP) {
      throw new CloseConnectionException("The client was too slow.");
    }
  }

  /** Whether it began longer ago than this, and is now given up. */
  boolean giveUp(Duration patience) {
    long was = since.get();
    return was >= 0 && now() - was > patience.toNanos() && since.compareAndSet(was, GIVEN_UP);
  }
}
