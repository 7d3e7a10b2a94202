package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each request of a batch gets its own rows and no others. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchTest {
  private static final String NOTHING =
      "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[0,2],\"data\":[]}]}";

  @TempDir private Path folder;

  private static void assertRows(int rows, CompletableFuture<HttpResponse<String>> answer)
      throws Exception {
    assertEquals(200, answer.get().statusCode(), answer.get().body());
    JsonObject output =
        JsonParser.parseString(answer.get().body())
            .getAsJsonObject()
            .getAsJsonArray("outputs")
            .get(0)
            .getAsJsonObject();
    JsonArray shape = new JsonArray();
    shape.add(rows);
    shape.add(2);
    assertEquals(shape, output.get("shape"));
    assertEquals(2 * rows, output.getAsJsonArray("data").size());
  }

  /** One request runs, so that the others wait and are then computed together. */
  @ParameterizedTest
  @CsvSource({"0,1", "1,0", "0,0"})
  void aRequestOfNoRowsGetsNone(int before, int after) throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options());
        Gate.Door first = Gate.Door.closed("first")) {
      var running = server.postLater(TestServer.INFER_GATED, TestServer.ONE);
      first.awaitArrival();
      var one = server.postLater(TestServer.INFER_GATED, before == 0 ? NOTHING : TestServer.ONE);
      server.awaitWaiting("gated", 1);
      var other = server.postLater(TestServer.INFER_GATED, after == 0 ? NOTHING : TestServer.ONE);
      server.awaitWaiting("gated", 2);
      first.open();
      assertRows(1, running);
      assertRows(before, one);
      assertRows(after, other);
    }
  }

  @Test
  void aRequestOfNoRowsAloneGetsNone() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options())) {
      assertRows(0, server.postLater(TestServer.INFER, NOTHING));
    }
  }
}
