package dev.adjoint.serve;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client of one request of HTTP/1, watched while the request is computed.
 *
 * <p>A thread waits for what the client sends next. A client that closes the connection and one
 * that only ends its own half look the same, until something is sent to them: the first answers
 * with a reset, the second waits for the result. So at such an end it is sent a sign of life; after
 * a reset the next one cannot be written.
 *
 * <p>A connection that was watched brings no other request, since nobody can take the watch back.
 */
final class HttpCaller implements Caller {
  private static final byte[] STILL_WORKING =
      "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ConnectionContext connection;
  private final Runnable signOfLife;
  private boolean watched;
  private volatile boolean ended;

  private HttpCaller(ConnectionContext connection, Runnable signOfLife) {
    this.connection = connection;
    this.signOfLife = signOfLife;
  }

  /**
   * One of HTTP/1.1. The sign is the interim response 102, which means nothing and which every
   * client must skip (RFC 9110, section 15.2).
   */
  static HttpCaller of11(ConnectionContext connection) {
    return new HttpCaller(
        connection, () -> connection.dataWriter().writeNow(BufferData.create(STILL_WORKING)));
  }

  /**
   * One of HTTP/1.0, which has no interim responses. The sign is a byte of the answer. There are
   * few that are the same for all answers, so they are sent farther and farther apart: at the first
   * look, the second, the fourth and so on.
   */
  static HttpCaller of10(ConnectionContext connection, WatchedWriter answer) {
    AtomicInteger looks = new AtomicInteger();
    return new HttpCaller(
        connection,
        () -> {
          if (Integer.bitCount(looks.incrementAndGet()) == 1) {
            answer.writeAhead();
          }
        });
  }

  /** Whether {@link #hasGone} was asked, after which the connection must be closed. */
  boolean isWatched() {
    return watched;
  }

  @Override
  public boolean hasGone() {
    if (!watched) {
      watched = true;
      Thread.ofVirtual().name("adjoint-serve-watch").start(this::watch);
    }
    return ended && !takesMore();
  }

  private void watch() {
    try {
      connection.dataReader().ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException
        | CloseConnectionException
        | UncheckedIOException _) {
      ended = true;
    }
  }

  private boolean takesMore() {
    try {
      signOfLife.run();
      return true;
    } catch (UncheckedIOException | SocketWriterException | CloseConnectionException _) {
      return false;
    }
  }
}
