package dev.adjoint.serve;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks by another executor, within a scope. */
final class ScopedTasks extends AbstractExecutorService {
  private final ExecutorService executor;
  private final ScopedValue.Carrier scope;

  ScopedTasks(ExecutorService executor, ScopedValue.Carrier scope) {
    this.executor = executor;
    this.scope = scope;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(() -> scope.run(task));
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
