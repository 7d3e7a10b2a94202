package dev.adjoint.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server listens.
 *
 * @param host the address; loopback unless told otherwise
 * @param port the port for HTTP and gRPC both, 0 for any that is free
 * @param tls the certificate for connections with TLS; without it they are not encrypted
 * @param token what callers must send as {@code Authorization: Bearer}, if anything
 * @param requestBytes the most bytes of a request
 * @param tensorBytes the most bytes that one tensor of a request may take
 * @param heldBytes the most bytes that all requests together may hold, from when they arrive until
 *     they are answered; a request for which there is no place is refused
 * @param connections how many callers may be connected; others wait until one has gone
 * @param readTimeout how long a client may take for a handshake of TLS, for the headers of a
 *     request, then for its body, for a frame of HTTP/2, and to accept what it is sent: a piece of
 *     an answer, or one that flow control holds back. Slow clients are looked for so often, and at
 *     least every second, so a connection may be closed up to a second later
 * @param poll how often changed models are looked for
 * @param accessLog the file that gets a line of JSON for each request; without it the logger {@code
 *     dev.adjoint.serve.access} gets them at the level DEBUG
 * @param models how models are run
 */
public record ServerOptions(
    String host,
    int port,
    Optional<TlsFiles> tls,
    Optional<String> token,
    int requestBytes,
    long tensorBytes,
    long heldBytes,
    int connections,
    Duration readTimeout,
    Duration poll,
    Optional<Path> accessLog,
    ModelOptions models) {
  /** What sets {@link #requestBytes} on the command line. */
  static final String REQUEST_BYTES = "--max-request-bytes";

  /** What sets {@link #tensorBytes} on the command line. */
  static final String TENSOR_BYTES = "--max-tensor-bytes";

  private static final int LAST_PORT = 65535;

  /** Checks the ranges. */
  public ServerOptions {
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "The port is from 0 to %d, given %d.".formatted(LAST_PORT, port));
    }
    if (heldBytes < 1 || connections < 1) {
      throw new IllegalArgumentException(
          "Limits are positive, given all requests of %d bytes, %d connections."
              .formatted(heldBytes, connections));
    }
    if (requestBytes < 1 || tensorBytes < 1 || !readTimeout.isPositive() || !poll.isPositive()) {
      throw new IllegalArgumentException(
          "Limits are positive, given requests of %d bytes, tensors of %d, %s to read, looks every %s."
              .formatted(requestBytes, tensorBytes, readTimeout, poll));
    }
  }

  /**
   * Loopback, port 8080, no TLS, no token, requests and tensors of up to 64 MiB, all requests of up
   * to a quarter of the heap, 1024 connections, 60 s to read, a look every 2 s.
   */
  public static ServerOptions standard() {
    return new ServerOptions(
        "127.0.0.1",
        8080,
        Optional.empty(),
        Optional.empty(),
        64 << 20,
        64 << 20,
        Runtime.getRuntime().maxMemory() / 4,
        1024,
        Duration.ofSeconds(60),
        Duration.ofSeconds(2),
        Optional.empty(),
        ModelOptions.standard());
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return ("ServerOptions[host=%s, port=%d, tls=%b, token=%b, requestBytes=%d, tensorBytes=%d,"
            + " heldBytes=%d, connections=%d, readTimeout=%s, poll=%s, accessLog=%s, models=%s]")
        .formatted(
            host,
            port,
            tls.isPresent(),
            token.isPresent(),
            requestBytes,
            tensorBytes,
            heldBytes,
            connections,
            readTimeout,
            poll,
            accessLog,
            models);
  }

  /** The same at another address. */
  public ServerOptions at(String otherHost, int otherPort) {
    return changed(draft -> {
      draft.host = otherHost;
      draft.port = otherPort;
    });
  }

  /** The same over TLS. */
  public ServerOptions withTls(TlsFiles files) {
    return changed(draft -> draft.tls = Optional.of(files));
  }

  /** The same for callers that know a token. */
  public ServerOptions withToken(String secret) {
    return changed(draft -> draft.token = Optional.of(secret));
  }

  /** The same with other limits. */
  public ServerOptions withLimits(int request, long tensor, Duration read) {
    return changed(draft -> {
      draft.requestBytes = request;
      draft.tensorBytes = tensor;
      draft.readTimeout = read;
    });
  }

  /** The same with other limits to all callers together. */
  public ServerOptions withTotals(long held, int connected) {
    return changed(draft -> {
      draft.heldBytes = held;
      draft.connections = connected;
    });
  }

  /** The same with models looked for at other times. */
  public ServerOptions withPoll(Duration time) {
    return changed(draft -> draft.poll = time);
  }

  /** The same with a file for the access log. */
  public ServerOptions withAccessLog(Path file) {
    return changed(draft -> draft.accessLog = Optional.of(file));
  }

  /** The same with models run otherwise. */
  public ServerOptions with(ModelOptions others) {
    return changed(draft -> draft.models = others);
  }

  private ServerOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are being changed. */
  private static final class Draft {
    private String host;
    private int port;
    private Optional<TlsFiles> tls;
    private Optional<String> token;
    private int requestBytes;
    private long tensorBytes;
    private long heldBytes;
    private int connections;
    private Duration readTimeout;
    private Duration poll;
    private Optional<Path> accessLog;
    private ModelOptions models;

    Draft(ServerOptions options) {
      this.host = options.host;
      this.port = options.port;
      this.tls = options.tls;
      this.token = options.token;
      this.requestBytes = options.requestBytes;
      this.tensorBytes = options.tensorBytes;
      this.heldBytes = options.heldBytes;
      this.connections = options.connections;
      this.readTimeout = options.readTimeout;
      this.poll = options.poll;
      this.accessLog = options.accessLog;
      this.models = options.models;
    }

    ServerOptions options() {
      return new ServerOptions(
          host,
          port,
          tls,
          token,
          requestBytes,
          tensorBytes,
          heldBytes,
          connections,
          readTimeout,
          poll,
          accessLog,
          models);
    }
  }
}
