package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

  private static ModelRepository.State awaitEnd(TestServer server, String model) throws Exception {
    while (true) {
      for (ModelRepository.State state : server.server().repository().index()) {
        if (state.name().equals(model) && !state.state().equals("LOADING")) {
          return state;
        }
      }
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
      ModelRepository.State state = awaitEnd(server, "failing");
      assertEquals("UNAVAILABLE", state.state());
      assertTrue(state.reason().contains(reason), state.reason());
      assertEquals(threads, batcherThreads());

      SavedModel.write(folder.resolve("later/1"), TestServer.line(0.2f), Map.of());
      assertEquals("READY", awaitEnd(server, "later").state());
      assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
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
              .filter(thread -> thread.getName().equals("adjoint-serve-models"))
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
}
