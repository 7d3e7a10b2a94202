package dev.adjoint.serve;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks by another executor, within a scope, and knows whether there are any. */
final class ScopedTasks extends AbstractExecutorService {
  private final ExecutorService executor;
  private final ScopedValue.Carrier scope;
  private final Runnable afterwards;
  private final AtomicInteger running = new AtomicInteger();

  /**
   * Tasks for another executor.
   *
   * @param afterwards what the thread of a task does after it
   */
  ScopedTasks(ExecutorService executor, ScopedValue.Carrier scope, Runnable afterwards) {
    this.executor = executor;
    this.scope = scope;
    this.afterwards = afterwards;
  }

  @Override
  public void execute(Runnable task) {
    running.incrementAndGet();
    executor.execute(() -> {
      try {
        scope.run(task);
      } finally {
        running.decrementAndGet();
        afterwards.run();
      }
    });
  }

  boolean areRunning() {
    return running.get() > 0;
  }

  @Override
  public void shutdown() {
    executor.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return executor.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return executor.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return executor.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return executor.awaitTermination(timeout, unit);
  }
}
