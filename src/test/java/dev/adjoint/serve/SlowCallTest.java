package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of gRPC whose messages stall. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowCallTest {
  private static final MethodDescriptor<ModelInferRequest, ModelInferResponse> INFER =
      GRPCInferenceServiceGrpc.getModelInferMethod();
  private static final byte[] MESSAGE = FrameClient.message(TestServer.ask("line").build());
  private static final byte[] HALF = Arrays.copyOf(MESSAGE, MESSAGE.length / 2);

  @TempDir private Path folder;
  private Path log;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    log = folder.resolve("access.log");
    server =
        TestServer.start(
            folder.resolve("models"),
            TestServer.options()
                .withAccessLog(log)
                .withLimits(1 << 20, 1 << 20, Duration.ofSeconds(2)));
  }

  @AfterEach
  void isHealthy() {
    assertEquals(1, server.grpc().modelInfer(TestServer.ask("line").build()).getOutputsCount());
    server.close();
  }

  @Test
  void aMessageThatStopsHalfWayIsRefusedAndOtherStreamsGoOn() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, HALF);
      FrameClient.Frame refused = client.next(1);
      assertTrue(refused.type() == FrameClient.HEADERS && refused.isEnd(), refused.text());
      TestServer.awaitEnd(log, INFER, "DEADLINE_EXCEEDED");
      client.call(3, INFER);
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 3, MESSAGE);
      assertTrue(client.answer(3).contains("line"));
      // It neither ends the first stream nor resets it.
      client.awaitClosed();
    }
  }

  /** As a bidirectional call, since then a client sends headers before it has a message. */
  @Test
  void aCallWithoutAMessageIsRefusedInWords() {
    var method = INFER.toBuilder().setType(MethodDescriptor.MethodType.BIDI_STREAMING).build();
    CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> _ =
        ClientCalls.asyncBidiStreamingCall(
            server.channel().newCall(method, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(ModelInferResponse response) {
                answer.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    CompletionException refused = assertThrows(CompletionException.class, answer::join);
    Status status = ((StatusRuntimeException) refused.getCause()).getStatus();
    assertEquals(Status.Code.DEADLINE_EXCEEDED, status.getCode());
    assertEquals("The message was not there within 2000 ms.", status.getDescription());
  }

  @Test
  void aMessageWithoutTheEndOfItsRequestIsRefused() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, MESSAGE);
      assertTrue(client.next(1).isEnd());
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[0]);
      assertEquals(FrameClient.RST_STREAM, client.next(1).type());
    }
  }

  @Test
  void aMessageInManyPiecesIsRead() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      for (byte piece : MESSAGE) {
        client.send(FrameClient.DATA, 0, 1, new byte[] {piece});
      }
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[0]);
      assertTrue(client.answer(1).contains("line"));
    }
  }

  /** A client may end its stream after it was refused, and use the connection for others. */
  @Test
  void aStreamThatEndsAfterItWasRefusedIsNotWaitedFor() throws Exception {
    try (FrameClient client = new FrameClient(server.connect());
        FrameClient stalled = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, new byte[] {0, 0, 0, 0, 1, 1});
      assertTrue(client.next(1).isEnd());
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[0]);
      // Begins later and is closed, so the other was looked at too.
      stalled.call(1, INFER);
      stalled.awaitClosed();
      client.call(3, INFER);
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 3, MESSAGE);
      assertTrue(client.answer(3).contains("line"));
    }
  }

  @Test
  void whatWaitsForAMessageEndsWithItsConnection() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, HALF);
      client.headers(3, FrameClient.END_HEADERS | FrameClient.END_STREAM, "GET", "/v2/health/live");
      client.answer(3);
    }
    TestServer.awaitEnd(log, INFER, "CANCELLED");
  }
}
