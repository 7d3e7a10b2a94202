package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers of REST over HTTP/2 that go: with their connection, or from one stream of it. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2CallerTest extends GatedCalls {
  Http2CallerTest() {
    super(8);
  }

  private FrameClient client() throws Exception {
    return new FrameClient(server.connect());
  }

  /** One request that is computed, and one that waits. */
  private void postTwo(FrameClient client) throws Exception {
    client.post(1, TestServer.INFER_GATED, TestServer.ONE);
    first.awaitArrival();
    client.post(3, TestServer.INFER_GATED, TestServer.ONE);
    server.awaitWaiting("gated", 1);
  }

  private void assertGoesOn() throws Exception {
    assertEquals(200, server.post(TestServer.INFER_GATED, TestServer.ONE).statusCode());
  }

  @Test
  void aStreamThatIsResetLeavesTheQueue() throws Exception {
    try (FrameClient client = client()) {
      postTwo(client);
      client.reset(3);
      server.awaitEnded("gated", "CANCELLED", 1);
      server.awaitWaiting("gated", 0);
      first.open();
      assertTrue(client.answer(1).contains("\"data\":[1.0,2.0]"));
    }
    assertGoesOn();
    assertEquals(2, first.arrivals());
    assertEquals(1, server.ended("gated", "CANCELLED"));
  }

  @Test
  void theRunOfAStreamThatIsResetIsStopped() throws Exception {
    try (FrameClient client = client()) {
      postTwo(client);
      client.reset(1);
      server.awaitEnded("gated", "CANCELLED", 1);
      first.open();
      assertTrue(client.answer(3).contains("\"data\":[1.0,2.0]"));
    }
    assertEquals(1, second.arrivals());
  }

  @Test
  void aConnectionThatIsClosedTakesAllItsRequests() throws Exception {
    try (FrameClient client = client()) {
      postTwo(client);
    }
    server.awaitEnded("gated", "CANCELLED", 2);
    server.awaitWaiting("gated", 0);
    first.open();
    assertGoesOn();
    assertEquals(1, second.arrivals());
  }

  @Test
  void anUpgradedConnectionIsWatchedToo() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    URI live = URI.create("http://127.0.0.1:%d/v2/health/live".formatted(server.server().port()));
    assertEquals(
        HttpClient.Version.HTTP_2,
        client.send(HttpRequest.newBuilder(live).build(), BodyHandlers.ofString()).version());
    HttpRequest infer =
        HttpRequest.newBuilder(live.resolve(TestServer.INFER_GATED))
            .POST(BodyPublishers.ofString(TestServer.ONE))
            .build();
    var reset = client.sendAsync(infer, BodyHandlers.ofString());
    first.awaitArrival();
    var answered = client.sendAsync(infer, BodyHandlers.ofString());
    server.awaitWaiting("gated", 1);
    assertTrue(reset.cancel(true));
    server.awaitEnded("gated", "CANCELLED", 1);
    first.open();
    assertEquals(HttpClient.Version.HTTP_2, answered.get().version());
    assertEquals(200, answered.get().statusCode());
    client.close();
  }

  @Test
  void manyStreamsOverOneConnectionAreAnswered() throws Exception {
    first.open();
    try (FrameClient client = client()) {
      for (int stream = 1; stream < 60; stream += 2) {
        client.post(stream, TestServer.INFER, TestServer.ONE);
        assertTrue(client.answer(stream).contains("\"id\":\"7\""));
      }
    }
  }
}
