package dev.adjoint.serve;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.gson.JsonObject;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, read and answered.
 *
 * @param request what is asked
 * @param response where the answer goes
 * @param connection what it came over
 * @param exchange what the log will say of it
 * @param held the bytes of its body, until it is answered
 * @param mostBytes how many bytes its body may have
 * @param waiters who waits for its body
 * @param patience how long its body may take to arrive
 */
record HttpCall(
    ServerRequest request,
    ServerResponse response,
    Connection connection,
    Exchange exchange,
    RequestBudget.Share held,
    int mostBytes,
    Waiters waiters,
    Duration patience) {
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?i)https?://((?:[^/?#@:\\[\\]]+|\\[[^\\]]*\\])(?::[0-9]{0,5})?)(?:/.*)?");

  /** What may be otherwise a moment later. */
  private static final Set<ServeException.Kind> AGAIN =
      Set.of(ServeException.Kind.BUSY, ServeException.Kind.UNAVAILABLE, ServeException.Kind.FULL);

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

  /**
   * The host that is asked, and its port if given. In a target of absolute form it counts before
   * the header (RFC 9112, section 3.2.2).
   */
  String authority() {
    String target = request.prologue().uriPath().rawPath();
    if (target.startsWith("/") || target.equals("*")) {
      return request.authority();
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      throw ServeException.invalid("The target is neither a path nor an address of HTTP.");
    }
    return absolute.group(1);
  }

  Optional<String> header(HeaderName name) {
    return request.headers().first(name);
  }

  /** An answer to GET, of which HEAD gets the head. */
  Answer get(Supplier<Answer> answer) {
    return only(List.of("GET", "HEAD"), answer);
  }

  /** An answer to POST only. */
  Answer post(Supplier<Answer> answer) {
    return only(List.of("POST"), answer);
  }

  /** An answer to what is asked of the whole server, which only says what it takes. */
  Answer server() {
    return only(
        List.of("GET", "HEAD", "POST"),
        () -> {
          throw ServeException.noPath(path());
        });
  }

  private Answer only(List<String> methods, Supplier<Answer> answer) {
    String method = method();
    if (methods.contains(method)) {
      return answer.get();
    }
    response.header(HeaderNames.ALLOW, String.join(", ", methods) + ", OPTIONS");
    if (method.equals("OPTIONS")) {
      return new Answer("application/json", Optional.empty(), new byte[0], 204);
    }
    throw new ServeException(
        ServeException.Kind.WRONG_METHOD,
        "This path takes %s.".formatted(String.join(" and ", methods)));
  }

  private String method() {
    return request.prologue().method().text();
  }

  /** All bytes of the body, if they arrive in time and there is place for them. */
  byte[] body() {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    Connections.contentLength(request.headers()).ifPresent(held::require);
    connection.bodyIsAskedFor();
    // Not closed: that would read on, even after a part that is wrong.
    byte[] bytes =
        inTime(() ->
            // The web server refuses what is too large itself.
            held.holding(request.content().inputStream(), Long.MAX_VALUE).readAllBytes());
    exchange.received(bytes.length);
    return bytes;
  }

  /** Reads what is left of the body, if it arrives in time, so that nobody waits for it longer. */
  void skipBody() {
    if (!request.content().consumed()) {
      boolean _ =
          inTime(() -> {
            request.content().consume();
            return true;
          });
    }
  }

  /** Reads what has arrived, or in a thread of its own: a read has no end of patience. */
  private <T> T inTime(Callable<T> reading) {
    CompletableFuture<T> read = new CompletableFuture<>();
    if (connection.hasWholeBody()) {
      read(reading, read);
    }
    Optional<Thread> reader = read.isDone() ? Optional.empty() : Optional.of(start(reading, read));
    try {
      return waiters.await(read, patience, () -> {});
    } catch (TimeoutException _) {
      reader.ifPresent(this::giveUp);
      throw ServeException.tooSlow("body", patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServeException(ServeException.Kind.UNAVAILABLE, "The server is stopping.");
    } catch (ExecutionException e) {
      closeAfterwards();
      throw unreadable(e.getCause(), mostBytes);
    }
  }

  private <T> Thread start(Callable<T> reading, CompletableFuture<T> read) {
    held.join();
    return Thread.ofVirtual()
        .name("adjoint-serve-body")
        .start(() -> {
          // Afterwards: whoever waits may have given up.
          read(reading, read);
          held.leave();
        });
  }

  private static <T> void read(Callable<T> reading, CompletableFuture<T> read) {
    try {
      read.complete(reading.call());
    } catch (Exception | Error e) {
      read.completeExceptionally(e);
    }
  }

  /** Of HTTP/2, it waits for frames, and takes an interruption for their end. */
  private void giveUp(Thread reader) {
    closeAfterwards();
    if (connection.isHttp2()) {
      reader.interrupt();
      Uninterruptibles.joinUninterruptibly(reader);
    } else {
      connection.isLeftToAnother();
    }
  }

  /** The connection is closed when this request is answered; a stream of HTTP/2 closes itself. */
  void closeAfterwards() {
    if (!connection.isHttp2()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
  }

  /** Why a body could not be read: mostly the client's fault, but not if it is anything else. */
  static ServeException unreadable(@Nullable Throwable failure, int mostBytes) {
    return switch (failure) {
      case ServeException known -> known;
      case RequestException known when isTooLarge(known.status()) -> tooLarge(mostBytes);
      case HttpException known when isTooLarge(known.status()) -> tooLarge(mostBytes);
      case IOException _,
          UncheckedIOException _,
          RequestException _,
          HttpException _,
          CloseConnectionException _,
          NumberFormatException _, // The length of a chunk.
          DataReader.IncorrectNewLineException _,
          DataReader.InsufficientDataAvailableException _ ->
          ServeException.invalid(
              "The body ends early, or is not framed or compressed as HTTP has it.");
      case null, default -> {
        System.getLogger(HttpCall.class.getName())
            .log(System.Logger.Level.ERROR, "reading a body failed", failure);
        yield new ServeException(ServeException.Kind.INTERNAL, "The server failed.");
      }
    };
  }

  static boolean isTooLarge(Status status) {
    return status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code();
  }

  /** A body is larger than it may be. */
  static ServeException tooLarge(int mostBytes) {
    return ServeException.tooLarge("The body is larger", mostBytes, ServerOptions.REQUEST_BYTES);
  }

  /** Sends an answer. */
  void send(Answer answer) {
    response.status(Status.create(answer.status()));
    response.header(HeaderNames.CONTENT_TYPE, answer.type());
    answer.jsonBytes().ifPresent(bytes -> response.header(JSON_BYTES, Integer.toString(bytes)));
    if (connection.isHttp2() && exchange.caller().hasGone()) {
      throw new CloseConnectionException("Nobody reads the answer.");
    }
    if (method().equals("HEAD")) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
      response.send();
    } else {
      exchange.sent(answer.body().length);
      response.send(answer.body());
    }
  }

  /** An error in the protocol's form. */
  Answer refusal(ServeException failure) {
    if (AGAIN.contains(failure.kind())) {
      response.header(HeaderNames.RETRY_AFTER, "1");
    }
    return Answer.json(failure.kind().http(), error(failure.getMessage()));
  }

  /** The protocol's form of an error. */
  static String error(String message) {
    JsonObject body = new JsonObject();
    body.addProperty("error", message);
    return body.toString();
  }
}
