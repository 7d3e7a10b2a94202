package dev.adjoint.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Clients in a closed loop: each sends its next request when it has the answer to the one before.
 * So a slow server gets fewer requests, and the times say what a caller waits, not what would
 * become of more callers.
 */
final class Load implements AutoCloseable {
  private static final int DIGITS = 3;
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Recorder times = new Recorder(DIGITS);
  private final LongAdder sent = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicReference<Optional<String>> firstFailure =
      new AtomicReference<>(Optional.empty());
  private final List<Thread> clients = new ArrayList<>();
  private final Duration pause;
  private volatile boolean stopping;

  /** Sends a request, waits for its answer, and throws if that is not right. */
  @FunctionalInterface
  interface Request {
    void send(int number) throws Exception;
  }

  /**
   * What happened in a span of time.
   *
   * @param times of the requests that were answered rightly, in nanoseconds
   * @param seconds how long it was
   * @param failures how many requests failed or were answered wrongly
   */
  record Result(Histogram times, double seconds, long failures) {
    double requestsPerSecond() {
      return times.getTotalCount() / seconds;
    }

    /** In milliseconds. */
    double percentile(double percent) {
      return times.getValueAtPercentile(percent) / 1e6;
    }
  }

  private Load(Duration pause) {
    this.pause = pause;
  }

  /**
   * Starts clients, which send until this is closed.
   *
   * @param kinds of requests; the clients take them in turn
   * @param pause between an answer and the client's next request
   */
  static Load start(int clients, List<? extends Request> kinds, Duration pause) {
    Load load = new Load(pause);
    for (int i = 0; i < clients; i++) {
      int first = i;
      Request kind = kinds.get(i % kinds.size());
      load.clients.add(Thread.ofPlatform().name("client-" + i).start(() -> load.send(kind, first)));
    }
    return load;
  }

  private void send(Request kind, int first) {
    for (int number = first; !stopping; number++) {
      long start = System.nanoTime();
      try {
        kind.send(number);
        times.recordValue(System.nanoTime() - start);
        Thread.sleep(pause);
      } catch (Exception e) {
        failures.increment();
        firstFailure.compareAndSet(Optional.empty(), Optional.of(e.toString()));
      }
      sent.increment();
    }
  }

  /** Lets the clients send until so many requests have ended, well or not. */
  void await(int requests) throws InterruptedException {
    while (sent.sum() < requests) {
      Thread.sleep(LOOK);
    }
  }

  /** Lets the clients send for a while. */
  Result during(Duration span) throws InterruptedException {
    times.reset();
    failures.reset();
    long start = System.nanoTime();
    Thread.sleep(span);
    return result(start);
  }

  /** Lets the clients send while something else happens. */
  Result during(Request something) throws Exception {
    times.reset();
    failures.reset();
    long start = System.nanoTime();
    something.send(0);
    return result(start);
  }

  private Result result(long start) {
    Histogram seen = times.getIntervalHistogram();
    return new Result(seen, (System.nanoTime() - start) / 1e9, failures.sum());
  }

  /** Why a request failed, if any did. */
  Optional<String> firstFailure() {
    return firstFailure.get();
  }

  /** Waits until each client has its last answer. */
  @Override
  public void close() throws InterruptedException {
    stopping = true;
    for (Thread client : clients) {
      client.join();
    }
  }
}
