package dev.adjoint.serve;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Knows the connections over which requests of HTTP/1.1 arrive. */
final class HttpCallers implements Http1ConnectionListener {
  /** Each connection has a thread, which calls {@link #prologue} and then answers. */
  @SuppressWarnings("ThreadLocalUsage") // Each server has its own connections.
  private final ThreadLocal<ConnectionContext> connections = new ThreadLocal<>();

  /** Since when the headers of a request are on their way. */
  private final Map<ConnectionContext, Long> arriving = new ConcurrentHashMap<>();

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    connections.set(connection);
    arriving.put(connection, System.nanoTime());
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    arriving.remove(connection);
  }

  /** The client of the request that this thread answers, if it came by HTTP/1.1. */
  Optional<HttpCaller> current() {
    return Optional.ofNullable(connections.get()).map(HttpCaller::new);
  }

  /** Closes connections whose headers take longer to arrive than this. */
  void closeSlow(Duration patience) {
    long now = System.nanoTime();
    arriving.forEach((connection, since) -> {
      // Not if its headers came meanwhile, or those of its next request began to.
      if (now - since > patience.toNanos() && arriving.remove(connection, since)) {
        close(connection);
      }
    });
  }

  private static void close(ConnectionContext connection) {
    try {
      connection.serverSocket().close();
    } catch (UncheckedIOException _) {
      // It is closed already.
    }
  }
}
