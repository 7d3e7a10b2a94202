package dev.adjoint.serve;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Signature;
import dev.adjoint.runtime.Cancellation;
import dev.adjoint.runtime.RunException;
import dev.adjoint.runtime.RunOptions;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one signature: a bounded queue, and threads that take requests from it, join those that fit
 * together, and give each its rows of the result.
 *
 * <p>Rows are joined only at sizes for which {@link BatchSizes} has seen that every row gets the
 * bits that it gets alone.
 */
final class Batcher implements AutoCloseable {
  private final Session session;
  private final Signature signature;
  private final BatchSizes sizes;
  private final ModelOptions options;
  private final ServerMetrics.Model metrics;
  private final Waiters waiters;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean hurried;
  private boolean closing;

  /**
   * What became of a request.
   *
   * @param outputs the results by name
   * @param queueNanos how long it waited
   * @param computeNanos how long its batch took
   * @param rows how many rows its batch had
   */
  record Computed(Map<String, Tensor> outputs, long queueNanos, long computeNanos, int rows) {}

  /** A request in the queue. */
  private static final class Waiting {
    final Map<String, Tensor> inputs;
    final int rows;
    final long arrived = System.nanoTime();
    final long deadline;
    final CompletableFuture<Computed> result = new CompletableFuture<>();

    Waiting(Map<String, Tensor> inputs, int rows, long nanos) {
      this.inputs = inputs;
      this.rows = rows;
      this.deadline = arrived + nanos;
    }
  }

  Batcher(
      Session session,
      Signature signature,
      BatchSizes sizes,
      ModelOptions options,
      ServerMetrics.Model metrics,
      Waiters waiters) {
    this.session = session;
    this.signature = signature;
    this.sizes = sizes;
    this.options = options;
    this.metrics = metrics;
    this.waiters = waiters;
    for (int i = 0; i < options.concurrency(); i++) {
      threads.add(Thread.ofPlatform().daemon().name("adjoint-serve-" + i).start(this::work));
    }
  }

  /**
   * Waits for the result of one request. A request whose caller has gone, or whose time is over, is
   * taken out of the queue; if it is being computed, that is stopped.
   */
  Computed run(Map<String, Tensor> inputs, Duration longest, Caller caller) {
    Waiting waiting = new Waiting(inputs, sizes.rows(inputs), longest.toNanos());
    add(waiting);
    try {
      return await(waiting.result, longest, caller);
    } finally {
      if (waiting.result.cancel(false)) {
        remove(waiting);
      }
    }
  }

