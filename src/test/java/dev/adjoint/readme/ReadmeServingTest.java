package dev.adjoint.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.InferenceServer;
import dev.adjoint.serve.ServerOptions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Network;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.StrokeDigits;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asks a server as the README tells its readers to. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadmeServingTest {
  @TempDir private static Path folder;
  private static InferenceServer server;

  @BeforeAll
  static void start() throws Exception {
    GraphBuilder g = GraphBuilder.create("digits");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    g.signature("predict").output("probabilities", x.softmax(-1));
    SavedModel.write(folder.resolve("digits/1"), g.build(), Map.of());
    Dataset digits = StrokeDigits.of(42, 1);
    Network network = (image, layers, _) -> layers.dense("logits", Layers.flatten(image), 10);
    Graph graph =
        Classifier.of("digits", digits.columns().get("image"), digits.classes(), network).graph();
    Path ofTheMainJob = folder.resolve("of/the/main/job/model");
    SavedModel.of(graph, Map.of()).write(ofTheMainJob, SaveOptions.standard().only("predict"));
    server =
        InferenceServer.start(
            List.of(folder, ofTheMainJob), ServerOptions.standard().at("127.0.0.1", 0));
    while (!server.repository().isReady()) {
      Thread.sleep(5);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The parts of the one command of the README that matches. */
  private static MatchResult command(String pattern) throws IOException {
    List<MatchResult> found =
        Pattern.compile(pattern).matcher(Files.readString(Path.of("README.md"))).results().toList();
    assertEquals(1, found.size(), pattern);
    return found.getFirst();
  }

  private static void assertAnswers(String path, String body) throws Exception {
    assertAnswers(path, body, "0.26894143");
  }

  private static void assertAnswers(String path, String body, String expected) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + server.port() + path);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains(expected), answer.body());
    }
  }

  @Test
  void predictsByCurl() throws Exception {
    MatchResult command = command("curl -s localhost:8080(/v1/models/\\S+:predict) -d '([^']*)'\n");
    assertAnswers(command.group(1), command.group(2));
  }

  @Test
  void infersByCurl() throws Exception {
    MatchResult command = command("curl -s localhost:8080(/v2/models/\\S+/infer) -d '([^']*)'\n");
    assertAnswers(command.group(1), command.group(2));
  }

  /** An image of the main job's model; the shell writes most of its samples. */
  @Test
  void infersADigitByCurl() throws Exception {
    MatchResult command =
        command(
            "curl -s localhost:8080(/v2/models/\\S+/infer)"
                + " -d '([^']*)'\\$\\(printf '0,%\\.0s' \\{1\\.\\.(\\d+)\\}\\)'([^']*)'\n");
    int repeated = Integer.parseInt(command.group(3));
    String body = command.group(2) + "0,".repeat(repeated) + command.group(4);
    assertAnswers(command.group(1), body, "\"shape\":[1,10]");
  }

  /** What grpcurl does: it asks the server what the service looks like, and then the service. */
  @Test
  void infersByGrpcurl() throws Exception {
    MatchResult command =
        command(
            "grpcurl -plaintext \\\\\n"
                + " +-d '([^']*)' \\\\\n"
                + " +localhost:8080 (\\S+)/(\\S+)\n");
    ManagedChannel channel = channel();
    Descriptors.MethodDescriptor method =
        described(channel, command.group(2)).findMethodByName(command.group(3));
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    JsonFormat.parser().merge(command.group(1), request);
    DynamicMessage answer =
        ClientCalls.blockingUnaryCall(
            channel, callable(method), CallOptions.DEFAULT, request.build());
    channel.shutdown();
    String json = JsonFormat.printer().print(answer);
    assertTrue(json.contains("0.26894143"), json);
  }

  private static Descriptors.ServiceDescriptor described(Channel channel, String service)
      throws Exception {
    // One question is a whole call.
    ServerReflectionResponse answer =
        ClientCalls.blockingUnaryCall(
            channel,
            ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .build(),
            CallOptions.DEFAULT,
            ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build());
    ByteString file = answer.getFileDescriptorResponse().getFileDescriptorProto(0);
    return Descriptors.FileDescriptor.buildFrom(
            FileDescriptorProto.parseFrom(file), new Descriptors.FileDescriptor[0])
        .findServiceByName(service.substring(service.lastIndexOf('.') + 1));
  }

  private static MethodDescriptor<DynamicMessage, DynamicMessage> callable(
      Descriptors.MethodDescriptor method) {
    return MethodDescriptor.newBuilder(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())),
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(
            MethodDescriptor.generateFullMethodName(
                method.getService().getFullName(), method.getName()))
        .build();
  }

  @Test
  void infersByJava() {
    assertEquals(0.26894143f, GrpcClient.probability("127.0.0.1:" + server.port()));
  }

  private static ManagedChannel channel() {
    String address = "127.0.0.1:" + server.port();
    return Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
  }
}
