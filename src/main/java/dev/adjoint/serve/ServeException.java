package dev.adjoint.serve;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that gets no result, with the answer that the protocol names for it. */
public final class ServeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why there is no result. */
  public enum Kind {
    /** The request is wrong. */
    INVALID(400, Status.Code.INVALID_ARGUMENT),
    /** It has no token, or a wrong one. */
    UNAUTHENTICATED(401, Status.Code.UNAUTHENTICATED),
    /** It comes from a page of another site. */
    FORBIDDEN(403, Status.Code.PERMISSION_DENIED),
    /** There is no such model, version or path. */
    NOT_FOUND(404, Status.Code.NOT_FOUND),
    /** The path takes another method. */
    WRONG_METHOD(405, Status.Code.UNIMPLEMENTED),
    /** The request did not arrive in time. */
    TOO_SLOW(408, Status.Code.DEADLINE_EXCEEDED),
    /** The request is larger than allowed. */
    TOO_LARGE(413, Status.Code.RESOURCE_EXHAUSTED),
    /** The body is in an encoding that is not read. */
    UNSUPPORTED_BODY(415, Status.Code.INVALID_ARGUMENT),
    /** The model's queue is full. */
    BUSY(429, Status.Code.RESOURCE_EXHAUSTED),
    /** The caller has gone. */
    CANCELLED(499, Status.Code.CANCELLED),
    /** The model failed. */
    INTERNAL(500, Status.Code.INTERNAL),
    /** The server does not do this. */
    UNSUPPORTED(501, Status.Code.UNIMPLEMENTED),
    /** The model or the server is not ready, or is stopping. */
    UNAVAILABLE(503, Status.Code.UNAVAILABLE),
    /** The server holds as many bytes of requests as it may. */
    FULL(503, Status.Code.RESOURCE_EXHAUSTED),
    /** It took too long. */
    TIMED_OUT(504, Status.Code.DEADLINE_EXCEEDED);

    private final int http;
    private final Status.Code grpc;

    Kind(int http, Status.Code grpc) {
      this.http = http;
      this.grpc = grpc;
    }

    int http() {
      return http;
    }

    Status.Code grpc() {
      return grpc;
    }
  }

  private final Kind kind;

  ServeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static ServeException invalid(String message, @Nullable Object... values) {
    return new ServeException(Kind.INVALID, message.formatted(values));
  }

  static ServeException tooSlow(String what, Duration patience) {
    return new ServeException(
        Kind.TOO_SLOW, "The %s was not there within %d ms.".formatted(what, patience.toMillis()));
  }

  /**
   * What a caller sent is too large.
   *
   * @param what it is, and that it is larger than it may be
   * @param mostBytes how many bytes it may have
   * @param option what changes that, for whoever runs the server
   */
  static ServeException tooLarge(String what, long mostBytes, String option) {
    return new ServeException(Kind.TOO_LARGE, limit(what, mostBytes, option));
  }

  /** Says a limit, and the option of the server's command line that changes it. */
  static String limit(String what, long mostBytes, String option) {
    return "%s; the server takes at most %d bytes. Its option %s changes that."
        .formatted(what, mostBytes, option);
  }

  static ServeException noToken() {
    return new ServeException(Kind.UNAUTHENTICATED, "A valid token is needed.");
  }

  static ServeException noPath(List<String> path) {
    return new ServeException(
        Kind.NOT_FOUND, "There is no path /%s.".formatted(String.join("/", path)));
  }

  static ServeException noVersion(String model, String version, List<String> versions) {
    return new ServeException(
        Kind.NOT_FOUND,
        "The model '%s' has no version '%s' here, only %s.".formatted(model, version, versions));
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Why there is no result. */
  public Kind kind() {
    return kind;
  }
}
