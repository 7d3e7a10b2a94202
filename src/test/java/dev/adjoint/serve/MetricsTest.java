package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is counted of versions that come and go. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MetricsTest {
  private static final int RELOADS = 25;

  @TempDir private Path folder;

  /** Loads only when the test says so, and no sizes but 1, which is fast. */
  private TestServer start() throws Exception {
    ModelOptions models = TestServer.models().withBatches(1, Duration.ZERO, List.of(1));
    return TestServer.of(folder, TestServer.options().withPoll(Duration.ofDays(1)).with(models));
  }

  private void write(int version) throws Exception {
    SavedModel.write(folder.resolve("line/" + version), TestServer.line(0.1f), Map.of());
  }

  private static void ask(TestServer server) throws Exception {
    assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
  }

  /** The meters of models, with their tags, without their values and the buckets of histograms. */
  private static Set<String> meters(TestServer server) throws Exception {
    return server
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("adjoint_inference") && !line.contains("_bucket"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** With one version and its meters, after one request. */
  private interface Asked {
    void with(TestServer server, Set<String> meters) throws Exception;
  }

  private void asked(Asked test) throws Exception {
    write(1);
    try (TestServer server = start()) {
      ask(server);
      test.with(server, meters(server));
    }
  }

  @Test
  void everyMetricSaysWhatItIs() throws Exception {
    asked((server, _) -> {
      List<String> lines = server.get("/metrics").body().lines().toList();
      List<String> names =
          lines.stream()
              .filter(line -> line.startsWith("# TYPE "))
              .map(line -> line.split(" ")[2])
              .toList();
      assertEquals(9, names.size(), names::toString);
      for (String name : names) {
        String help = "# HELP " + name + " ";
        assertEquals(
            1,
            lines.stream()
                .filter(line -> line.startsWith(help) && line.length() > help.length())
                .count(),
            name);
      }
    });
  }

  @Test
  void aVersionThatEndsTakesItsMetersAlong() throws Exception {
    asked((server, first) -> {
      for (int version = 2; version <= RELOADS; version++) {
        write(version);
        server.server().repository().refresh();
        ask(server);
      }
      String newest = "version=\"%d\"".formatted(RELOADS);
      assertEquals(
          first.stream()
              .map(meter -> meter.replace("version=\"1\"", newest))
              .collect(Collectors.toCollection(TreeSet::new)),
          meters(server));
      assertEquals(1, server.ended("line", "success"));
    });
  }

  @Test
  void thousandsOfVersionsLeaveNothing() {
    ServerMetrics metrics = new ServerMetrics();
    try (ServerMetrics.Model stays = metrics.model("line", "0")) {
      stays.answered("success");
      long before = metrics.scrape().lines().count();
      for (int version = 1; version < 5000; version++) {
        try (ServerMetrics.Model passes = metrics.model("line", Integer.toString(version))) {
          passes.queued(1);
          passes.answered("success");
        }
      }
      assertEquals(before, metrics.scrape().lines().count());
    }
  }

  @Test
  void aVersionThatIsLoadedAgainGoesOnCounting() throws Exception {
    asked((server, before) -> {
      for (int i = 0; i < 5; i++) {
        server.server().repository().load("line");
      }
      assertEquals(before, meters(server));
      ask(server);
      assertEquals(2, server.ended("line", "success"));
    });
  }

  @Test
  void aModelThatIsUnloadedIsNotCounted() throws Exception {
    asked((server, before) -> {
      server.server().repository().unload("line");
      assertEquals(Set.of(), meters(server));
      server.server().repository().load("line");
      ask(server);
      assertEquals(before, meters(server));
      assertEquals(1, server.ended("line", "success"));
    });
  }

  @Test
  void aVersionThatCannotBeLoadedHasNoMeters() throws Exception {
    asked((server, before) -> {
      GraphBuilder g = GraphBuilder.create("failing");
      Value x = g.input("x", DType.INT32, Shape.parse("[N, 2]"));
      g.signature("predict").output("y", g.add(new Failing("memory"), x));
      SavedModel.write(folder.resolve("line/2"), g.build(), Map.of());
      server.server().repository().refresh();
      assertEquals("UNAVAILABLE", server.server().repository().index().getLast().state());
      assertEquals(before, meters(server));
    });
  }
}
