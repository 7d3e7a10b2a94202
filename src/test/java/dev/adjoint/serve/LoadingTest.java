package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong when a server starts and while it loads models. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadingTest {
  @TempDir private Path folder;

  /** "good" is {@code y = x}; "bad" too, until its operator fails. */
  private static Graph failing(String with) {
    GraphBuilder g = GraphBuilder.create("failing");
    Value x = g.input("x", DType.INT32, Shape.parse("[N, 2]"));
    g.signature("good").output("y", x.add(x));
    g.signature("bad").output("y", g.add(new Failing(with), x));
    return g.build();
  }

  /** Waits, also while a look at the folder sees half of what the test writes. */
  private static void await(TestServer server, String model, String state, String reason)
      throws Exception {
    while (server.server().repository().index().stream()
        .noneMatch(found ->
            found.name().equals(model)
                && found.state().equals(state)
                && found.reason().contains(reason))) {
      Thread.sleep(5);
    }
  }

  private static long batcherThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("adjoint-serve-\\d+"))
        .count();
  }

  @ParameterizedTest
  @CsvSource({"memory, -Xmx", "stack, -Xss", "linkage, NoClassDefFoundError"})
  void anErrorIsOneModelsFailure(String with, String reason) throws Exception {
    SavedModel.write(folder.resolve("line/1"), TestServer.line(0.1f), Map.of());
    try (TestServer server = TestServer.of(folder, TestServer.options())) {
      long threads = batcherThreads();
      SavedModel.write(folder.resolve("failing/1"), failing(with), Map.of());
      await(server, "failing", "UNAVAILABLE", reason);
      assertEquals(threads, batcherThreads());

      SavedModel.write(folder.resolve("later/1"), TestServer.line(0.2f), Map.of());
      await(server, "later", "READY", "");
      assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
    }
  }

  @Test
  void theIndexTellsOfReadyModelsOnlyIfAsked() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options())) {
      server.server().repository().unload("gated");
      for (String all : List.of("", "{}", "{\"ready\":false}", "{\"other\":1}")) {
        String index = server.post("/v2/repository/index", all).body();
        assertTrue(index.contains("\"line\"") && index.contains("\"gated\""), index);
      }
      String ready = server.post("/v2/repository/index", "{\"ready\":true}").body();
      assertTrue(ready.contains("\"line\"") && !ready.contains("\"gated\""), ready);
      assertEquals(400, server.post("/v2/repository/index", "{\"ready\":1}").statusCode());
      assertEquals(400, server.post("/v2/repository/index", "[]").statusCode());
    }
  }

  @Test
  void aSignatureWhoseTrialFailsIsServedWithoutJoining() throws Exception {
    SavedModel.write(folder.resolve("failing/1"), failing("index"), Map.of());
    try (TestServer server = TestServer.of(folder, TestServer.options())) {
      assertEquals(200, ask(server, "bad", "0,0").statusCode());
      assertEquals(500, ask(server, "bad", "0,7").statusCode());
      HttpResponse<String> good = ask(server, "good", "1,7");
      assertTrue(good.body().contains("[[2,14]]"), good.body());
    }
  }

  private static HttpResponse<String> ask(TestServer server, String signature, String row)
      throws Exception {
    return server.post(
        "/v1/models/failing:predict",
        "{\"signature_name\":\"%s\",\"instances\":[[%s]]}".formatted(signature, row));
  }

  @Test
  void aPortInUseIsSaidAndNothingStaysOpen() throws Exception {
    SavedModel.write(folder.resolve("line/1"), TestServer.line(0.1f), Map.of());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      ServerOptions options = TestServer.options().at("127.0.0.1", taken.getLocalPort());
      BindException failure =
          assertThrows(BindException.class, () -> InferenceServer.start(List.of(folder), options));
      assertEquals(
          "Cannot listen at 127.0.0.1:%d: the address is in use. Pass another --port."
              .formatted(taken.getLocalPort()),
          failure.getMessage());
      assertEquals(
          0,
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("adjoint-serve-look"))
              .count());
    }
  }

  @Test
  void twoModelsOfOneNameAreRefused() throws Exception {
    Path one = folder.resolve("a/model");
    Path two = folder.resolve("b/model");
    SavedModel.write(one, TestServer.line(0.1f), Map.of());
    SavedModel.write(two, TestServer.line(0.2f), Map.of());
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> InferenceServer.start(List.of(one, two), TestServer.options()));
    assertEquals(
        "Both %s and %s are named 'model'; rename one folder.".formatted(one, two),
        failure.getMessage());
    InferenceServer.start(List.of(one, one.resolve("../model")), TestServer.options()).close();
  }

  /** {@code root = sqrt(x)} and {@code all = x + x} summed over its rows. */
  private static Graph roots() {
    GraphBuilder g = GraphBuilder.create("roots");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    g.signature("root").output("root", x.sqrt());
    g.signature("both").output("root", x.sqrt()).output("all", x.sum(0));
    return g.build();
  }

  @Test
  void whatJsonCannotHoldIsRefused() throws Exception {
    SavedModel.write(folder.resolve("roots/1"), roots(), Map.of());
    try (TestServer server = TestServer.of(folder, TestServer.options())) {
      String row = "{\"signature_name\":\"root\",\"instances\":[[4,-1]]}";
      assertRefused("binary_data_output", server.post("/v1/models/roots:predict", row));
      String input =
          TestServer.ONE.replace("[1,2]}]", "[4,-1]}],\"parameters\":{\"signature\":\"root\"%s}");
      assertRefused(
          "binary_data_output", server.post("/v2/models/roots/infer", input.formatted("")));
      assertEquals(
          200,
          server
              .post("/v2/models/roots/infer", input.formatted(",\"binary_data_output\":true"))
              .statusCode());
    }
  }

  @Test
  void outputsWithoutARowForEachInstanceAreRefused() throws Exception {
    SavedModel.write(folder.resolve("roots/1"), roots(), Map.of());
    try (TestServer server = TestServer.of(folder, TestServer.options())) {
      String three = "{\"signature_name\":\"both\",\"instances\":[[1,2],[3,4],[5,6]]}";
      assertRefused("'all'", server.post("/v1/models/roots:predict", three));
    }
  }

  private static void assertRefused(String message, HttpResponse<String> answer) {
    assertEquals(400, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(message), answer.body());
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    ModelOptions models = ModelOptions.standard();
    for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(2))) {
      assertThrows(IllegalArgumentException.class, () -> models.withLimits(1, 1, timeout));
    }
    for (Duration delay : List.of(Duration.ofNanos(-1), Duration.ofSeconds(31))) {
      assertThrows(IllegalArgumentException.class, () -> models.withBatches(1, delay, List.of(1)));
    }
    for (int port : List.of(-1, 65536)) {
      assertThrows(
          IllegalArgumentException.class, () -> ServerOptions.standard().at("127.0.0.1", port));
    }
  }

  @Test
  void theTokenIsNotPrinted() {
    String text = ServerOptions.standard().withToken("opensesame").toString();
    assertFalse(text.contains("opensesame"), text);
    assertTrue(text.contains("port=8080"), text);
  }
}
