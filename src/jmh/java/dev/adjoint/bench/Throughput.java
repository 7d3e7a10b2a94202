package dev.adjoint.bench;

import dev.adjoint.runtime.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Requests a second and waiting times of the served network: by protocol, number of clients, with
 * and without batching, beside direct calls of a session by one thread.
 */
final class Throughput {
  private static final List<Integer> CLIENTS = List.of(1, 64);
  private static final List<String> BATCHED = List.of();
  private static final List<String> UNBATCHED = List.of("--max-batch", "1");

  private final Path folder;

  /**
   * How many requests come before those that are measured. Counted, since a server gets faster with
   * the requests that it has answered, over each protocol anew, for some 8,000 of them.
   */
  private final int warmUp;

  private final Duration measured;
  private final Questions questions = new Questions();
  private long failures;

  Throughput(Path folder, boolean quick) {
    this.folder = folder;
    this.warmUp = quick ? 200 : 10_000;
    this.measured = Duration.ofMillis(quick ? 500 : 8000);
  }

  /** Whether every request was answered rightly. */
  boolean run() throws IOException, InterruptedException {
    Path model = folder.resolve(ServedNetwork.NAME).resolve("1");
    new ServedNetwork().save(1, model);
    System.out.print(
        """
        | clients | called by | batching | requests/s | p50, ms | p99, ms | failed | p50 over a direct call's, ms |
        |--:|---|---|--:|--:|--:|--:|--:|
        """);
    double direct;
    try (Session session = ServedNetwork.open(model)) {
      questions.add(session);
      direct = measureDirect(session);
    }
    measureServer("on", BATCHED, direct);
    measureServer("off", UNBATCHED, direct);
    return failures == 0;
  }

  /** The median of the times, in milliseconds. */
  private double measureDirect(Session session) throws InterruptedException {
    int count = questions.images().size();
    Load.Request call =
        number -> {
          int image = number % count;
          questions.requireRight(
              image, ServedNetwork.answer(session, questions.images().get(image)));
        };
    Load.Result result = measure(1, call);
    print(1, "a direct call", "-", result, "-");
    return result.percentile(50);
  }

  private void measureServer(String batching, List<String> options, double direct)
      throws IOException, InterruptedException {
    Path log = folder.resolve("server.log");
    try (ServerProcess server = ServerProcess.start(folder, options, log)) {
      try (RestClient client = RestClient.binary(server.port(), questions)) {
        Load.Result empty = measure(1, _ -> client.ping());
        print(1, "REST, `/v2/health/live`", "-", empty, "-");
      }
      for (InferenceClient.Protocol protocol : InferenceClient.Protocol.values()) {
        for (int clients : CLIENTS) {
          try (InferenceClient client = protocol.connect(server.port(), questions)) {
            Load.Result result = measure(clients, client.requests(questions, _ -> {}));
            String over = "%.2f".formatted(result.percentile(50) - direct);
            print(clients, protocol.label(), batching, result, clients == 1 ? over : "-");
          }
        }
      }
    }
  }

  private Load.Result measure(int clients, Load.Request request) throws InterruptedException {
    try (Load load = Load.start(clients, List.of(request), Duration.ZERO)) {
      load.await(warmUp);
      Load.Result result = load.during(measured);
      failures += result.failures();
      load.firstFailure().ifPresent(System.err::println);
      return result;
    }
  }

  private static void print(
      int clients, String calledBy, String batching, Load.Result result, String over) {
    System.out.printf(
        "| %d | %s | %s | %,.0f | %.2f | %.2f | %d | %s |%n",
        clients,
        calledBy,
        batching,
        result.requestsPerSecond(),
        result.percentile(50),
        result.percentile(99),
        result.failures(),
        over);
  }
}