  private Computed await(CompletableFuture<Computed> result, Duration longest, Caller caller) {
    try {
      return waiters.await(
          result,
          longest,
          () -> {
            if (caller.hasGone()) {
              throw gone();
            }
          });
    } catch (TimeoutException _) {
      throw new ServeException(
          ServeException.Kind.TIMED_OUT,
          "The request took longer than %d ms.".formatted(longest.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : new RuntimeException(e);
    }
  }

  private static ServeException gone() {
    return new ServeException(ServeException.Kind.CANCELLED, "The caller has gone.");
  }

  private void remove(Waiting waiting) {
    synchronized (queue) {
      if (queue.remove(waiting)) {
        metrics.waiting(-1);
        queue.notifyAll();
      }
    }
  }

  private void add(Waiting waiting) {
    synchronized (queue) {
      if (closing) {
        throw new ServeException(ServeException.Kind.UNAVAILABLE, "The model is being unloaded.");
      }
      if (queue.size() >= options.queue()) {
        throw new ServeException(
            ServeException.Kind.BUSY,
            "%d requests wait for the model already. Try again later.".formatted(queue.size()));
      }
      queue.add(waiting);
      metrics.waiting(1);
      queue.notifyAll();
    }
  }

  private void work() {
    for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) {
      compute(batch);
    }
  }

  /** The next requests that are computed together; none when the model is closed and drained. */
  private List<Waiting> take() {
    synchronized (queue) {
      try {
        while (true) {
          while (queue.isEmpty()) {
            if (closing) {
              return List.of();
            }
            queue.wait();
          }
          awaitOthers(queue.element());
          List<Waiting> batch = pollBatch();
          if (!batch.isEmpty()) {
            return batch;
          }
        }
      } catch (InterruptedException e) {
        return List.of();
      }
    }
  }

  private void awaitOthers(Waiting first) throws InterruptedException {
    long until = first.arrived + options.maxDelay().toNanos();
    while (!hurried && !queue.isEmpty() && canGrow()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(queue, left);
    }
  }

  private boolean canGrow() {
    int rows = queue.stream().mapToInt(waiting -> waiting.rows).sum();
    return rows < Math.min(options.maxBatch(), sizes.largest());
  }

  private List<Waiting> pollBatch() {
    List<Waiting> batch = new ArrayList<>();
    int rows = 0;
    int most = Math.min(options.maxBatch(), sizes.largest());
    while (!queue.isEmpty()) {
      Waiting next = queue.element();
      boolean wanted = isWanted(next);
      if (wanted && !batch.isEmpty() && rows + next.rows > most) {
        break;
      }
      queue.remove();
      metrics.waiting(-1);
      if (wanted) {
        batch.add(next);
        rows += next.rows;
      }
    }
    return batch;
  }

  private static boolean isWanted(Waiting waiting) {
    return !waiting.result.isDone() && System.nanoTime() < waiting.deadline;
  }

  private void compute(List<Waiting> batch) {
    long start = System.nanoTime();
    int rows = batch.stream().mapToInt(waiting -> waiting.rows).sum();
    batch.forEach(waiting -> metrics.queued(start - waiting.arrived));
    Cancellation cancellation = new Cancellation();
    for (Waiting waiting : batch) {
      var _ = waiting.result.whenComplete((_, _) -> cancelIfUnwanted(batch, cancellation));
    }
    boolean joined = sizes.joins(rows);
    try {
      Map<String, Tensor> outputs =
          session.run(
              signature.name(),
              joined ? joined(batch, rows) : batch.getFirst().inputs,
              RunOptions.unlimited().stoppedBy(cancellation));
      long nanos = System.nanoTime() - start;
      metrics.computed(nanos, rows);
      deliver(batch, joined, outputs, start, nanos, rows);
    } catch (RunException.Cancelled _) {
      fail(batch, gone());
    } catch (GraphException e) {
      fail(batch, ServeException.invalid("%s", e.getMessage()));
    } catch (RunException.MemoryLimit e) {
      fail(
          batch, new ServeException(ServeException.Kind.TOO_LARGE, String.valueOf(e.getMessage())));
    } catch (RuntimeException | Error e) {
      System.getLogger(Batcher.class.getName())
          .log(System.Logger.Level.ERROR, "signature " + signature.name() + " failed", e);
      fail(batch, new ServeException(ServeException.Kind.INTERNAL, "The model failed."));
    }
  }

  /** Stops a batch whose callers have all gone. */
  private static void cancelIfUnwanted(List<Waiting> batch, Cancellation cancellation) {
    if (batch.stream().allMatch(waiting -> waiting.result.isDone())) {
      cancellation.cancel();
    }
  }

  private static void fail(List<Waiting> batch, ServeException failure) {
    batch.forEach(waiting -> waiting.result.completeExceptionally(failure));
  }

  private Map<String, Tensor> joined(List<Waiting> batch, int rows) {
    return sizes.join(batch.stream().map(waiting -> waiting.inputs).toList(), sizes.next(rows));
  }

  /**
   * Gives each request its rows of a joined batch, none to one of no rows. A batch that is not
   * joined is one request, or several of no rows, whose results are the same.
   */
  private static void deliver(
      List<Waiting> batch,
      boolean joined,
      Map<String, Tensor> outputs,
      long start,
      long nanos,
      int rows) {
    int row = 0;
    for (Waiting waiting : batch) {
      int from = row;
      Map<String, Tensor> own = new LinkedHashMap<>();
      outputs.forEach(
          (name, value) -> own.put(name, joined ? Rows.slice(value, from, waiting.rows) : value));
      waiting.result.complete(new Computed(own, start - waiting.arrived, nanos, rows));
      row += waiting.rows;
    }
  }

  /** From now on no request waits for others that could join it. */
  void hurry() {
    synchronized (queue) {
      hurried = true;
      queue.notifyAll();
    }
  }

  /** Takes no more requests, finishes those that wait, and ends the threads. */
  @Override
  public void close() {
    hurry();
    synchronized (queue) {
      closing = true;
      queue.notifyAll();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
