package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.saved.SavedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of TLS that stall before they have said anything, or fail to. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsSlowTest {
  private static final String PASSPHRASE = "passphrase";
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** The first bytes of a record of TLS with a ClientHello of 512 bytes. */
  private static final String HELLO = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc";

  @TempDir private static Path folder;
  private static SSLContext trust;
  private static InferenceServer server;

  @BeforeAll
  static void start() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSPHRASE)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    trust = trust(store);
    SavedModel.write(folder.resolve("models/line/1"), TestServer.line(0.1f), Map.of());
    ServerOptions options =
        TestServer.options()
            .withTls(new TlsFiles.KeyStore(store, PASSPHRASE))
            .withLimits(1 << 20, 1 << 20, Duration.ofSeconds(1));
    server = InferenceServer.start(List.of(folder.resolve("models")), options);
  }

  private static SSLContext trust(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSPHRASE.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("mykey"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SSLSocket connect() throws IOException {
    return (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", server.port());
  }

  @AfterEach
  void isHealthy() throws Exception {
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
      OutputStream out = client.getOutputStream();
      out.write(GET.repeat(3000).getBytes(StandardCharsets.UTF_8));
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              out.write(' ');
              Thread.sleep(5);
            }
          });
    }
  }
}
