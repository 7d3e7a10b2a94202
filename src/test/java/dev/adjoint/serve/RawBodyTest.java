package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are the bytes of one tensor, with a header that says that none of them is JSON. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RawBodyTest {
  private static final String JSON_BYTES = "Inference-Header-Content-Length";
  private static final int TENSOR_BYTES = 1 << 10;

  @TempDir private static Path folder;
  private static TestServer server;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws Exception {
    save("same", graph("[N, 3]"));
    save("fixed", graph("[2]"));
    save("single", graph("[]"));
    save("open", graph("[N, M]"));
    save("nothing", graph("[N, 0]"));
    save("two", graph("[N, 3]", "[N, 3]"));
    server =
        TestServer.of(
            folder, TestServer.options().withLimits(1 << 16, TENSOR_BYTES, Duration.ofSeconds(20)));
  }

  /** The sum of inputs of these shapes. */
  private static Graph graph(String... shapes) {
    GraphBuilder g = GraphBuilder.create("sum");
    Value sum = g.input("x0", DType.FLOAT32, Shape.parse(shapes[0]));
    for (int i = 1; i < shapes.length; i++) {
      sum = sum.add(g.input("x" + i, DType.FLOAT32, Shape.parse(shapes[i])));
    }
    g.signature("predict").output("y", sum);
    return g.build();
  }

  private static void save(String name, Graph graph) throws Exception {
    SavedModel.write(folder.resolve(name).resolve("1"), graph, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] floats(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(i + 0.5f);
    }
    return bytes.array();
  }

  private HttpResponse<byte[]> ask(String model, byte[] body) throws Exception {
    return client.send(
        server
            .request("/v2/models/" + model + "/infer")
            .header(JSON_BYTES, "0")
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @CsvSource({"same, 3, '[1,3]'", "same, 15, '[5,3]'", "fixed, 2, [2]", "single, 1, []"})
  void theShapeFollowsFromTheBytes(String model, int count, String shape) throws Exception {
    HttpResponse<byte[]> answer = ask(model, floats(count));
    String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
    assertEquals(200, answer.statusCode(), text);
    int json = Integer.parseInt(answer.headers().firstValue(JSON_BYTES).orElseThrow());
    assertTrue(text.substring(0, json).contains("\"shape\":" + shape), text);
    assertArrayEquals(floats(count), Arrays.copyOfRange(answer.body(), json, answer.body().length));
  }

  @ParameterizedTest
  @CsvSource({
    "same, 11, 400, bytes",
    "same, 1, 400, bytes",
    "fixed, 12, 400, bytes",
    "open, 12, 400, Say it in JSON.",
    "nothing, 12, 400, Say it in JSON.",
    "two, 12, 400, a model with one input",
    "nobody, 12, 404, There is no model",
    "same, 1200, 413, --max-tensor-bytes",
  })
  void bytesThatDoNotFit(String model, int bytes, int status, String said) throws Exception {
    HttpResponse<byte[]> answer = ask(model, new byte[bytes]);
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertEquals(status, answer.statusCode(), text);
    assertTrue(text.startsWith("{\"error\":\"") && text.contains(said), text);
  }

  /** The header counts only with a body behind it. */
  @ParameterizedTest
  @ValueSource(strings = {"same", "fixed"})
  void noBytesAreNoTensor(String model) throws Exception {
    assertEquals(400, ask(model, new byte[0]).statusCode());
  }
}
