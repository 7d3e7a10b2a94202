package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools ask that know nothing of the services but where they are. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GrpcReflectionTest extends SecretServer {
  private static final List<String> VERSIONS = List.of("v1", "v1alpha");

  /** The messages of both versions are the same bytes, and one question is a whole call. */
  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method(
      String version) {
    return ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(
            "grpc.reflection.%s.ServerReflection/ServerReflectionInfo".formatted(version))
        .build();
  }

  private ServerReflectionResponse ask(
      String version, String authorization, ServerReflectionRequest.Builder question) {
    return ClientCalls.blockingUnaryCall(
        server.channel(authorization), method(version), CallOptions.DEFAULT, question.build());
  }

  private ServerReflectionResponse ask(ServerReflectionRequest.Builder question) {
    return ask("v1", "Bearer secret", question);
  }

  private static ServerReflectionRequest.Builder question() {
    return ServerReflectionRequest.newBuilder();
  }

  @Test
  void theServicesAreListed() {
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
  void whatHasNoNameIsNotFound() {
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
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () -> ask(version, "Bearer other", question().setListServices("")));
      assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
    }
  }
}
