package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.adjoint.saved.SavedModel;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models and versions that come and go while others are asked. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VersionsTest {
  @TempDir private Path folder;

  private TestServer start(String policy) throws Exception {
    return TestServer.of(
        folder,
        TestServer.options().with(TestServer.models().withVersions(VersionPolicy.parse(policy))));
  }

  private void write(String model, int version) throws Exception {
    SavedModel.write(
        folder.resolve(model + "/" + version), TestServer.line(version / 10f), Map.of());
  }

  private void writeBroken(String model, int version) throws Exception {
    Path file = folder.resolve(model + "/" + version + "/model.adjoint");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "nonsense");
  }

  /** The states of a model, as "1 READY, 2 UNAVAILABLE". */
  private static String states(TestServer server, String model) {
    return server.server().repository().index().stream()
        .filter(state -> state.name().equals(model))
        .map(state -> "%s %s".formatted(state.version(), state.state()))
        .collect(Collectors.joining(", "));
  }

  private static void await(TestServer server, String model, String states) throws Exception {
    while (!states(server, model).equals(states)) {
      assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
    }
  }

  private static String version(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body().replaceAll(".*\"model_version\":\"(\\d+)\".*", "$1");
  }

  @Test
  void severalVersionsAreServedAtOnce() throws Exception {
    write("line", 1);
    write("line", 2);
    write("line", 9);
    write("line", 10);
    try (TestServer server = start("latest:2")) {
      assertEquals("9 READY, 10 READY", states(server, "line"));
      assertEquals("10", version(server.post(TestServer.INFER, TestServer.ONE)));
      String nine = "/v2/models/line/versions/9";
      assertEquals("9", version(server.post(nine + "/infer", TestServer.ONE)));
      assertEquals(200, server.get(nine + "/ready").statusCode());
      assertTrue(server.get(nine).body().contains("\"versions\":[\"9\",\"10\"]"));
      assertEquals(
          200,
          server
              .post("/v1/models/line/versions/9:predict", "{\"instances\":[[1,2]]}")
              .statusCode());
      assertEquals(
          404, server.post("/v2/models/line/versions/2/infer", TestServer.ONE).statusCode());
      assertEquals(
          "9",
          server
              .grpc()
              .modelInfer(TestServer.ask("line").setModelVersion("9").build())
              .getModelVersion());
      write("line", 11);
      await(server, "line", "10 READY, 11 READY");
    }
  }

  @Test
  void aBrokenVersionIsReportedAndTheOldOneStays() throws Exception {
    write("line", 1);
    try (TestServer server = start("latest")) {
      writeBroken("line", 2);
      await(server, "line", "1 READY, 2 UNAVAILABLE");
      String index = server.post("/v2/repository/index", "").body();
      assertTrue(index.contains("\"reason\":\"") && index.contains("line/2/model.adjoint"), index);
      assertEquals("1", version(server.post(TestServer.INFER, TestServer.ONE)));
      assertEquals(200, server.get("/v2/health/ready").statusCode());
      assertEquals(400, server.post("/v2/repository/models/line/load", "").statusCode());

      write("line", 2);
      await(server, "line", "2 READY");
      assertEquals("2", version(server.post(TestServer.INFER, TestServer.ONE)));
      writeBroken("line", 2);
      await(server, "line", "2 READY");
      assertEquals("2", version(server.post(TestServer.INFER, TestServer.ONE)));
    }
  }

  @Test
  void anOlderVersionStandsInFromTheBeginning() throws Exception {
    write("line", 1);
    writeBroken("line", 2);
    try (TestServer server = start("latest")) {
      assertEquals("1 READY, 2 UNAVAILABLE", states(server, "line"));
    }
  }

  @Test
  void modelsComeAndGo() throws Exception {
    write("line", 1);
    try (TestServer server = start("all")) {
      writeBroken("later", 1);
      await(server, "later", "1 UNAVAILABLE");
      assertEquals(200, server.get("/v2/health/ready").statusCode());
      assertEquals(503, server.post("/v2/models/later/infer", TestServer.ONE).statusCode());
      write("later", 2);
      await(server, "later", "1 UNAVAILABLE, 2 READY");
      assertEquals("2", version(server.post("/v2/models/later/infer", TestServer.ONE)));
      MoreFiles.deleteRecursively(folder.resolve("later"), RecursiveDeleteOption.ALLOW_INSECURE);
      await(server, "later", "");
      assertEquals(404, server.post("/v2/models/later/infer", TestServer.ONE).statusCode());
    }
  }

  @Test
  void namedVersionsOnly() throws Exception {
    write("line", 1);
    write("line", 2);
    write("line", 3);
    try (TestServer server = start("1,3")) {
      assertEquals("1 READY, 3 READY", states(server, "line"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latest | [7]",
        "latest:2 | [2, 7]",
        "latest:9 | [1, 2, 7]",
        "all | [1, 2, 7]",
        "2,8 | [2]"
      })
  void policiesChoose(String policy, String chosen) {
    assertEquals(
        chosen, new TreeSet<>(VersionPolicy.parse(policy).choose(List.of(7L, 1L, 2L))).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "newest", "latest:0", "latest:", "1,", "-1", "1 2"})
  void policiesThatSayNothingAreRefused(String policy) {
    assertThrows(IllegalArgumentException.class, () -> VersionPolicy.parse(policy));
  }
}
