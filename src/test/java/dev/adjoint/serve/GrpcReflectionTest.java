package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools ask that know nothing of the services but where they are. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcReflectionTest {
  private static final List<String> VERSIONS = List.of("v1", "v1alpha");

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, TestServer.options().withToken("secret"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The messages of both versions are the same bytes. */
  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method(
      String version) {
    return ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
        .setFullMethodName(
            "grpc.reflection.%s.ServerReflection/ServerReflectionInfo".formatted(version))
        .build();
  }

  private static ServerReflectionResponse ask(
      String version, String authorization, ServerReflectionRequest.Builder question)
      throws Exception {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    var channel =
        ClientInterceptors.intercept(
            server.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    StreamObserver<ServerReflectionRequest> questions =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method(version), CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(ServerReflectionResponse response) {
                answer.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                answer.cancel(false);
              }
            });
    questions.onNext(question.build());
    questions.onCompleted();
    return answer.get();
  }

  private static ServerReflectionResponse ask(ServerReflectionRequest.Builder question)
      throws Exception {
    return ask("v1", "Bearer secret", question);
  }

  private static ServerReflectionRequest.Builder question() {
    return ServerReflectionRequest.newBuilder();
  }

  @Test
  void theServicesAreListed() throws Exception {
    for (String version : VERSIONS) {
      List<String> services =
          ask(version, "Bearer secret", question().setListServices(""))
              .getListServicesResponse()
              .getServiceList()
              .stream()
              .map(ServiceResponse::getName)
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "grpc.reflection.v1alpha.ServerReflection",
              "inference.GRPCInferenceService"),
          services);
    }
  }

  /** Services, methods, messages and those within messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "inference.GRPCInferenceService",
        "inference.GRPCInferenceService.ModelInfer",
        "inference.ModelInferRequest",
        "inference.ModelInferRequest.InferInputTensor"
      })
  void whatHasANameIsDescribed(String name) throws Exception {
    var answer = ask(question().setFileContainingSymbol(name)).getFileDescriptorResponse();
    FileDescriptorProto file = FileDescriptorProto.parseFrom(answer.getFileDescriptorProto(0));
    assertEquals("GRPCInferenceService", file.getService(0).getName());
    assertEquals(
        file,
        FileDescriptorProto.parseFrom(
            ask(question().setFileByFilename(file.getName()))
                .getFileDescriptorResponse()
                .getFileDescriptorProto(0)));
  }

  @Test
  void whatHasNoNameIsNotFound() throws Exception {
    for (var question :
        Stream.of(
                question().setFileContainingSymbol("inference.Nothing"),
                question().setFileByFilename("nothing.proto"))
            .toList()) {
      assertEquals(Status.Code.NOT_FOUND.value(), ask(question).getErrorResponse().getErrorCode());
    }
  }

  @Test
  void theTokenIsNeeded() {
    for (String version : VERSIONS) {
      ExecutionException e =
          assertThrows(
              ExecutionException.class,
              () -> ask(version, "Bearer other", question().setListServices("")));
      assertEquals(
          Status.Code.UNAUTHENTICATED,
          ((StatusRuntimeException) e.getCause()).getStatus().getCode());
    }
  }
}
