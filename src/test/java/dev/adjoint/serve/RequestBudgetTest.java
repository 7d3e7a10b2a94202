package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all requests hold together is bounded, and whatever becomes of one, it holds no more. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestBudgetTest {
  private static final int HELD = 8192;
  private static final String LIMIT = "All requests together may hold 8192 bytes";
  private static final MethodDescriptor<ModelInferRequest, ModelInferResponse> INFER =
      GRPCInferenceServiceGrpc.getModelInferMethod();

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder,
            TestServer.options()
                .withLimits(1 << 16, 1 << 16, Duration.ofSeconds(2))
                .withTotals(HELD, 100)
                .with(TestServer.models().unbatched()));
  }

  /** Every test ends with nothing held, and a server that can take all. */
  @AfterEach
  void nothingIsHeld() throws Exception {
    awaitHeld(false);
    assertEquals(200, server.post(TestServer.INFER, rest(HELD)).statusCode());
    awaitHeld(false);
    assertEquals("7", server.grpc().modelInfer(TestServer.ask("line").build()).getId());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A request of so many bytes, most of them spaces. */
  private static String rest(int bytes) {
    return TestServer.ONE + " ".repeat(bytes - TestServer.ONE.length());
  }

  private static ModelInferRequest grpc(String model, int idBytes) {
    return TestServer.ask(model).setId("7".repeat(idBytes)).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether anything is held: then a body of all that may be held is not even asked for. */
  private static boolean isHeld() throws IOException {
    try (Socket client = server.connect()) {
      String head =
          "POST %s HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Expect: 100-continue\r\n"
              + "Content-Length: %d\r\n\r\n";
      client.getOutputStream().write(bytes(head.formatted(TestServer.INFER, HELD)));
      String status =
          new BufferedReader(
                  new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      boolean asked = status.startsWith("HTTP/1.1 100 ");
      assertTrue(asked || status.startsWith("HTTP/1.1 503 "), status);
      return !asked;
    }
  }

  private static void awaitHeld(boolean held) throws Exception {
    while (isHeld() != held) {
      Thread.sleep(5);
    }
  }

  private static void assertFull(HttpResponse<String> answer) {
    assertEquals(503, answer.statusCode(), answer::body);
    assertTrue(answer.body().contains(LIMIT), answer::body);
    assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
  }

  private static void assertFull(Executable call) {
    Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode(), status::toString);
    assertTrue(String.valueOf(status.getDescription()).contains(LIMIT), status::toString);
  }

  @Test
  void whatIsTooMuchBesideARequestThatIsAnsweredIsRefused() throws Exception {
    try (Gate.Door door = Gate.Door.closed("first")) {
      CompletableFuture<HttpResponse<String>> first =
          server.postLater(TestServer.INFER_GATED, rest(HELD / 2));
      door.awaitArrival();
      assertFull(server.post(TestServer.INFER, rest(HELD / 2 + 1)));
      assertFull(() -> server.grpc().modelInfer(grpc("line", HELD / 2)));
      assertEquals(200, server.post(TestServer.INFER, rest(HELD / 2)).statusCode());
      door.open();
      assertEquals(200, first.join().statusCode());
    }
  }

  @Test
  void whatIsTooMuchBesideACallThatIsAnsweredIsRefused() throws Exception {
    try (Gate.Door door = Gate.Door.closed("first")) {
      Future<ModelInferResponse> first =
          GRPCInferenceServiceGrpc.newFutureStub(server.channel())
              .modelInfer(grpc("gated", HELD / 2));
      door.awaitArrival();
      assertFull(server.post(TestServer.INFER, rest(HELD / 2)));
      assertFull(() -> server.grpc().modelInfer(grpc("line", HELD / 2)));
      assertEquals(200, server.post(TestServer.INFER, rest(HELD / 4)).statusCode());
      door.open();
      assertEquals(HELD / 2, first.get().getId().length());
    }
  }

  /** One that says its length, one that does not, and one that is small only while compressed. */
  @Test
  void whatIsTooMuchByItselfIsRefused() throws Exception {
    String body = rest(HELD + 1);
    assertFull(server.post(TestServer.INFER, body));
    assertFull(
        server.send(
            server
                .request(TestServer.INFER)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(body))))));
    assertFull(() -> server.grpc().modelInfer(grpc("line", HELD)));
    assertFull(() -> server.grpc().withCompression("gzip").modelInfer(grpc("line", HELD)));
    Status tooLarge =
        assertThrows(
                StatusRuntimeException.class,
                () -> server.grpc().withCompression("gzip").modelInfer(grpc("line", 1 << 17)))
            .getStatus();
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, tooLarge.getCode());
  }

  @Test
  void whatIsWrongOrFailsIsHeldNoMore() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(400, server.post(TestServer.INFER, "{" + rest(HELD - 1)).statusCode());
      assertEquals(404, server.post("/v2/models/no/infer", rest(HELD)).statusCode());
      for (String model : new String[] {"no", "line"}) {
        ModelInferRequest.Builder wrong = grpc(model, HELD / 2).toBuilder().clearInputs();
        assertThrows(StatusRuntimeException.class, () -> server.grpc().modelInfer(wrong.build()));
        awaitHeld(false);
      }
    }
  }

  @Test
  void aBodyWhoseCallerLeavesIsHeldNoMore() throws Exception {
    try (Socket client = server.connect()) {
      byte[] whole = TestServer.http(TestServer.INFER);
      client.getOutputStream().write(whole, 0, whole.length - 1);
      awaitHeld(true);
    }
  }

  @Test
  void aBodyThatIsTooSlowIsHeldNoMore() throws Exception {
    try (Socket client = server.connect()) {
      byte[] whole = TestServer.http(TestServer.INFER);
      client.getOutputStream().write(whole, 0, whole.length - 1);
      awaitHeld(true);
      String answered = new String(client.getInputStream().readAllBytes());
      assertTrue(answered.startsWith("HTTP/1.1 408 "), answered);
    }
  }

  @Test
  void aRequestWhoseCallerLeavesWhileItWaitsIsHeldNoMore() throws Exception {
    try (Gate.Door door = Gate.Door.closed("first");
        Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED));
      door.awaitArrival();
      awaitHeld(true);
      client.close();
      awaitHeld(false);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamThatIsResetOrLeftIsHeldNoMore(boolean reset) throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.headers(1, FrameClient.END_HEADERS, "POST", TestServer.INFER);
      client.send(FrameClient.DATA, 0, 1, bytes(TestServer.ONE));
      awaitHeld(true);
      if (reset) {
        client.reset(1);
        awaitHeld(false);
      }
    }
  }

  private static byte[] message(ModelInferRequest request) {
    byte[] bytes = request.toByteArray();
    return ByteBuffer.allocate(5 + bytes.length).putInt(1, bytes.length).put(5, bytes).array();
  }

  /** A part of a message, a whole one whose request is not ended, and one that is refused. */
  @ParameterizedTest
  @ValueSource(strings = {"part reset", "part left", "part slow", "whole reset", "whole left"})
  void aCallThatIsResetOrLeftOrSlowIsHeldNoMore(String what) throws Exception {
    byte[] message = message(grpc("line", 1000));
    int length = what.startsWith("part") ? message.length / 2 : message.length;
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, Arrays.copyOf(message, length));
      awaitHeld(true);
      if (what.endsWith("reset")) {
        client.reset(1);
        awaitHeld(false);
      } else if (what.endsWith("slow")) {
        assertTrue(client.next(1).isEnd());
        awaitHeld(false);
      }
    }
  }

  /** Neither before nor after it is refused, while its stream stays open. */
  @Test
  void nothingIsKeptOfACallThatIsRefused() throws Exception {
    byte[] message = message(grpc("line", HELD));
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, INFER);
      client.send(FrameClient.DATA, 0, 1, Arrays.copyOf(message, HELD / 2));
      awaitHeld(true);
      client.send(FrameClient.DATA, 0, 1, Arrays.copyOf(message, HELD));
      assertTrue(client.next(1).isEnd());
      awaitHeld(false);
      client.send(FrameClient.DATA, 0, 1, new byte[HELD / 2]);
      client.post(3, TestServer.INFER, rest(HELD));
      assertTrue(client.answer(3).contains("outputs"));
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[0]);
      client.headers(5, FrameClient.END_HEADERS | FrameClient.END_STREAM, "GET", "/v2/health/live");
      client.answer(5);
    }
  }

  @Test
  void aStreamOfMessagesHoldsOneAtATime() throws Exception {
    byte[] message =
        FrameClient.message(
            ServerReflectionRequest.newBuilder()
                .setHost("h".repeat(200))
                .setListServices("")
                .build());
    try (FrameClient client = new FrameClient(server.connect())) {
      client.call(1, ServerReflectionGrpc.getServerReflectionInfoMethod());
      for (int i = 0; i * message.length < 2 * HELD; i++) {
        client.send(FrameClient.DATA, 0, 1, message);
        while (client.next(1).type() != FrameClient.DATA) {
          // Headers come first.
        }
      }
      client.send(FrameClient.DATA, FrameClient.END_STREAM, 1, new byte[0]);
    }
  }

  @Test
  void connectionsBeyondTheMostWait() throws Exception {
    byte[] get = bytes("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    TestServer two =
        TestServer.of(folder, TestServer.options().withTotals(HELD, 2).withToken("secret"));
    try (Socket first = two.connect();
        Socket second = two.connect();
        Socket third = two.connect()) {
      for (Socket client : List.of(first, second)) {
        client.getOutputStream().write(get);
        assertEquals('H', client.getInputStream().read());
      }
      third.getOutputStream().write(get);
      third.setSoTimeout(300);
      assertThrows(SocketTimeoutException.class, () -> third.getInputStream().read());
      first.close();
      third.setSoTimeout(0);
      assertEquals('H', third.getInputStream().read());
    }
    two.close();
  }
}
