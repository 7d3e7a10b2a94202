package dev.adjoint.bench;

import dev.adjoint.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Moderate load for a long time, over all protocols and over connections that come and go. What is
 * alive on the heap, and the threads, are counted between two loads; a straight line through the
 * counts must not rise.
 */
final class Soak {
  private static final int CLIENTS = 9;
  private static final Duration PAUSE = Duration.ofMillis(30);
  private static final int SAMPLES = 20;

  /** In each span between two samples. */
  private static final int CONNECTIONS = 6;

  /** Samples of a server that still compiles and fills its caches. */
  private static final int WARM_UP = SAMPLES / 5;

  /** Of the mean: in ten minutes a few bytes for each request. */
  private static final double HEAP_BOUND = 0.005;

  private static final double THREADS_BOUND = 1;

  private final Path folder;
  private final Duration length;
  private final Questions questions = new Questions();
  private final List<Trend.Sample> heap = new ArrayList<>();
  private final List<Trend.Sample> threads = new ArrayList<>();
  private long failures;

  Soak(Path folder, Duration length) {
    this.folder = folder;
    this.length = length;
  }

  /** Whether nothing grew and no request failed. */
  boolean run() throws IOException, InterruptedException {
    Path model = folder.resolve(ServedNetwork.NAME).resolve("1");
    new ServedNetwork().save(1, model);
    try (Session session = ServedNetwork.open(model)) {
      questions.add(session);
    }
    System.out.print(
        """
        | seconds | requests/s | failed | heap alive, MB | threads |
        |--:|--:|--:|--:|--:|
        """);
    try (ServerProcess server =
        ServerProcess.start(folder, List.of(), folder.resolve("server.log"))) {
      long start = System.nanoTime();
      for (int i = 0; i < SAMPLES; i++) {
        double rate = ask(server);
        sample(server, (System.nanoTime() - start) / 1e9, rate);
      }
    }
    return judge();
  }

  /** Asks until the next sample; the rate of requests a second. */
  private double ask(ServerProcess server) throws InterruptedException {
    double rates = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
      List<InferenceClient> clients =
          Arrays.stream(InferenceClient.Protocol.values())
              .map(protocol -> protocol.connect(server.port(), questions))
              .toList();
      List<Load.Request> requests =
          clients.stream().map(client -> client.requests(questions, _ -> {})).toList();
      try (Load load = Load.start(CLIENTS, requests, PAUSE)) {
        Load.Result result = load.during(length.dividedBy((long) SAMPLES * CONNECTIONS));
        rates += result.requestsPerSecond();
        failures += result.failures();
        load.firstFailure().ifPresent(System.err::println);
      }
      clients.forEach(InferenceClient::close);
    }
    return rates / CONNECTIONS;
  }

  private void sample(ServerProcess server, double seconds, double rate) {
    heap.add(new Trend.Sample(seconds, server.liveBytes() / 1e6));
    threads.add(new Trend.Sample(seconds, server.threads()));
    System.out.printf(
        "| %.0f | %.0f | %d | %.2f | %.0f |%n",
        seconds, rate, failures, heap.getLast().value(), threads.getLast().value());
  }

  private boolean judge() {
    Trend ofHeap = Trend.of(heap.subList(WARM_UP, SAMPLES));
    Trend ofThreads = Trend.of(threads.subList(WARM_UP, SAMPLES));
    boolean grows =
        ofHeap.growth() > HEAP_BOUND * ofHeap.mean() || ofThreads.growth() > THREADS_BOUND;
    System.out.printf(
        "%nThe line through all but the first %d samples rises by %.3f MB (bound %.3f) and %.2f"
            + " threads (bound %.0f); %d requests failed: %s.%n",
        WARM_UP,
        ofHeap.growth(),
        HEAP_BOUND * ofHeap.mean(),
        ofThreads.growth(),
        THREADS_BOUND,
        failures,
        grows ? "growth" : "no growth");
    return !grows && failures == 0;
  }
}
