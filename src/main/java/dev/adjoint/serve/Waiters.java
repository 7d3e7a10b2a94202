package dev.adjoint.serve;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that wait for results, until a time and as long as somebody wants them.
 *
 * <p>Most results are there soon, so nobody sets a clock of its own, which would wake the timer of
 * virtual threads for each request: one clock wakes all that wait, and each looks for itself
 * whether it waits on. Only a wait that is to end soon is timed.
 */
final class Waiters implements AutoCloseable {
  /** How often a waiting thread looks, or up to twice as seldom. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("adjoint-serve-clock").unstarted(task));

  Waiters() {
    var _ =
        clock.scheduleWithFixedDelay(
            () -> waiting.forEach(LockSupport::unpark),
            LOOK_NANOS,
            LOOK_NANOS,
            TimeUnit.NANOSECONDS);
  }

  /**
   * Waits for a result.
   *
   * @param longest how long at most, from now
   * @param look what is done again and again meanwhile; what it throws ends the wait
   * @throws TimeoutException if the result is not there by then
   * @throws ExecutionException if there is a failure in its place
   */
  <T> T await(CompletableFuture<T> result, Duration longest, Runnable look)
      throws InterruptedException, ExecutionException, TimeoutException {
    Thread waiter = Thread.currentThread();
    var _ = result.whenComplete((_, _) -> LockSupport.unpark(waiter));
    waiting.add(waiter);
    try {
      long begin = System.nanoTime();
      long looked = begin;
      while (!result.isDone()) {
        long now = System.nanoTime();
        if (now - looked >= LOOK_NANOS) {
          look.run();
          looked = now;
        }
        park(longest.toNanos() - (System.nanoTime() - begin));
      }
      return result.get();
    } finally {
      waiting.remove(waiter);
    }
  }

  private void park(long left) throws InterruptedException, TimeoutException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (left <= 0) {
      throw new TimeoutException();
    }
    if (left < 2 * LOOK_NANOS) {
      LockSupport.parkNanos(this, left);
    } else {
      LockSupport.park(this);
    }
  }

  /** Ends the clock, after the last wait. */
  @Override
  public void close() {
    clock.shutdownNow();
  }
}
