package dev.adjoint.serve;

import com.google.gson.JsonObject;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, read and answered.
 *
 * @param request what is asked
 * @param response where the answer goes
 * @param exchange what the log will say of it
 * @param patience how long its body may take to arrive
 */
record HttpCall(
    ServerRequest request, ServerResponse response, Exchange exchange, Duration patience) {
  static final HeaderName JSON_BYTES = HeaderNames.create("Inference-Header-Content-Length");

  /**
   * An answer.
   *
   * @param type its media type
   * @param jsonBytes how many of its bytes are JSON, if tensors follow
   * @param body its bytes
   * @param status the status of HTTP
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Answer(String type, Optional<Integer> jsonBytes, byte[] body, int status) {
    static Answer json(String text) {
      return json(Status.OK_200.code(), text);
    }

    static Answer json(int status, String text) {
      return new Answer("application/json", Optional.empty(), bytes(text), status);
    }

    static Answer text(String type, String text) {
      return new Answer(type + "; charset=utf-8", Optional.empty(), bytes(text), 200);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The parts of the path between its slashes, decoded. */
  List<String> path() {
    List<String> path = new ArrayList<>(List.of(request.path().path().split("/")));
    path.removeIf(String::isEmpty);
    return path;
  }

  Optional<String> header(HeaderName name) {
    return request.headers().first(name);
  }

  /** An answer to GET only. */
  Answer get(Supplier<Answer> answer) {
    return only("GET", answer);
  }

  /** An answer to POST only. */
  Answer post(Supplier<Answer> answer) {
    return only("POST", answer);
  }

  private Answer only(String method, Supplier<Answer> answer) {
    if (!request.prologue().method().text().equals(method)) {
      throw new ServeException(
          ServeException.Kind.WRONG_METHOD, "This path takes %s.".formatted(method));
    }
    return answer.get();
  }

  /** All bytes of the body, if they arrive in time. */
  byte[] body() {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    CompletableFuture<byte[]> body = new CompletableFuture<>();
    Thread.ofVirtual().name("adjoint-serve-body").start(() -> read(body));
    try {
      byte[] bytes = body.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      exchange.received(bytes.length);
      return bytes;
    } catch (TimeoutException _) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      throw new ServeException(
          ServeException.Kind.TOO_SLOW,
          "The body was not there within %d ms.".formatted(patience.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServeException(ServeException.Kind.UNAVAILABLE, "The server is stopping.");
    } catch (ExecutionException e) {
      throw unreadable(e.getCause());
    }
  }

  /** Reads in a thread of its own, since a read from a connection has no end of patience. */
  private void read(CompletableFuture<byte[]> body) {
    try (InputStream in = request.content().inputStream()) {
      body.complete(in.readAllBytes());
    } catch (IOException | RuntimeException e) {
      body.completeExceptionally(e);
    }
  }

  private RuntimeException unreadable(@Nullable Throwable failure) {
    if (failure instanceof RequestException known) {
      return known;
    }
    response.header(HeaderValues.CONNECTION_CLOSE);
    return ServeException.invalid("The body ends early, or is not framed as HTTP has it.");
  }

  /** Sends an answer. */
  void send(Answer answer) {
    response.status(Status.create(answer.status()));
    response.header(HeaderNames.CONTENT_TYPE, answer.type());
    answer.jsonBytes().ifPresent(bytes -> response.header(JSON_BYTES, Integer.toString(bytes)));
    exchange.sent(answer.body().length);
    response.send(answer.body());
  }

  /** Sends an error in the protocol's form. */
  void send(ServeException failure) {
    if (failure.kind() == ServeException.Kind.BUSY
        || failure.kind() == ServeException.Kind.UNAVAILABLE) {
      response.header(HeaderNames.RETRY_AFTER, "1");
    }
    send(Answer.json(failure.kind().http(), error(failure.getMessage())));
  }

  /** The protocol's form of an error. */
  static String error(String message) {
    JsonObject body = new JsonObject();
    body.addProperty("error", message);
    return body.toString();
  }
}
