package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.InferParameter;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import dev.adjoint.tensor.Tensor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that go, that wait, and that come when there is no room. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallerTest extends GatedCalls {
  CallerTest() {
    super(1);
  }

  /** A request that is being computed, and stands before the first door. */
  private CompletableFuture<HttpResponse<String>> running() throws Exception {
    CompletableFuture<HttpResponse<String>> running =
        server.postLater(TestServer.INFER_GATED, TestServer.ONE);
    first.awaitArrival();
    return running;
  }

  /** Fills the queue, which has one place. */
  private CompletableFuture<HttpResponse<String>> waiting() throws Exception {
    var waiting = server.postLater(TestServer.INFER_GATED, TestServer.ONE);
    server.awaitWaiting("gated", 1);
    return waiting;
  }

  @Test
  void aFullQueueRefusesByBothProtocols() throws Exception {
    var running = running();
    var waiting = waiting();

    HttpResponse<String> refused = server.post(TestServer.INFER_GATED, TestServer.ONE);
    assertEquals(429, refused.statusCode());
    assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(refused.body().startsWith("{\"error\":\""), refused.body());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, grpcFailure(server.grpc()));
    assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());

    first.open();
    assertEquals(200, running.get().statusCode());
    assertEquals(200, waiting.get().statusCode());
  }

  private static Status.Code grpcFailure(
      GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub) {
    return Assertions.assertThrows(
            StatusRuntimeException.class, () -> stub.modelInfer(TestServer.ask("gated").build()))
        .getStatus()
        .getCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  void aClientThatGoesLeavesTheQueue(String version) throws Exception {
    var running = running();
    try (Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED, version));
      server.awaitWaiting("gated", 1);
    }
    server.awaitEnded("gated", "CANCELLED", 1);
    var next = waiting();

    first.open();
    assertEquals(200, running.get().statusCode());
    assertEquals(200, next.get().statusCode());
    assertEquals(2, first.arrivals());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  void aRunIsStoppedWhenItsClientGoes(String version) throws Exception {
    try (Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED, version));
      first.awaitArrival();
    }
    server.awaitEnded("gated", "CANCELLED", 1);
    first.open();
    assertEquals(200, server.post(TestServer.INFER_GATED, TestServer.ONE).statusCode());
    assertEquals(1, second.arrivals());
  }

  @Test
  void aClientThatEndsItsHalfOnlyIsAnswered() throws Exception {
    try (Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED));
      client.shutdownOutput();
      first.awaitArrival();
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      assertEquals("HTTP/1.1 102 Processing", answer.readLine());
      first.open();
      String text = String.join("\n", answer.lines().toList());
      assertTrue(text.contains("HTTP/1.1 200 OK"), text);
      assertTrue(text.contains("\"data\":[1.0,2.0]"), text);
    }
    assertEquals(0, server.ended("gated", "CANCELLED"));
  }

  /** A client may send a call again whose connection is at its end, so arrivals do not count. */
  private void assertOnlyTheNextGoesOn() {
    ModelInferRequest next = TestServer.ask("gated", 3, 4).build();
    assertEquals(1, server.grpc().modelInfer(next).getOutputsCount());
    assertEquals(Set.of(Tensor.of(new float[] {3, 4}, 1, 2)), second.brought());
  }

  @Test
  void aCancelledCallIsStopped() throws Exception {
    var call = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
    var running = call.modelInfer(TestServer.ask("gated").build());
    first.awaitArrival();
    assertTrue(running.cancel(true));
    server.awaitEnded("gated", "CANCELLED", 1);
    first.open();
    assertOnlyTheNextGoesOn();
  }

  /** A connection that breaks says nothing of its calls. */
  @Test
  void aCallWhoseConnectionBreaksIsStopped() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, GRPCInferenceServiceGrpc.getModelInferMethod());
      byte[] message = FrameClient.message(TestServer.ask("gated").build());
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, message);
      first.awaitArrival();
    }
    server.awaitEnded("gated", "CANCELLED", 1);
    first.open();
    assertOnlyTheNextGoesOn();
  }

  @Test
  void aCancelledCallLeavesTheQueue() throws Exception {
    var running = running();
    var call = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
    var queued = call.modelInfer(TestServer.ask("gated").build());
    server.awaitWaiting("gated", 1);
    assertTrue(queued.cancel(true));
    server.awaitEnded("gated", "CANCELLED", 1);
    first.open();
    assertEquals(200, running.get().statusCode());
    assertEquals(1, first.arrivals());
  }

  @Test
  void deadlinesAreKept() throws Exception {
    String hurried =
        TestServer.ONE.replace("\"inputs\"", "\"parameters\":{\"timeout\":1000},\"inputs\"");
    HttpResponse<String> late = server.post(TestServer.INFER_GATED, hurried);
    assertEquals(504, late.statusCode());
    assertTrue(late.body().startsWith("{\"error\":\""), late.body());

    assertEquals(
        Status.Code.DEADLINE_EXCEEDED,
        grpcFailure(server.grpc().withDeadlineAfter(Duration.ofMillis(100))));
    first.open();
    assertEquals(200, server.post(TestServer.INFER_GATED, TestServer.ONE).statusCode());
  }

  @Test
  void theTimeoutOfACallIsKept() {
    InferParameter millisecond = InferParameter.newBuilder().setInt64Param(1000).build();
    assertEquals(
        Status.Code.DEADLINE_EXCEEDED,
        Assertions.assertThrows(
                StatusRuntimeException.class,
                () ->
                    server
                        .grpc()
                        .modelInfer(
                            TestServer.ask("gated").putParameters("timeout", millisecond).build()))
            .getStatus()
            .getCode());
  }

  @Test
  void aStoppingServerFinishesWhatItHasAndRefusesTheRest() throws Exception {
    var running = running();
    var waiting = waiting();
    int port = server.server().port();
    Thread stopping = Thread.ofPlatform().start(server.server()::close);
    while (server.get("/v2/health/ready").statusCode() == 200) {
      Thread.sleep(1);
    }
    assertEquals(503, server.get("/v2/health/ready").statusCode());
    assertEquals(503, server.post(TestServer.INFER, TestServer.ONE).statusCode());
    assertEquals(Status.Code.UNAVAILABLE, grpcFailure(server.grpc()));
    assertEquals(200, server.get("/v2/health/live").statusCode());

    first.open();
    assertEquals(200, running.get().statusCode());
    assertEquals(200, waiting.get().statusCode());
    stopping.join();
    Assertions.assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
  }

  @Test
  void aCallSaysHowItWentByGrpcToo() {
    first.open();
    ModelInferResponse answer = server.grpc().modelInfer(TestServer.ask("gated").build());
    assertEquals("7", answer.getId());
  }
}
