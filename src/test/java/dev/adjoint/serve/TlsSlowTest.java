package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.saved.SavedModel;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of TLS that stall before they have said anything, or fail to. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsSlowTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** The first bytes of a record of TLS with a ClientHello of 512 bytes. */
  private static final String HELLO = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc";

  @TempDir private static Path folder;
  private static SSLContext trust;
  private static InferenceServer server;

  @BeforeAll
  static void start() throws Exception {
    TestKeys keys = TestKeys.make(folder, "EC");
    trust = keys.trust();
    SavedModel.write(folder.resolve("models/line/1"), TestServer.line(0.1f), Map.of());
    ServerOptions options = TestServer.options().withTls(keys.files());
    // The first handshake of a JVM takes far longer than the others.
    serve(options);
    isHealthy();
    server.close();
    serve(options.withLimits(1 << 20, 1 << 20, Duration.ofSeconds(3)));
  }

  private static void serve(ServerOptions options) throws IOException {
    server = InferenceServer.start(List.of(folder.resolve("models")), options);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SSLSocket connect() throws IOException {
    return (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", server.port());
  }

  @AfterEach
  void isStillHealthy() throws Exception {
    isHealthy();
  }

  private static void isHealthy() throws Exception {
    try (SSLSocket client = connect()) {
      client
          .getOutputStream()
          .write(
              GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("HTTP/1.1 200 OK", answer.lines().findFirst().orElseThrow());
    }
  }

  /** Reads to the ends, however the server makes them. */
  private static void awaitEnds(List<Socket> clients) throws IOException {
    for (Socket client : clients) {
      try (client) {
        var _ = client.getInputStream().readAllBytes();
      } catch (IOException _) {
        // A reset, or no end as TLS has it.
      }
    }
  }

  @Test
  void handshakesThatStallOrFailAreNotWaitedForForever() throws Exception {
    List<Socket> clients = new ArrayList<>();
    for (String begun : List.of("", "\u0016\u0003", HELLO, GET, "\u0000\u0001\u0002 nonsense")) {
      Socket client = new Socket("127.0.0.1", server.port());
      clients.add(client);
      client.getOutputStream().write(begun.getBytes(StandardCharsets.ISO_8859_1));
    }
    awaitEnds(clients);
  }

  @Test
  void requestsThatStallAreNotWaitedForForever() throws Exception {
    List<Socket> clients = new ArrayList<>();
    for (String begun :
        List.of("", "GET / HT", "GET / HTTP/1.1\r\nHost", "PRI * HTTP/2.0\r\n\r\n")) {
      SSLSocket client = connect();
      clients.add(client);
      client.startHandshake();
      client.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
    }
    awaitEnds(clients);
  }

  @Test
  void anAnswerThatNobodyTakesIsNotWaitedForForever() throws Exception {
    try (SSLSocket client = connect()) {
      // All are whole, so only the answers, of which none is read, are drawn out.
      byte[] requests = GET.replace("/ ", "/page.js ").repeat(100).getBytes(StandardCharsets.UTF_8);
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              client.getOutputStream().write(requests);
            }
          });
    }
  }
}
