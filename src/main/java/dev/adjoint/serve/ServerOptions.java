package dev.adjoint.serve;

import java.time.Duration;
import java.util.Optional;

/**
 * How a server listens.
 *
 * @param host the address; loopback unless told otherwise
 * @param port the port for HTTP and gRPC both, 0 for any that is free
 * @param token what callers must send as {@code Authorization: Bearer}, if anything
 * @param requestBytes the most bytes of a request
 * @param poll how often changed models are looked for
 * @param models how models are run
 */
public record ServerOptions(
    String host,
    int port,
    Optional<String> token,
    int requestBytes,
    Duration poll,
    ModelOptions models) {
  /** Loopback, port 8080, no token, requests of up to 64 MiB, a look every 2 seconds. */
  public static ServerOptions standard() {
    return new ServerOptions(
        "127.0.0.1",
        8080,
        Optional.empty(),
        64 << 20,
        Duration.ofSeconds(2),
        ModelOptions.standard());
  }

  /** The same at another address. */
  public ServerOptions at(String otherHost, int otherPort) {
    return new ServerOptions(otherHost, otherPort, token, requestBytes, poll, models);
  }

  /** The same for callers that know a token. */
  public ServerOptions withToken(String secret) {
    return new ServerOptions(host, port, Optional.of(secret), requestBytes, poll, models);
  }

  /** The same with other limits. */
  public ServerOptions withLimits(int bytes, Duration looks) {
    return new ServerOptions(host, port, token, bytes, looks, models);
  }

  /** The same with models run otherwise. */
  public ServerOptions with(ModelOptions others) {
    return new ServerOptions(host, port, token, requestBytes, poll, others);
  }
}
