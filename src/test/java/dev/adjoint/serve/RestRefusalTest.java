package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is said in the protocol's form, and the server goes on. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestRefusalTest {
  private static final int REQUEST_BYTES = 1 << 16;
  private static final int TENSOR_BYTES = 1 << 10;

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder,
            TestServer.options().withLimits(REQUEST_BYTES, TENSOR_BYTES, Duration.ofMillis(400)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void isHealthy() throws Exception {
    assertEquals(200, server.post(TestServer.INFER, TestServer.ONE).statusCode());
    assertEquals(200, server.get("/v2/health/ready").statusCode());
  }

  private static void assertRefused(int status, String said, HttpResponse<String> response) {
    assertRefused(status, response);
    assertTrue(response.body().contains(said), response.body());
  }

  private static void assertRefused(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertRefusal(response.body());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
  }

  private static void assertRefusal(String body) {
    String error = JsonParser.parseString(body).getAsJsonObject().get("error").getAsString();
    assertFalse(error.isEmpty());
    assertFalse(error.contains("Exception") || error.contains("\tat "), error);
  }

  private static String input(String datatype, String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}]}"
        .formatted(datatype, shape, data);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"inputs\":[]}{}",
        "{\"inputs\":{}}",
        "{\"inputs\":[5]}",
        "{\"inputs\":[{\"name\":{}}]}",
        "{\"inputs\":null}",
        "{\"inputs\":[],\"parameters\":[]}",
        "{\"inputs\":[],\"parameters\":{\"timeout\":\"soon\"}}",
        "{\"inputs\":[],\"parameters\":{\"timeout\":1e99}}",
        "{\"inputs\":[],\"outputs\":[{}]}",
        "\u0000\u0001"
      })
  void whatIsNotARequest(String body) throws Exception {
    assertRefused(400, server.post(TestServer.INFER, body));
  }

  @Test
  void whatIsNestedTooDeep() throws Exception {
    assertRefused(400, server.post(TestServer.INFER, "[".repeat(30_000)));
    assertRefused(
        400,
        server.post(
            TestServer.INFER, input("FP32", "[1,2]", "[".repeat(9_000) + "]".repeat(9_000))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32 | [1,2] | [NaN,2]",
        "FP32 | [1,2] | [Infinity,2]",
        "FP32 | [1,2] | [1e39,2]",
        "FP32 | [1,2] | [1e999999999,2]",
        "FP32 | [1,2] | [\"1\",2]",
        "FP32 | [1,2] | [true,2]",
        "FP32 | [1,2] | [null,2]",
        "FP32 | [1,2] | [{},2]",
        "FP32 | [1,2] | 5",
        "FP32 | [1,2] | [1]",
        "FP32 | [1,2] | [1,2,3]",
        "FP32 | [1,3] | [1,2,3]",
        "FP32 | [2] | [1,2]",
        "FP32 | [] | [1]",
        "FP32 | [1,-2] | [1,2]",
        "FP32 | [1.5,2] | [1,2]",
        "FP32 | [1e400,2] | [1,2]",
        "FP32 | [4611686018427387904,8] | [1,2]",
        "FP32 | [9223372036854775808,2] | [1,2]",
        "FP32 | [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2] | [1,2]",
        "FP32 | 2 | [1,2]",
        "FP64 | [1,2] | [1,2]",
        "FP16 | [1,2] | [1,2]",
        "BYTES | [1,2] | [\"a\",\"b\"]",
        "fp32 | [1,2] | [1,2]",
        "INT32 | [1,2] | [1,2]"
      })
  void tensorsThatDoNotFit(String datatype, String shape, String data) throws Exception {
    assertRefused(400, server.post(TestServer.INFER, input(datatype, shape, data)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"instances\":[[1,2]],\"inputs\":[[1,2]]}",
        "{\"instances\":[[1,2],[3]]}",
        "{\"instances\":[[1e40,2]]}",
        "{\"instances\":5}",
        "{\"instances\":[{\"z\":[1,2]}]}",
        "{\"instances\":[{\"x\":[1,2]},7]}",
        "{\"signature_name\":\"train\",\"instances\":[[1,2]]}"
      })
  void predictionsThatDoNotFit(String body) throws Exception {
    assertRefused(400, server.post("/v1/models/line:predict", body));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/models/nobody, 404",
    "POST, /v2/models/nobody/infer, 404",
    "POST, /v2/models/line/versions/9/infer, 404",
    "POST, /v2/models/line/versions/new/infer, 404",
    "POST, /v1/models/nobody:predict, 404",
    "POST, /v1/models/line:explain, 404",
    "POST, /v2/repository/models/nobody/load, 404",
    "POST, /v2/repository/models/line/burn, 404",
    "GET, /v2/models/nobody/ready, 404",
    "GET, /nowhere, 404",
    "GET, /v2/models/line/infer, 405",
    "PUT, /v2/models/line/infer, 405",
    "DELETE, /v2, 405",
    "POST, /metrics, 405"
  })
  void pathsThatAreNot(String method, String path, int status) throws Exception {
    assertRefused(
        status,
        server.send(server.request(path).method(method, BodyPublishers.ofString(TestServer.ONE))));
  }

  @ParameterizedTest
  @CsvSource({"-1, 400", "99999, 400", "many, 400", "5, 400"})
  void lengthsThatAreNot(String length, int status) throws Exception {
    assertRefused(
        status,
        server.send(
            server
                .request(TestServer.INFER)
                .header("Inference-Header-Content-Length", length)
                .POST(BodyPublishers.ofString(TestServer.ONE))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "9", "-1", "4294967304", "8.5", "\"eight\""})
  void binaryTensorsThatDoNotFit(String size) throws Exception {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],"
            + "\"parameters\":{\"binary_data_size\":%s}}]}".formatted(size);
    assertRefused(
        400,
        server.send(
            server
                .request(TestServer.INFER)
                .header("Inference-Header-Content-Length", "" + json.length())
                .POST(BodyPublishers.ofString(json + "12345678"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/models/line:predict | {\"instances\":5} | 'instances' must be an array, given 5.",
        "/v1/models/line:predict | {\"inputs\":null} | must be an object or an array, given null.",
        "/v1/models/line:predict | {\"signature_name\":null,\"inputs\":[[1,2]]} | 'signature_name'"
            + " must be a string, given null.",
        "/v1/models/line:predict | {\"instances\":[{\"x\":[1,2]},{}]} | one has no 'x', the first"
            + " has [x].",
        "/v2/models/line/infer | {\"inputs\":null} | 'inputs' must be an array, given null.",
        "/v2/models/line/infer | {\"inputs\":[],\"parameters\":{\"signature\":null}} | 'signature'"
            + " must be a string, given null.",
        "/v2/models/line/infer | {\"inputs\":[],\"parameters\":{\"timeout\":0}} | 'timeout' must be"
            + " at least 1 microsecond, given 0.",
        "/v2/models/line/infer | {\"inputs\":[],\"parameters\":{\"timeout\":-5}} | 'timeout' must"
            + " be at least 1 microsecond, given -5.",
        "/v2/models/line/infer | {\"inputs\":[],\"parameters\":{\"timeout\":1.5}} | 'timeout' must"
            + " be a whole number of 64 bits, given 1.5.",
      })
  void membersOfTheWrongKindAreNamed(String path, String body, String message) throws Exception {
    HttpResponse<String> refused = server.post(path, body);
    assertRefused(400, refused);
    String error =
        JsonParser.parseString(refused.body()).getAsJsonObject().get("error").getAsString();
    assertTrue(error.contains(message), error);
  }

  @Test
  void aTimeoutAsLongAsANumberCanSayIsNoOverflow() throws Exception {
    String body =
        TestServer.ONE.replaceFirst("\\{", "{\"parameters\":{\"timeout\":9223372036854775807},");
    assertEquals(200, server.post(TestServer.INFER, body).statusCode());
  }

  private static String change(String host, String origin) throws IOException {
    return raw(
        "POST /v2/repository/models/line/load HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 0\r\n\r\n"
            .formatted(host, origin.isEmpty() ? "" : "Origin: " + origin + "\r\n"),
        true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://evil.example", "null", "http://localhost:9", "http://localhost:8080.evil"})
  void pagesOfOthersMayNotChangeModels(String origin) throws Exception {
    assertRefused(403, change("localhost:8080", origin));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, http://localhost:8080",
    "LOCALHOST, https://localhost",
    "127.0.0.1:1, http://127.0.0.1:1",
    "[::1]:8080, http://[::1]:8080",
    "localhost, ''"
  })
  void ownPagesMayChangeModels(String host, String origin) throws Exception {
    String answer = change(host, origin);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example"})
  void namesThatAreNotThisMachineAreRefused(String host) throws Exception {
    assertRefused(403, change(host, "http://" + host));
    assertRefused(
        403, raw("GET /v2/models/line HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host), true));
  }

  @Test
  void whatIsTooLarge() throws Exception {
    String large = " ".repeat(REQUEST_BYTES + 1);
    String body = REQUEST_BYTES + " bytes. Its option --max-request-bytes ";
    assertRefused(413, body, server.post(TestServer.INFER, large));
    assertRefused(
        413,
        body,
        server.send(
            server
                .request(TestServer.INFER)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))));
    assertRefused(
        413,
        TENSOR_BYTES + " bytes. Its option --max-tensor-bytes ",
        server.post(TestServer.INFER, input("FP32", "[1000,2]", "[]")));
  }

  /** Sends bytes as they are, ends this half if told so, and returns what is answered. */
  private static String raw(String request, boolean end) throws IOException {
    try (Socket client = server.connect()) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      if (end) {
        client.shutdownOutput();
      }
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertRefused(int status, String response) {
    assertTrue(response.startsWith("HTTP/1.1 " + status + " "), () -> "\"" + response + "\"");
    assertRefusal(response.substring(response.indexOf("\r\n\r\n") + 4));
  }

  private static String half() {
    String whole = new String(TestServer.http(TestServer.INFER), StandardCharsets.UTF_8);
    return whole.substring(0, whole.length() - 10);
  }

  @Test
  void aBodyThatStopsHalfWayIsNotWaitedForForever() throws Exception {
    assertRefused(408, raw(half(), false));
  }

  @Test
  void aBodyThatComesByteByByteIsNotWaitedForForever() throws Exception {
    try (Socket client = server.connect()) {
      client
          .getOutputStream()
          .write(
              half()
                  .replaceFirst("Content-Length: .*", "Content-Length: 60000")
                  .getBytes(StandardCharsets.UTF_8));
      Thread trickle =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    client.getOutputStream().write(' ');
                    Thread.sleep(5);
                  }
                } catch (IOException | InterruptedException e) {
                  // The server has closed the connection, as it should.
                }
              });
      byte[] answer = client.getInputStream().readNBytes("HTTP/1.1 408".length());
      assertEquals("HTTP/1.1 408", new String(answer, StandardCharsets.UTF_8));
      trickle.interrupt();
    }
  }

  @Test
  void headersThatStopHalfWayAreNotWaitedForForever() throws Exception {
    assertEquals("", raw("GET /v2 HTTP/1.1\r\nHost: local", false));
  }

  @Test
  void aBodyThatEndsEarlyIsRefused() throws Exception {
    assertRefused(400, raw(half(), true));
  }

  @Test
  void aClientThatEndsItsHalfAfterTheRequestIsAnswered() throws Exception {
    String answer =
        raw(new String(TestServer.http(TestServer.INFER), StandardCharsets.UTF_8), true);
    assertTrue(answer.startsWith("HTTP/1.1 200 OK"), answer);
  }

  @Test
  void whatIsNotHttp() throws Exception {
    assertRefused(400, raw("NONSENSE\r\n\r\n", true));
    assertRefused(400, raw("GET /v2 HTTP/1.1\r\nno colon\r\n\r\n", true));
    assertRefused(
        400,
        raw(
            "POST /v2/models/line/infer HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "zz\r\n",
            true));
    assertRefused(
        400, raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -7\r\n\r\n", true));
  }

  @Test
  void aClientThatConnectsAndGoesIsNoTrouble() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Socket client = server.connect()) {
        client.getOutputStream().write(half().getBytes(StandardCharsets.UTF_8), 0, i * 3);
        client.setSoLinger(true, 0);
      }
    }
  }
}
