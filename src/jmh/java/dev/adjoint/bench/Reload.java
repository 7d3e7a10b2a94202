package dev.adjoint.bench;

import dev.adjoint.runtime.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * New versions of a model come while clients ask for it. No request may fail, every answer must be
 * that of one of the versions bit for bit, and each version must have answered.
 *
 * <p>The versions come in the ways in which people put them there: moved into the folder when they
 * are whole, written where they are served from, or written over the version before.
 */
final class Reload {
  private static final int CLIENTS = 9;
  private static final Duration LOADING = Duration.ofSeconds(60);
  private static final int WAYS = 3;

  private final Path folder;
  private final int versions;
  private final ServedNetwork network = new ServedNetwork();
  private final Questions questions = new Questions();
  private final Set<Integer> seen = new ConcurrentSkipListSet<>();
  private int newest = 1;

  Reload(Path folder, int versions) {
    this.folder = folder;
    this.versions = versions;
  }

  /** Whether no request failed. */
  boolean run() throws Exception {
    Path models = folder.resolve("models");
    Path model = models.resolve(ServedNetwork.NAME);
    add(0, model.resolve("1"));
    try (ServerProcess server =
        ServerProcess.start(models, List.of(), folder.resolve("server.log"))) {
      List<InferenceClient> clients =
          Arrays.stream(InferenceClient.Protocol.values())
              .map(protocol -> protocol.connect(server.port(), questions))
              .toList();
      List<Load.Request> requests =
          clients.stream().map(client -> client.requests(questions, seen::add)).toList();
      try (Load load = Load.start(CLIENTS, requests, Duration.ZERO)) {
        Load.Result result =
            load.during(_ -> {
              for (int i = 1; i <= versions; i++) {
                put(i, model);
                awaitAnswerOf(i);
              }
            });
        load.firstFailure().ifPresent(System.err::println);
        System.out.printf(
            "%d new versions, %,d requests by %d clients (%,.0f a second, p50 %.2f ms, p99 %.2f ms,"
                + " longest %.0f ms), %d failed.%n",
            versions,
            result.times().getTotalCount() + result.failures(),
            CLIENTS,
            result.requestsPerSecond(),
            result.percentile(50),
            result.percentile(99),
            result.percentile(100),
            result.failures());
        return result.failures() == 0;
      } finally {
        clients.forEach(InferenceClient::close);
      }
    }
  }

  /** Makes the answers of a version known before anybody can get one, then puts it there. */
  private void put(int number, Path model) throws IOException {
    Path aside = folder.resolve("aside").resolve(Integer.toString(number));
    add(number, aside);
    switch (number % WAYS) {
      case 0 -> network.save(number, model.resolve(Integer.toString(newest)));
      case 1 -> network.save(number, model.resolve(Integer.toString(++newest)));
      default ->
          Files.move(
              aside, model.resolve(Integer.toString(++newest)), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void add(int number, Path place) throws IOException {
    network.save(number, place);
    try (Session session = ServedNetwork.open(place)) {
      questions.add(session);
    }
  }

  private void awaitAnswerOf(int number) throws InterruptedException {
    long end = System.nanoTime() + LOADING.toNanos();
    while (!seen.contains(number)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "Version %d does not answer within %s; answers came from %s."
                .formatted(number, LOADING, seen));
      }
      Thread.sleep(10);
    }
  }
}
