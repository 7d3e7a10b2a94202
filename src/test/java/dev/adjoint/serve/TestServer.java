package dev.adjoint.serve;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.GraphReader;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A server of small models, and its clients. */
final class TestServer implements AutoCloseable {
  /** A request to "line", or to "gated". */
  static final String ONE =
      "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}";

  static final String INFER = "/v2/models/line/infer";
  static final String INFER_GATED = "/v2/models/gated/infer";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ManagedChannel channel;
  private final InferenceServer server;

  private TestServer(InferenceServer server) {
    this.server = server;
    this.channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** Any free port, a look at the models every 20 ms. */
  static ServerOptions options() {
    return ServerOptions.standard()
        .at("127.0.0.1", 0)
        .withPoll(Duration.ofMillis(20))
        .with(models());
  }

  /** No delay, batches of 1 and 2 rows, one at a time. */
  static ModelOptions models() {
    return ModelOptions.standard().withBatches(2, Duration.ZERO, List.of(1, 2));
  }

  /** {@code y = tanh(x w)} for {@code w = [[slope, 0.5], [2, -1]]}. */
  static Graph line(float slope) {
    GraphBuilder g = GraphBuilder.create("line");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value w = g.parameter("w", Tensor.nested(new float[][] {{slope, 0.5f}, {2, -1}}));
    g.signature("predict").output("y", x.matmul(w).tanh());
    return g.build();
  }

  /** {@code y = x}, behind the doors "first" and "second". */
  static Graph gated() {
    GraphBuilder g = GraphBuilder.create("gated");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value y = g.add(new Gate("second"), g.add(new Gate("first"), x));
    g.signature("predict").output("y", y);
    return g.build();
  }

  /** Serves "line" and "gated" from a folder. */
  static TestServer start(Path folder, ServerOptions options) throws Exception {
    SavedModel.write(folder.resolve("line/1"), line(0.1f), Map.of());
    SavedModel.write(folder.resolve("gated/1"), gated(), Map.of());
    return of(folder, options);
  }

  /** Serves what is in a folder. */
  static TestServer of(Path folder, ServerOptions options) throws Exception {
    TestServer started = loading(folder, options);
    while (!started.server.repository().isReady()) {
      Thread.sleep(5);
    }
    return started;
  }

  /** Will serve what is in a folder. */
  static TestServer loading(Path folder, ServerOptions options) throws Exception {
    return new TestServer(InferenceServer.start(List.of(folder), reader(), options));
  }

  private static GraphReader reader() {
    return GraphReader.installed()
        .with(OperatorCatalog.installed().with(List.of(Gate.class, Failing.class)));
  }

  /** Will serve what is in a folder, with other times. */
  static TestServer with(InferenceServer.Times times, Path folder, ServerOptions options)
      throws IOException {
    return new TestServer(InferenceServer.start(List.of(folder), reader(), options, times));
  }

  InferenceServer server() {
    return server;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send(request(path).POST(BodyPublishers.ofString(body)));
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return client.sendAsync(
        request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** A connection of one's own, to do wrong things with. */
  Socket connect() throws IOException {
    return new Socket("127.0.0.1", server.port());
  }

  /** What a client that knows HTTP/1.1 sends for {@link #ONE}. */
  static byte[] http(String path) {
    return http(path, "1.1");
  }

  /** What a client sends for {@link #ONE} that knows this version of HTTP. */
  static byte[] http(String path, String version) {
    return "POST %s HTTP/%s\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, version, ONE.length(), ONE)
        .getBytes(StandardCharsets.UTF_8);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** The channel of a caller that sends this with each call. */
  Channel channel(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub grpc() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  static ModelInferRequest.Builder ask(String model) {
    return ask(model, 1, 2);
  }

  static ModelInferRequest.Builder ask(String model, float first, float second) {
    ModelInferRequest.Builder ask = ModelInferRequest.newBuilder().setModelName(model).setId("7");
    ask.addInputsBuilder()
        .setName("x")
        .setDatatype("FP32")
        .addShape(1)
        .addShape(2)
        .getContentsBuilder()
        .addFp32Contents(first)
        .addFp32Contents(second);
    return ask;
  }

  /** How many requests of a model ended so, or 0. */
  int ended(String model, String outcome) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("adjoint_inference_requests_total"))
        .filter(line -> line.contains("model=\"" + model + "\""))
        .filter(line -> line.contains("outcome=\"" + outcome + "\""))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Waits until so many requests of a model are in its queue. */
  void awaitWaiting(String model, int count) throws Exception {
    String start = "adjoint_inference_waiting{model=\"" + model + "\"";
    while (get("/metrics")
        .body()
        .lines()
        .noneMatch(line -> line.startsWith(start) && line.endsWith(" " + (double) count))) {
      Thread.sleep(5);
    }
  }

  /** Waits until so many requests of a model ended so. */
  void awaitEnded(String model, String outcome, int count) throws Exception {
    while (ended(model, outcome) < count) {
      Thread.sleep(5);
    }
  }

  /** Waits until a call has ended so: the access log has a line for each that has ended. */
  static void awaitEnd(Path log, MethodDescriptor<?, ?> method, String status) throws Exception {
    while (Files.readAllLines(log).stream()
        .noneMatch(line ->
            line.contains(method.getFullMethodName())
                && line.contains("\"status\":\"%s\"".formatted(status)))) {
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    client.close();
  }
}
