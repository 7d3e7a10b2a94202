package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rarer forms that requests of HTTP may have, over a socket where clients do not write them.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpFormsTest {
  private static final int REQUEST_BYTES = 1 << 16;
  private static final String LIVE = "{\"live\":true}";
  private static final String DATA = "\"data\":[";

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder, TestServer.options().withLimits(REQUEST_BYTES, 1 << 10, Duration.ofSeconds(2)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void isHealthy() throws Exception {
    assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
  }

  /** All that is answered until the server closes the connection; lines end with \n here. */
  private static String raw(String request) throws IOException {
    try (Socket client = server.connect()) {
      client
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What is answered to a body that is still on its way when it is refused. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeBodyThatIsStillSentDoesNotResetTheAnswer(boolean chunked) throws Exception {
    byte[] piece = new byte[1 << 14];
    int pieces = 64;
    ServerOptions patient =
        TestServer.options().withLimits(REQUEST_BYTES, 1 << 10, Duration.ofSeconds(15));
    try (TestServer waiting = TestServer.of(folder, patient);
        Socket client = waiting.connect()) {
      OutputStream out = client.getOutputStream();
      String framing =
          chunked
              ? "Transfer-Encoding: chunked"
              : "Content-Length: " + (long) pieces * piece.length;
      out.write(
          "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n"
              .formatted(TestServer.INFER, framing)
              .getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < pieces; i++) {
        out.write((chunked ? "4000\r\n" : "").getBytes(StandardCharsets.UTF_8));
        out.write(piece);
        out.write((chunked ? "\r\n" : "").getBytes(StandardCharsets.UTF_8));
        Thread.sleep(5);
      }
      out.write((chunked ? "0\r\n\r\n" : "").getBytes(StandardCharsets.UTF_8));
      assertRefused(
          413, new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void assertAnswer(int status, String body, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
    assertEquals(body, body(answer));
    assertTrue(answer.contains("\r\nContent-Length: " + body.length() + "\r\n"), answer);
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static void assertRefused(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(body(answer).startsWith("{\"error\":\""), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: localhost\n",
        "host: localhost:80\nConnection: keep-alive\nKeep-Alive: timeout=9\n",
        "Expect: 100-continue\nConnection: Upgrade\nUpgrade: h2c\nHTTP2-Settings: AAMAAABk\n"
      })
  void http10IsAnsweredAndItsConnectionClosed(String headers) throws Exception {
    assertAnswer(200, LIVE, raw("GET /v2/health/live HTTP/1.0\n" + headers + "\n"));
  }

  /** One answer, and one run for it, in however many pieces the request comes. */
  @ParameterizedTest
  @CsvSource({
    "Accept: */*, false",
    "Connection: keep-alive, false",
    "Connection: close, false",
    "Expect: 100-continue, false",
    "Accept: */*, true",
    "Connection: keep-alive, true",
    "Expect: 100-continue, true"
  })
  void http10MayHaveABody(String header, boolean bodyLater) throws Exception {
    int before = server.ended("line", "success");
    String request =
        new String(TestServer.http(TestServer.INFER, "1.0"), StandardCharsets.UTF_8)
            .replaceFirst("\r\n", "\r\n" + header + "\r\n");
    int head = request.indexOf("\r\n\r\n") + 4;
    try (Socket client = server.connect()) {
      OutputStream out = client.getOutputStream();
      if (bodyLater) {
        out.write(request.substring(0, head).getBytes(StandardCharsets.UTF_8));
        out.flush();
        Thread.sleep(50);
        out.write(request.substring(head).getBytes(StandardCharsets.UTF_8));
      } else {
        out.write(request.getBytes(StandardCharsets.UTF_8));
      }
      assertOneInference(
          before, new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void assertOneInference(int before, String answer) throws Exception {
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
    assertEquals(2, answer.split("HTTP/1.1 ", -1).length, answer);
    assertEquals(2, answer.split("\"outputs\"", -1).length, answer);
    assertTrue(body(answer).contains(DATA), answer);
    assertEquals(before + 1, server.ended("line", "success"));
  }

  /** Whatever its client wants, a connection of HTTP/1.0 brings one request. */
  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  void whatFollowsARequestOfHttp10IsNotAnswered(String version) throws Exception {
    int before = server.ended("line", "success");
    String first =
        new String(TestServer.http(TestServer.INFER, "1.0"), StandardCharsets.UTF_8)
            .replaceFirst("\r\n", "\r\nConnection: keep-alive\r\n");
    String next = new String(TestServer.http(TestServer.INFER, version), StandardCharsets.UTF_8);
    assertOneInference(before, raw((first + next).replace("\r\n", "\n")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: [::1]:%d\n", "Host: [::1]\n", "Host: localhost:%d\n"})
  void http10AtAnAddressOfIpv6(String host) throws Exception {
    ServerOptions options = TestServer.options();
    try (TestServer serving = TestServer.loading(folder, options.at("::1", 0));
        Socket client = new Socket("::1", serving.server().port())) {
      String request = "GET /v2/health/live HTTP/1.0\n" + host.formatted(serving.server().port());
      client
          .getOutputStream()
          .write((request + "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      assertAnswer(
          200, LIVE, new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (BindException e) {
      Assumptions.abort("this machine has no loopback of IPv6: " + e.getMessage());
    }
  }

  @Test
  void http10IsRefusedAsAnyOther() throws Exception {
    assertRefused(404, raw("GET /nowhere HTTP/1.0\n\n"));
    assertRefused(403, raw("GET /v2/models/line HTTP/1.0\nHost: evil.example\n\n"));
    assertRefused(400, raw("GET /v2 HTTP/1.0\nno colon\n\n"));
    assertRefused(400, raw("GET /v2 HTTP/0.9\n\n"));
    assertRefused(400, raw("GET /v2\n\n"));
    String head = raw("HEAD /v2/health/live HTTP/1.0\n\n");
    assertTrue(head.startsWith("HTTP/1.1 200 ") && body(head).isEmpty(), head);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\n",
        "Transfer-Encoding : chunked\n",
        "Connection: keep-alive,\n close\n",
        "Host: localhost\n\tfolded\n"
      })
  void http10HasNoChunksAndNoFoldedHeaders(String headers) throws Exception {
    assertRefused(400, raw("POST /v2/health/live HTTP/1.0\n" + headers + "\n0\n\n"));
  }

  @Test
  void http10WithHeadersOfNoEndIsRefused() throws Exception {
    String head = "GET /v2/health/live HTTP/1.0\nLong: ";
    assertRefused(400, raw(head + "x".repeat((1 << 14) - head.length())));
  }

  @Test
  void http10ThatComesByteByByte() throws Exception {
    try (Socket client = server.connect()) {
      client.setTcpNoDelay(true);
      for (byte b : "GET /v2/health/live HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)) {
        client.getOutputStream().write(b);
      }
      assertAnswer(
          200, LIVE, new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The answer begins before it is computed, but only with what all answers begin with. */
  @Test
  void aClientOfHttp10ThatEndsItsHalfGetsNoInterimResponse() throws Exception {
    try (Gate.Door first = Gate.Door.closed("first");
        Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED, "1.0"));
      client.shutdownOutput();
      first.awaitArrival();
      String begin = new String(client.getInputStream().readNBytes(3), StandardCharsets.UTF_8);
      assertEquals("HTT", begin);
      first.open();
      String rest = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String answer = begin + rest;
      assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
      assertTrue(body(answer).contains(DATA), answer);
    }
  }

  /** Signs of life are for clients that may have gone. */
  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  void aClientThatWaitsIsSentNothingButTheAnswer(String version) throws Exception {
    try (Gate.Door first = Gate.Door.closed("first");
        Socket client = server.connect()) {
      client.getOutputStream().write(TestServer.http(TestServer.INFER_GATED, version));
      first.awaitArrival();
      // Longer than it takes to look twice whether the client has gone.
      Thread.sleep(400);
      assertEquals(0, client.getInputStream().available());
      first.open();
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
      assertTrue(body(answer).contains(DATA), answer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/v2/health/live, 200",
    "HTTP://127.0.0.1:8080/v2/health/live?x=1, 200",
    "http://localhost/nowhere, 404",
    "http://evil.example/v2/health/live, 403",
    "ftp://localhost/v2/health/live, 400",
    "http://localhost:x/v2, 400",
  })
  void targetsInAbsoluteForm(String target, int status) throws Exception {
    String answer =
        raw("GET %s HTTP/1.1\nHost: localhost\nConnection: close\n\n".formatted(target));
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(body(answer).startsWith(status == 200 ? LIVE : "{\"error\":\""), answer);
  }

  @Test
  void aClientThatAsksBeforeItSendsIsToldToGoOn() throws Exception {
    String request =
        new String(TestServer.http(TestServer.INFER), StandardCharsets.UTF_8)
            .replaceFirst("\r\n", "\r\nExpect: 100-continue\r\nConnection: close\r\n");
    int head = request.indexOf("\r\n\r\n") + 4;
    try (Socket client = server.connect()) {
      OutputStream out = client.getOutputStream();
      out.write(request.substring(0, head).getBytes(StandardCharsets.UTF_8));
      String goOn = "HTTP/1.1 100 Continue\r\n\r\n";
      assertEquals(
          goOn,
          new String(client.getInputStream().readNBytes(goOn.length()), StandardCharsets.UTF_8));
      out.write(request.substring(head).getBytes(StandardCharsets.UTF_8));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains(DATA), answer);
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsMayBeRefused() throws Exception {
    String answer =
        raw(
            "POST /nowhere HTTP/1.1\nHost: localhost\nConnection: close\n"
                + "Content-Length: 9\nExpect: 100-continue\n\n");
    assertRefused(404, answer);
    assertFalse(answer.contains("100"), answer);
  }

  private static String chunked(String chunks) throws IOException {
    return raw(
        "POST /v2/models/line/infer HTTP/1.1\nHost: localhost\nConnection: close\n"
            + "Transfer-Encoding: chunked\n\n"
            + chunks);
  }

  @Test
  void bodiesInChunks() throws Exception {
    String one = TestServer.ONE;
    String whole = "%x\n%s\n0\n\n".formatted(one.length(), one);
    assertTrue(chunked(whole).contains(DATA));
    StringBuilder single = new StringBuilder();
    one.chars().forEach(c -> single.append("1\n").append((char) c).append('\n'));
    assertTrue(chunked(single + "0\n\n").contains(DATA));
    assertRefused(400, chunked("4\n{\"id\n0\n\n"));
    assertRefused(400, chunked("-5\n"));
    assertRefused(400, chunked("five\n"));
    assertRefused(400, chunked("fffffffffff\n"));
    assertRefused(413, chunked("7fffffff\n"));
  }

  @Test
  void chunksAndALengthTogetherAreRefused() throws Exception {
    assertRefused(
        400,
        raw(
            "POST /v2 HTTP/1.1\nHost: localhost\nContent-Length: 5\n"
                + "Transfer-Encoding: chunked\n\n0\n\n"));
    assertRefused(
        501, raw("POST /v2 HTTP/1.1\nHost: localhost\nTransfer-Encoding: gzip, chunked\n\n0\n\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\nContent-Length: 6\n",
        "Content-Length: 5, 6\n",
        "Content-Length: 5x\n",
        "Content-Length: +5\n",
        "Content-Length: 99999999999999999999\n"
      })
  void lengthsThatContradict(String lengths) throws Exception {
    assertRefused(
        400,
        raw("POST /v2/models/line/infer HTTP/1.1\nHost: localhost\n" + lengths + "\n{\"a\":1"));
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    String whole = raw("GET /v2 HTTP/1.1\nHost: localhost\nConnection: close\n\n");
    String head =
        raw(
            "HEAD /v2 HTTP/1.1\nHost: localhost\n\n"
                + "HEAD /v2 HTTP/1.1\nHost: localhost\nConnection: close\n\n");
    assertEquals(2, head.split("HTTP/1.1 200 ", -1).length - 1, head);
    assertFalse(head.contains("{"), head);
    assertTrue(head.contains("\r\nContent-Length: " + body(whole).length() + "\r\n"), head);
    assertTrue(
        raw("HEAD /nowhere HTTP/1.1\nHost: localhost\nConnection: close\n\n")
            .startsWith("HTTP/1.1 404 "));
  }

  @ParameterizedTest
  @CsvSource({
    "/v2, 'GET, HEAD, OPTIONS'",
    "/v2/models/line/infer, 'POST, OPTIONS'",
    "/v1/models/line:predict, 'POST, OPTIONS'",
    "*, 'GET, HEAD, POST, OPTIONS'"
  })
  void optionsSaysWhatAPathTakes(String path, String allowed) throws Exception {
    String answer =
        raw("OPTIONS %s HTTP/1.1\nHost: localhost\nConnection: close\n\n".formatted(path));
    assertTrue(answer.startsWith("HTTP/1.1 204 "), answer);
    assertTrue(answer.contains("\r\nAllow: " + allowed + "\r\n"), answer);
    assertEquals("", body(answer));
  }

  @Test
  void aWrongMethodIsToldTheRightOnes() throws Exception {
    HttpResponse<String> refused = server.get(TestServer.INFER);
    assertEquals(405, refused.statusCode());
    assertEquals("POST, OPTIONS", refused.headers().firstValue("Allow").orElseThrow());
  }

  private static byte[] compressed(String encoding, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        encoding.equals("deflate")
            ? new DeflaterOutputStream(bytes)
            : new GZIPOutputStream(bytes)) {
      out.write(body);
    }
    return bytes.toByteArray();
  }

  private static HttpResponse<String> post(String encoding, byte[] body) throws Exception {
    return server.send(
        server
            .request(TestServer.INFER)
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "deflate"})
  void compressedBodiesAreRead(String encoding) throws Exception {
    HttpResponse<String> answer =
        post(encoding, compressed(encoding, TestServer.ONE.getBytes(StandardCharsets.UTF_8)));
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(DATA));
  }

  @Test
  void compressedBodiesThatAreWrong() throws Exception {
    byte[] plain = TestServer.ONE.getBytes(StandardCharsets.UTF_8);
    assertEquals(415, post("br", plain).statusCode());
    assertTrue(post("br", plain).body().contains("'br'; gzip and deflate are read."));
    assertEquals(400, post("gzip", plain).statusCode());
    byte[] whole = compressed("gzip", plain);
    assertEquals(400, post("gzip", java.util.Arrays.copyOf(whole, whole.length - 9)).statusCode());
    byte[] bomb = compressed("gzip", new byte[REQUEST_BYTES + 1]);
    assertTrue(bomb.length < REQUEST_BYTES / 100);
    assertEquals(413, post("gzip", bomb).statusCode());
  }

  @ParameterizedTest
  @CsvSource({"br, '', 'gzip and deflate'", "gzip, not gzip, framed or compressed"})
  void compressedBodiesOverHttp2(String encoding, String body, String said) throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.headers(
          1, FrameClient.END_HEADERS, "POST", TestServer.INFER, "content-encoding", encoding);
      client.send(
          FrameClient.DATA,
          FrameClient.END_STREAM,
          1,
          (body + " ").getBytes(StandardCharsets.UTF_8));
      String answer = client.answer(1);
      assertTrue(answer.startsWith("{\"error\":\"") && answer.contains(said), answer);
      client.headers(
          3, FrameClient.END_HEADERS, "POST", TestServer.INFER, "content-encoding", "gzip");
      client.send(
          FrameClient.DATA,
          FrameClient.END_STREAM,
          3,
          compressed("gzip", TestServer.ONE.getBytes(StandardCharsets.UTF_8)));
      assertTrue(client.answer(3).contains(DATA));
    }
  }

  @Test
  void aBodyTooLargeOverHttp2() throws Exception {
    try (FrameClient client = new FrameClient(server.connect())) {
      client.headers(1, FrameClient.END_HEADERS, "POST", TestServer.INFER);
      byte[] frame = " ".repeat(1 << 14).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 5; i++) {
        client.send(FrameClient.DATA, i == 4 ? FrameClient.END_STREAM : 0, 1, frame);
      }
      String answer = client.answer(1);
      assertTrue(answer.startsWith("{\"error\":\""), answer);
      client.headers(3, FrameClient.END_HEADERS | FrameClient.END_STREAM, "HEAD", "/v2");
      assertEquals("", client.answer(3));
    }
  }
}
