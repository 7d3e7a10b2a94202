package dev.adjoint.serve;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * What is left of a request's body of HTTP/1.1 when it has been answered. It is read without
 * looking: closed with bytes unread, a connection is reset, and the answer may be lost with it (RFC
 * 9112, section 9.6).
 */
final class RestOfBody {
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final Supplier<byte[]> socket;

  /** How many bytes have come, and how many of them before the body. */
  private long pulled;

  private long begin;
  private OptionalLong length = OptionalLong.of(0);
  private byte[] tail = {};
  private boolean isHeldBack;
  private boolean isRead = true;

  /** A connection whose bytes come from here. */
  RestOfBody(Supplier<byte[]> socket) {
    this.socket = socket;
  }

  /** The bytes that come next. */
  byte[] pull() {
    byte[] bytes = socket.get();
    pulled += bytes.length;
    int kept = Math.min(tail.length, LAST_CHUNK.length);
    int added = Math.min(bytes.length, LAST_CHUNK.length);
    byte[] both = Arrays.copyOfRange(tail, tail.length - kept, tail.length + added);
    System.arraycopy(bytes, bytes.length - added, both, kept, added);
    tail = Arrays.copyOfRange(both, Math.max(0, both.length - LAST_CHUNK.length), both.length);
    return bytes;
  }

  /**
   * A body follows.
   *
   * @param ahead how many of its bytes have come already
   * @param bytes how many it has; empty if it comes in chunks, of which the last is empty
   * @param isAsked whether the client may wait to be told to send it
   */
  void begins(int ahead, OptionalLong bytes, boolean isAsked) {
    begin = pulled - ahead;
    length = bytes;
    isHeldBack = isAsked;
    isRead = false;
  }

  /** The client is told to send it. */
  void isAskedFor() {
    isHeldBack = false;
  }

  /** There is nothing left, or another reads it. */
  void isRead() {
    isRead = true;
  }

  /** Reads it, if it is to come, until its end or that of the connection. */
  void read() {
    try {
      while (!isRead && !isHere()) {
        pull();
      }
    } catch (DataReader.InsufficientDataAvailableException
        | UncheckedIOException
        | CloseConnectionException _) {
      // The client has closed the connection, or was too slow.
    }
  }

  /** Whether a body whose length is known has come to its end. */
  boolean isWhole() {
    return length.isPresent() && pulled - begin >= length.getAsLong();
  }

  private boolean isHere() {
    long came = pulled - begin;
    if (isHeldBack && came == 0) {
      return true;
    }
    return length.isPresent()
        ? isWhole()
        : came >= LAST_CHUNK.length && Arrays.equals(tail, LAST_CHUNK);
  }
}
