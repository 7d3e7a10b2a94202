package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ServerReadyRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server for callers that know a secret. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TokenTest extends SecretServer {
  private Status.Code grpc(String authorization) {
    try {
      GRPCInferenceServiceGrpc.newBlockingStub(server.channel(authorization))
          .modelInfer(TestServer.ask("line").build());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "Bearer ", "Bearer secre", "Bearer secret2", "Basic secret"})
  void aWrongTokenIsRefused(String authorization) throws Exception {
    HttpResponse<String> refused =
        server.send(server.request("/v2/models/line").header("Authorization", authorization));
    assertEquals(401, refused.statusCode());
    assertTrue(refused.body().startsWith("{\"error\":\""), refused.body());
    assertEquals(Status.Code.UNAUTHENTICATED, grpc(authorization));
  }

  @Test
  void noTokenIsRefused() throws Exception {
    for (String path : new String[] {"/v2", "/v2/models/line", "/metrics", "/v1/models/line"}) {
      assertEquals(401, server.get(path).statusCode(), path);
    }
    assertEquals(401, server.post(TestServer.INFER, TestServer.ONE).statusCode());
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> server.grpc().modelInfer(TestServer.ask("line").build()));
    assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
  }

  @Test
  void theRightTokenIsTaken() throws Exception {
    assertEquals(
        200,
        server
            .send(server.request("/v2/models/line").header("Authorization", "Bearer secret"))
            .statusCode());
    assertEquals(Status.Code.OK, grpc("Bearer secret"));
  }

  @Test
  void healthIsToldToAll() throws Exception {
    assertEquals(200, server.get("/v2/health/ready").statusCode());
    assertEquals(200, server.get("/v2/health/live").statusCode());
    assertEquals(401, server.get("/v2/health/more").statusCode());
    assertEquals(401, server.get("/v2/health/live/more").statusCode());
    assertTrue(server.grpc().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
  }
}
