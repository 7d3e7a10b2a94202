package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server as its clients see it. */
@Timeout(60)
class InferenceServerTest {
  private static final String ONE =
      "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}";

  @RegisterExtension
  static final ExpectedLog LOG =
      new ExpectedLog("dev.adjoint.serve.ServedModel", "model {0} version {1}");

  @TempDir private Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private InferenceServer server;

  private static Graph line(float slope) {
    GraphBuilder g = GraphBuilder.create("line");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value w = g.parameter("w", Tensor.nested(new float[][] {{slope, 0.5f}, {2, -1}}));
    g.signature("predict").output("y", x.matmul(w).tanh());
    return g.build();
  }

  @BeforeEach
  void start() throws Exception {
    SavedModel.write(folder.resolve("line/1"), line(0.1f), Map.of());
    ModelOptions models =
        ModelOptions.standard().withBatches(8, Duration.ofMillis(5), List.of(1, 2, 4, 8));
    ServerOptions options =
        ServerOptions.standard()
            .at("127.0.0.1", 0)
            .withLimits(1 << 20, 1 << 20, Duration.ofSeconds(20))
            .withPoll(Duration.ofMillis(50))
            .with(models);
    server = InferenceServer.start(List.of(folder), options);
    while (!server.repository().isReady()) {
      Thread.sleep(10);
    }
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static Tensor expected(float slope) {
    return Tensor.nested(
        new float[][] {{(float) Math.tanh(slope + 4), (float) Math.tanh(0.5f - 2)}});
  }

  @Test
  void answersEveryPathOfTheProtocol() throws Exception {
    for (String path :
        List.of(
            "/v2",
            "/v2/",
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models/line",
            "/v2/models/line/ready",
            "/v2/models/line/versions/1",
            "/v2/models/line/versions/1/ready",
            "/v1/models/line",
            "/",
            "/metrics")) {
      assertEquals(200, get(path).statusCode(), path);
    }
    assertTrue(
        get("/v2/models/line")
            .body()
            .contains("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}"));
    assertTrue(post("/v2/repository/index", "{}").body().contains("\"state\":\"READY\""));
    assertEquals(404, get("/v2/models/other").statusCode());
    assertEquals(404, get("/v2/models/line/versions/9").statusCode());
    assertEquals(404, get("/nowhere").statusCode());
    assertEquals(405, get("/v2/models/line/infer").statusCode());
    assertEquals(405, post("/v2/health/live", "").statusCode());
  }

  @Test
  void theSameBitsByEveryRoute() throws Exception {
    HttpResponse<String> json = post("/v2/models/line/infer", ONE);
    assertEquals(200, json.statusCode(), json.body());
    assertTrue(json.body().contains("\"id\":\"7\""));
    String data = json.body().replaceAll(".*\"data\":\\[(.*?)\\].*", "$1");
    Tensor result =
        Tensor.nested(
            new float[][] {
              {Float.parseFloat(data.split(",")[0]), Float.parseFloat(data.split(",")[1])}
            });
    assertTrue(result.closeTo(expected(0.1f), 1e-6, 0), result::toString);

    String header =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],"
            + "\"parameters\":{\"binary_data_size\":8}}],\"parameters\":{\"binary_data_output\":true}}";
    byte[] raw = Tensor.nested(new float[][] {{1, 2}}).toBytes().array();
    ByteString body = ByteString.copyFromUtf8(header).concat(ByteString.copyFrom(raw));
    HttpResponse<byte[]> binary =
        client.send(
            request("/v2/models/line/infer")
                .header("Inference-Header-Content-Length", "" + header.length())
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build(),
            BodyHandlers.ofByteArray());
    int jsonBytes =
        Integer.parseInt(binary.headers().firstValue("Inference-Header-Content-Length").get());
    assertEquals(
        ByteString.copyFrom(result.toBytes()),
        ByteString.copyFrom(binary.body()).substring(jsonBytes));

    HttpResponse<String> rows = post("/v1/models/line:predict", "{\"instances\":[[1,2]]}");
    assertEquals("{\"predictions\":[[" + data + "]]}", rows.body());

    ManagedChannel channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      ModelInferRequest.Builder ask = ModelInferRequest.newBuilder().setModelName("line");
      ask.addInputsBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(2);
      ask.addRawInputContents(ByteString.copyFrom(raw));
      ModelInferResponse answer = stub.modelInfer(ask.build());
      assertEquals(ByteString.copyFrom(result.toBytes()), answer.getRawOutputContents(0));
      ask.clearRawInputContents()
          .getInputsBuilder(0)
          .getContentsBuilder()
          .addFp32Contents(1)
          .addFp32Contents(2);
      assertEquals(
          result.getDouble(0),
          stub.modelInfer(ask.build()).getOutputs(0).getContents().getFp32Contents(0));
      ask.setModelName("other");
      StatusRuntimeException e =
          assertThrows(StatusRuntimeException.class, () -> stub.modelInfer(ask.build()));
      assertEquals(Status.Code.NOT_FOUND, e.getStatus().getCode());
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void joinedRequestsGetTheirOwnBits() throws Exception {
    List<Callable<HttpResponse<String>>> asks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String body = "{\"instances\":[[%d,0.25]]}".formatted(i % 16);
      asks.add(() -> post("/v1/models/line:predict", body));
    }
    List<String> alone = new ArrayList<>();
    for (var ask : asks.subList(0, 16)) {
      alone.add(ask.call().body());
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      List<Future<HttpResponse<String>>> all = threads.invokeAll(asks);
      for (int i = 0; i < all.size(); i++) {
        assertEquals(alone.get(i % 16), all.get(i).get().body());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400|{",
        "400|[]",
        "400|{} x",
        "400|{\"inputs\":[]}",
        "400|{\"inputs\":5}",
        "400|{\"inputs\":[{\"name\":\"x\"}]}",
        "400|{\"inputs\":[{\"name\":\"z\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"Q\",\"shape\":[1,2],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9e99,2],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[4611686018427387904,8],\"data\":[1,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[\"1\",2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[NaN,2]}]}",
        "400|{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}],\"outputs\":[{\"name\":\"no\"}]}"
      })
  void whatIsWrongIsSaid(int status, String body) throws Exception {
    HttpResponse<String> response = post("/v2/models/line/infer", body);
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().startsWith("{\"error\":\""), response.body());
    assertEquals(200, post("/v2/models/line/infer", ONE).statusCode());
  }

  @Test
  void aLargeRequestIsRefused() throws Exception {
    assertEquals(413, post("/v2/models/line/infer", " ".repeat((1 << 20) + 1)).statusCode());
    assertEquals(200, post("/v2/models/line/infer", ONE).statusCode());
  }

  @Test
  void aNewVersionTakesOverWithoutAFailedRequestAndABrokenOneDoesNot() throws Exception {
    String before = post("/v2/models/line/infer", ONE).body();
    SavedModel.write(folder.resolve("line/2"), line(0.3f), Map.of());
    String after = before;
    while (!after.contains("\"model_version\":\"2\"")) {
      HttpResponse<String> response = post("/v2/models/line/infer", ONE);
      assertEquals(200, response.statusCode(), response.body());
      after = response.body();
    }
    write(folder.resolve("line/3/model.adjoint"), "nonsense");
    while (!server.repository().index().getLast().version().equals("3")) {
      assertEquals(200, post("/v2/models/line/infer", ONE).statusCode());
    }
    assertTrue(server.repository().index().getLast().reason().contains("model.adjoint"));
    assertEquals(after, post("/v2/models/line/infer", ONE).body());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Unknown parameters mean nothing. */
  @Test
  void modelsAreNotUploaded() throws Exception {
    String load = "/v2/repository/models/line/load";
    for (String name : List.of("config", "file:1/model.adjoint")) {
      HttpResponse<String> refused =
          post(load, "{\"parameters\": {\"other\": 1, \"%s\": \"e30=\"}}".formatted(name));
      assertEquals(501, refused.statusCode());
      assertTrue(refused.body().startsWith("{\"error\":"), refused::body);
      assertTrue(refused.body().contains(name), refused::body);
    }
    assertEquals(400, post(load, "{\"parameters\": 7}").statusCode());
    assertEquals(400, post(load, "config").statusCode());
    assertEquals(200, post(load, "{\"parameters\": {\"other\": 1}, \"more\": 2}").statusCode());
    assertEquals(200, post(load, "{}").statusCode());
  }

  @Test
  void aModelIsUnloadedAndLoaded() throws Exception {
    assertEquals(200, post("/v2/repository/models/line/unload", "").statusCode());
    assertEquals(503, post("/v2/models/line/infer", ONE).statusCode());
    assertEquals(503, get("/v2/health/ready").statusCode());
    assertEquals(200, post("/v2/repository/models/line/load", "").statusCode());
    assertEquals(200, post("/v2/models/line/infer", ONE).statusCode());
  }
}
