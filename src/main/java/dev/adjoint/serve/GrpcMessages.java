package dev.adjoint.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Puts messages of gRPC together, each a prefix of five bytes and as many bytes as that says. They
 * are given out when they are whole: the web server makes room for all of a message as soon as its
 * prefix is there, and a prefix alone may say anything.
 *
 * <p>Their bytes are held from when they come until the call is answered, or the message is.
 */
final class GrpcMessages {
  /** Whether the message is compressed, and its length in four bytes. */
  private static final int PREFIX_BYTES = 5;

  private final int mostBytes;
  private final RequestBudget.Share held;
  private ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private final byte[] prefix = new byte[PREFIX_BYTES];
  private int prefixBytes;
  private long missing;

  /**
   * At the begin of a request.
   *
   * @param mostBytes the most bytes of a message; what is said to be longer is given out at once,
   *     to be refused
   * @param held the bytes of the request
   */
  GrpcMessages(int mostBytes, RequestBudget.Share held) {
    this.mostBytes = mostBytes;
    this.held = held;
  }

  /**
   * The messages that are whole with these bytes, one after the other; all that is left at last.
   *
   * @throws ServeException if there is no place for these bytes
   */
  synchronized byte[] take(byte[] bytes, boolean isLast) {
    held.take(bytes.length);
    int whole = isLast ? bytes.length : whole(bytes);
    begun.write(bytes, 0, whole);
    byte[] messages = {};
    if (isLast || whole > 0) {
      messages = begun.toByteArray();
      begun = new ByteArrayOutputStream();
    }
    begun.write(bytes, whole, bytes.length - whole);
    return messages;
  }

  /** Nothing refers to what was given out any more. */
  synchronized void areDone() {
    held.keep(begun.size());
  }

  /** The call has been answered, and nothing of it is kept. */
  synchronized void drop() {
    begun = new ByteArrayOutputStream();
    held.keep(0);
  }

  private boolean isTooLong() {
    return prefixBytes == PREFIX_BYTES && missing > mostBytes;
  }

  private int whole(byte[] bytes) {
    int whole = 0;
    int at = 0;
    while (at < bytes.length && !isTooLong()) {
      if (prefixBytes < PREFIX_BYTES) {
        prefix[prefixBytes++] = bytes[at++];
        missing = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt(1));
      } else {
        int taken = (int) Math.min(missing, bytes.length - at);
        at += taken;
        missing -= taken;
      }
      if (prefixBytes == PREFIX_BYTES && missing == 0) {
        prefixBytes = 0;
        whole = at;
      }
    }
    return isTooLong() ? bytes.length : whole;
  }
}
