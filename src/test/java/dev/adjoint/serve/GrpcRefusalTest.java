package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.io.ByteStreams;
import com.google.protobuf.ByteString;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.InferParameter;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelMetadataRequest;
import dev.adjoint.serve.proto.ModelReadyRequest;
import dev.adjoint.serve.proto.ModelRepositoryParameter;
import dev.adjoint.serve.proto.RepositoryModelLoadRequest;
import dev.adjoint.serve.proto.RepositoryModelLoadResponse;
import dev.adjoint.serve.proto.ServerLiveRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong with a call is said by the code that the protocol names, and the server goes on.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcRefusalTest {
  private static final int REQUEST_BYTES = 1 << 16;
  private static final int TENSOR_BYTES = 1 << 10;

  @RegisterExtension
  static final ExpectedLog LOG =
      new ExpectedLog(
          "io.helidon.webserver.grpc.GrpcProtocolHandler", "Failed to process grpc request");

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder,
            TestServer.options().withLimits(REQUEST_BYTES, TENSOR_BYTES, Duration.ofSeconds(20)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void isHealthy() {
    assertEquals("7", server.grpc().modelInfer(TestServer.ask("line").build()).getId());
  }

  private static void assertTooLarge(int most, String option, ModelInferRequest.Builder request) {
    assertRefused(Status.Code.RESOURCE_EXHAUSTED, request);
    Status status =
        assertThrows(StatusRuntimeException.class, () -> server.grpc().modelInfer(request.build()))
            .getStatus();
    String said = "%d bytes. Its option %s ".formatted(most, option);
    assertTrue(String.valueOf(status.getDescription()).contains(said), status::toString);
  }

  private static void assertRefused(Status.Code code, Executable call) {
    Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
    assertEquals(code, status.getCode(), status::toString);
    String description = String.valueOf(status.getDescription());
    assertFalse(description.contains("Exception") || description.contains("\tat "), description);
  }

  private static void assertRefused(Status.Code code, ModelInferRequest.Builder request) {
    assertRefused(code, () -> server.grpc().modelInfer(request.build()));
  }

  @Test
  void tensorsThatDoNotFit() {
    for (List<Long> shape :
        List.of(
            List.of(1L, 3L),
            List.of(2L),
            List.of(-1L, 2L),
            List.of(1L << 62, 8L),
            List.of(Long.MAX_VALUE, Long.MAX_VALUE))) {
      ModelInferRequest.Builder request = TestServer.ask("line");
      request.getInputsBuilder(0).clearShape().addAllShape(shape);
      assertRefused(Status.Code.INVALID_ARGUMENT, request);
    }
    for (String datatype : List.of("FP64", "FP16", "BYTES", "", "fp32")) {
      ModelInferRequest.Builder request = TestServer.ask("line");
      request.getInputsBuilder(0).setDatatype(datatype);
      assertRefused(Status.Code.INVALID_ARGUMENT, request);
    }
  }

  @Test
  void namesThatAreNot() {
    ModelInferRequest.Builder input = TestServer.ask("line");
    input.getInputsBuilder(0).setName("z");
    assertRefused(Status.Code.INVALID_ARGUMENT, input);
    ModelInferRequest.Builder output = TestServer.ask("line");
    output.addOutputsBuilder().setName("z");
    assertRefused(Status.Code.INVALID_ARGUMENT, output);
    ModelInferRequest.Builder twice = TestServer.ask("line");
    twice.addInputs(twice.getInputs(0));
    assertRefused(Status.Code.INVALID_ARGUMENT, twice);
    assertRefused(Status.Code.INVALID_ARGUMENT, TestServer.ask("line").clearInputs());
    assertRefused(Status.Code.NOT_FOUND, TestServer.ask("nobody"));
    assertRefused(Status.Code.NOT_FOUND, TestServer.ask("line").setModelVersion("9"));
    assertRefused(
        Status.Code.NOT_FOUND,
        () -> server.grpc().modelMetadata(ModelMetadataRequest.getDefaultInstance()));
    assertRefused(
        Status.Code.NOT_FOUND,
        () -> server.grpc().repositoryModelLoad(RepositoryModelLoadRequest.getDefaultInstance()));
    assertFalse(
        server
            .grpc()
            .modelReady(ModelReadyRequest.newBuilder().setName("nobody").build())
            .getReady());
  }

  /** The same as over REST, where the types of JSON stand for these. */
  @Test
  void parametersThatMeanSomething() {
    for (InferParameter.Builder timeout :
        List.of(
            InferParameter.newBuilder(),
            InferParameter.newBuilder().setInt64Param(0),
            InferParameter.newBuilder().setInt64Param(-1),
            InferParameter.newBuilder().setUint64Param(-1),
            InferParameter.newBuilder().setDoubleParam(1),
            InferParameter.newBuilder().setStringParam("1000"))) {
      assertRefused(
          Status.Code.INVALID_ARGUMENT,
          TestServer.ask("line").putParameters("timeout", timeout.build()));
    }
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        TestServer.ask("line")
            .putParameters("signature", InferParameter.newBuilder().setInt64Param(1).build()));
    InferParameter day = InferParameter.newBuilder().setUint64Param(86_400_000_000L).build();
    assertEquals(
        "7",
        server
            .grpc()
            .modelInfer(TestServer.ask("line").putParameters("timeout", day).build())
            .getId());
  }

  @Test
  void contentsThatDoNotFit() {
    ModelInferRequest.Builder both = TestServer.ask("line");
    both.getInputsBuilder(0).getContentsBuilder().addFp64Contents(1);
    assertRefused(Status.Code.INVALID_ARGUMENT, both);
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        TestServer.ask("line").addRawInputContents(ByteString.copyFromUtf8("12345678")));
    ModelInferRequest.Builder raw = TestServer.ask("line");
    raw.getInputsBuilder(0).clearContents();
    assertRefused(Status.Code.INVALID_ARGUMENT, raw.clone());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        raw.clone().addRawInputContents(ByteString.copyFromUtf8("1234567")));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        raw.clone()
            .addRawInputContents(ByteString.copyFromUtf8("12345678"))
            .addRawInputContents(ByteString.EMPTY));
    ModelInferRequest.Builder other = raw.clone();
    other.getInputsBuilder(0).getContentsBuilder().addFp64Contents(1).addFp64Contents(2);
    assertRefused(Status.Code.INVALID_ARGUMENT, other);
  }

  @Test
  void whatIsTooLarge() {
    ModelInferRequest.Builder tensor = TestServer.ask("line");
    tensor.getInputsBuilder(0).clearShape().addShape(1000).addShape(2);
    assertTooLarge(TENSOR_BYTES, "--max-tensor-bytes", tensor);
    assertTooLarge(
        REQUEST_BYTES,
        "--max-request-bytes",
        TestServer.ask("line").setId("7".repeat(REQUEST_BYTES)));
  }

  /** Unknown parameters mean nothing. */
  @Test
  void modelsThatComeWithTheRequest() {
    RepositoryModelLoadRequest.Builder load =
        RepositoryModelLoadRequest.newBuilder()
            .setModelName("line")
            .putParameters("other", ModelRepositoryParameter.getDefaultInstance());
    for (String name : List.of("config", "file:1/model.adjoint")) {
      RepositoryModelLoadRequest upload =
          load.clone().putParameters(name, ModelRepositoryParameter.getDefaultInstance()).build();
      assertRefused(Status.Code.UNIMPLEMENTED, () -> server.grpc().repositoryModelLoad(upload));
    }
    RepositoryModelLoadResponse loaded = server.grpc().repositoryModelLoad(load.build());
    assertEquals(RepositoryModelLoadResponse.getDefaultInstance(), loaded);
  }

  /** Messages as they are. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] call(String method, byte[] message, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
        server.channel(),
        MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build(),
        options,
        message);
  }

  @Test
  void whatIsNotAMessage() {
    String method = GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();
    byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
    assertRefused(Status.Code.INVALID_ARGUMENT, () -> call(method, nonsense, CallOptions.DEFAULT));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        () -> call(method, nonsense, CallOptions.DEFAULT.withCompression("gzip")));
  }

  @Test
  void methodsThatAreNot() {
    assertRefused(
        Status.Code.UNIMPLEMENTED,
        () -> call("inference.GRPCInferenceService/Burn", new byte[0], CallOptions.DEFAULT));
    assertRefused(
        Status.Code.UNIMPLEMENTED,
        () -> call("inference.Nothing/Burn", new byte[0], CallOptions.DEFAULT));
  }

  @Test
  void whatIsNotHttp2() throws Exception {
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for (String rest : List.of("nonsense instead of frames", "\0\0\4\u00ff\0\0\0\0\0abcd", "\0")) {
      try (Socket client = server.connect()) {
        client.getOutputStream().write((preface + rest).getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        client.getInputStream().readAllBytes();
      }
    }
    assertEquals(true, server.grpc().serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
  }
}
