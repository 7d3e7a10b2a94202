package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ids of requests, and what the access log says of them. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestLogTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

  @TempDir private Path folder;

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void oneLineForEachRequest() throws Exception {
    Path log = folder.resolve("access.log");
    Path models = folder.resolve("models");
    try (TestServer server = TestServer.start(models, TestServer.options().withAccessLog(log))) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request(TestServer.INFER)
                  .header("traceparent", PARENT)
                  .header("X-Request-Id", "mine")
                  .POST(BodyPublishers.ofString(TestServer.ONE)));
      HttpHeaders headers = answer.headers();
      assertEquals("mine", headers.firstValue("X-Request-Id").orElseThrow());
      String own = headers.firstValue("traceparent").orElseThrow();
      assertTrue(own.matches("00-" + TRACE + "-[0-9a-f]{16}-01"), own);
      assertNotEquals(PARENT, own);
      server.post("/v2/models/nobody/infer", TestServer.ONE);

      Metadata sent = new Metadata();
      sent.put(key("traceparent"), PARENT);
      AtomicReference<Metadata> received = new AtomicReference<>();
      GRPCInferenceServiceGrpc.newBlockingStub(
              ClientInterceptors.intercept(
                  server.channel(),
                  MetadataUtils.newAttachHeadersInterceptor(sent),
                  MetadataUtils.newCaptureMetadataInterceptor(received, new AtomicReference<>())))
          .modelInfer(TestServer.ask("line").build());
      assertEquals(TRACE, received.get().get(key("x-request-id")));
      assertTrue(received.get().get(key("traceparent")).startsWith("00-" + TRACE + "-"));
    }
    List<JsonObject> lines =
        Files.readAllLines(log).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertEquals(3, lines.size());
    JsonObject first = lines.getFirst();
    assertEquals("mine", first.get("id").getAsString());
    assertEquals(TRACE, first.get("trace").getAsString());
    assertEquals(TestServer.INFER, first.get("route").getAsString());
    assertEquals("line", first.get("model").getAsString());
    assertEquals("1", first.get("version").getAsString());
    assertEquals("200", first.get("status").getAsString());
    assertEquals(1, first.get("batch_rows").getAsInt());
    assertEquals(TestServer.ONE.length(), first.get("bytes_in").getAsInt());
    assertTrue(first.get("bytes_out").getAsInt() > 0);
    assertTrue(first.has("queue_microseconds") && first.has("compute_microseconds"));
    assertTrue(first.has("time") && first.has("microseconds"));
    assertEquals("404", lines.get(1).get("status").getAsString());
    assertEquals("OK", lines.get(2).get("status").getAsString());
    assertEquals(
        "inference.GRPCInferenceService/ModelInfer", lines.get(2).get("route").getAsString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-" + TRACE + "-0000000000000000-01",
        "ff-" + TRACE + "-00f067aa0ba902b7-01",
        "00-" + TRACE + "-00f067aa0ba902b7"
      })
  void aTraceThatIsNoneIsNotContinued(String header) {
    TraceParent trace = TraceParent.within(java.util.Optional.of(header));
    assertNotEquals(TRACE, trace.trace());
    assertTrue(trace.header().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00"), trace.header());
  }
}
