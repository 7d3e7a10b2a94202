package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that draw out what they send or take lose their connection, and nobody else does. Where
 * somebody else is waited for, or answered first, the server has more patience: on a loaded machine
 * good clients are slow too.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowClientTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration MORE = Duration.ofSeconds(3);
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String SCRIPT = "GET /page.js HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final int MANY = 3000;
  private static final int ATTEMPTS = 10;

  @RegisterExtension
  static final ExpectedLog LOG =
      new ExpectedLog("io.helidon.webserver.ConnectionHandler", "unexpected exception");

  @TempDir private static Path folder;
  private static TestServer server;
  private static TestServer patient;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, limited(PATIENCE));
    patient = TestServer.of(folder, limited(MORE));
  }

  private static ServerOptions limited(Duration patience) {
    return TestServer.options().withLimits(1 << 20, 1 << 20, patience);
  }

  @AfterAll
  static void stop() {
    server.close();
    patient.close();
  }

  /** On a loaded machine even a good client may be too slow, but not again and again. */
  @AfterEach
  void isHealthy() throws Exception {
    int attempts = 0;
    while (!isAnswered()) {
      attempts++;
      assertTrue(attempts < ATTEMPTS, "no request is answered");
    }
  }

  private static boolean isAnswered() throws Exception {
    try {
      return server.post(TestServer.INFER, TestServer.ONE).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "G",
        "GET /v2 HTT",
        "GET /v2 HTTP/1.1\r\nHost: local",
        "GET /v2 HTTP/1.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM",
      })
  void aRequestThatStopsBeforeItsBodyIsNotAnswered(String begun) throws Exception {
    try (Socket client = server.connect()) {
      client.getOutputStream().write(bytes(begun));
      // Over HTTP/2 the server says something first.
      byte[] said = client.getInputStream().readAllBytes();
      assertTrue(begun.startsWith("PRI") || said.length == 0, new String(said));
    } catch (SocketException _) {
      // Closed with a reset.
    }
  }

  @Test
  void theNextRequestOfAConnectionIsWatchedAsTheFirst() throws Exception {
    try (Socket line = patient.connect();
        Socket headers = patient.connect()) {
      line.getOutputStream().write(bytes(GET + "GET"));
      headers.getOutputStream().write(bytes(GET + "GET / HTTP/1.1\r\nHost: local"));
      for (Socket client : List.of(line, headers)) {
        String answered = new String(client.getInputStream().readAllBytes());
        assertEquals(2, answered.split("HTTP/1.1 200 OK", -1).length, answered);
      }
    }
  }

  @Test
  void aConnectionWithoutARequestStaysOpen() throws Exception {
    try (Socket idle = patient.connect();
        Socket slow = patient.connect()) {
      idle.getOutputStream().write(bytes(GET));
      // Begins later and is closed for its slowness, so the other was looked at too.
      slow.getOutputStream().write(bytes("GET"));
      assertEquals(-1, slow.getInputStream().read());
      idle.getOutputStream().write(bytes(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")));
      String answered = new String(idle.getInputStream().readAllBytes());
      assertEquals(3, answered.split("HTTP/1.1 200 OK", -1).length, answered);
    }
  }

  @Test
  void aBodyThatNobodyWantsIsNotWaitedForForever() throws Exception {
    try (Socket client = server.connect()) {
      client
          .getOutputStream()
          .write(bytes("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1234"));
      String answered = new String(client.getInputStream().readAllBytes());
      assertTrue(answered.startsWith("HTTP/1.1 404 "), answered);
    }
  }

  @Test
  void anAnswerThatNobodyTakesIsNotWaitedForForever() throws Exception {
    try (Socket client = server.connect()) {
      // All are whole, so only the answers, of which none is read, are drawn out.
      byte[] requests = bytes(SCRIPT.repeat(100));
      assertThrows(
          SocketException.class,
          () -> {
            while (true) {
              client.getOutputStream().write(requests);
            }
          });
    }
  }

  @Test
  void aClientThatTakesItsAnswersInTimeGetsThemAll() throws Exception {
    try (TestServer serving = TestServer.of(folder, limited(Duration.ofSeconds(10)));
        Socket client = serving.connect()) {
      OutputStream out = client.getOutputStream();
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  out.write(bytes(GET.repeat(MANY - 1)));
                  out.write(bytes(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      String answered = new String(client.getInputStream().readAllBytes());
      asking.join();
      assertEquals(MANY, answered.split("HTTP/1.1 200 OK", -1).length - 1);
    }
  }

  private static FrameClient frames(byte... settings) throws IOException {
    return new FrameClient(patient.connect(), settings);
  }

  @Test
  void aFrameThatStopsHalfWayClosesItsConnection() throws Exception {
    try (Socket socket = patient.connect();
        FrameClient client = new FrameClient(socket)) {
      client.headers(1, FrameClient.END_HEADERS | FrameClient.END_STREAM, "GET", "/v2");
      assertTrue(client.answer(1).contains("adjoint"));
      socket.getOutputStream().write(new byte[] {0, 0, 9, 0});
      client.awaitClosed();
    }
  }

  @Test
  void headersThatAreNotContinuedCloseTheirConnection() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.headers(1, FrameClient.END_STREAM, "GET", "/v2");
      client.awaitClosed();
    }
  }

  @Test
  void aBodyOverHttp2ThatStopsIsRefusedAndOtherStreamsGoOn() throws Exception {
    try (FrameClient client = frames()) {
      client.headers(1, FrameClient.END_HEADERS, "POST", TestServer.INFER);
      client.send(FrameClient.DATA, 0, 1, bytes("{"));
      assertTrue(client.answer(1).contains("was not there within 3000 ms"));
      client.post(3, TestServer.INFER, TestServer.ONE);
      assertTrue(client.answer(3).contains("\"id\":\"7\""));
    }
  }

  @Test
  void aBodyOverHttp2ThatNobodyWantsIsNotWaitedForForever() throws Exception {
    try (FrameClient client = frames()) {
      client.headers(1, FrameClient.END_HEADERS, "POST", "/no");
      client.send(FrameClient.DATA, 0, 1, bytes("{"));
      assertTrue(client.answer(1).startsWith("{\"error\":\""));
      assertEquals(FrameClient.RST_STREAM, client.next(1).type());
      client.post(3, TestServer.INFER, TestServer.ONE);
      assertTrue(client.answer(3).contains("\"id\":\"7\""));
    }
  }

  @Test
  void aClientThatFloodsAStreamThatWasGivenUpLosesItsConnection() throws Exception {
    try (Socket socket = patient.connect();
        FrameClient client = new FrameClient(socket)) {
      client.headers(1, FrameClient.END_HEADERS, "POST", TestServer.INFER);
      client.send(FrameClient.DATA, 0, 1, bytes("{"));
      assertTrue(client.answer(1).contains("was not there within 3000 ms"));
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              client.send(FrameClient.DATA, 0, 1, new byte[1]);
              Thread.sleep(1);
            }
          });
    }
  }

  @Test
  void aWindowThatStaysShutIsNotWaitedForForever() throws Exception {
    // SETTINGS_INITIAL_WINDOW_SIZE is 0.
    try (FrameClient client = frames((byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0)) {
      client.headers(1, FrameClient.END_HEADERS | FrameClient.END_STREAM, "GET", "/v2");
      FrameClient.Frame frame;
      do {
        frame = client.next(1);
      } while (frame.type() == FrameClient.HEADERS);
      assertEquals(FrameClient.RST_STREAM, frame.type());
      client.headers(3, FrameClient.END_HEADERS | FrameClient.END_STREAM, "HEAD", "/v2");
      assertEquals("", client.answer(3));
    }
  }

  @Test
  void framesThatNobodyTakesCloseTheirConnection() throws Exception {
    try (Socket socket = server.connect();
        FrameClient client = new FrameClient(socket)) {
      client.send(FrameClient.WINDOW_UPDATE, 0, 0, new byte[] {0x3f, 0, 0, 0});
      assertThrows(
          SocketException.class,
          () -> {
            for (int stream = 1; ; stream += 2) {
              client.headers(
                  stream, FrameClient.END_HEADERS | FrameClient.END_STREAM, "GET", "/page.js");
            }
          });
      // For its slowness: what the client does wrong would be said in a frame.
      IOException end = assertThrows(IOException.class, () -> client.next(-1));
      assertFalse(end instanceof FrameClient.GoneException, () -> String.valueOf(end));
    }
  }
}
