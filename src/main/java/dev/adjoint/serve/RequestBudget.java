package dev.adjoint.serve;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * How many bytes of requests a server holds at a time, all callers together. What arrives beyond
 * that is refused at once, since to wait for others would hold it.
 */
final class RequestBudget {
  private final long mostBytes;

  @GuardedBy("this")
  private long heldBytes;

  RequestBudget(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** What one request holds, which is nothing yet, and one holder of it. */
  Share share() {
    return new Share();
  }

  private ServeException isFull(long bytes) {
    return new ServeException(
        ServeException.Kind.FULL,
        "All requests together may hold %d bytes, which has no place for %d bytes more. Try again later."
            .formatted(mostBytes, bytes));
  }

  private synchronized void hold(long bytes) {
    requirePlace(bytes);
    heldBytes += bytes;
  }

  private synchronized void requirePlace(long bytes) {
    if (bytes > mostBytes - heldBytes) {
      throw isFull(bytes);
    }
  }

  private synchronized void giveBack(long bytes) {
    heldBytes -= bytes;
  }

  /**
   * The bytes of one request. They are given back when the last of its holders has left: a thread
   * that still reads the request keeps them, whoever has refused it meanwhile.
   */
  final class Share {
    @GuardedBy("this")
    private int holders = 1;

    @GuardedBy("this")
    private long bytes;

    private Share() {}

    /** One holder more. */
    synchronized void join() {
      holders++;
    }

    /** One holder less. */
    synchronized void leave() {
      holders--;
      if (holders == 0) {
        keep(0);
      }
    }

    /**
     * Holds so many bytes more.
     *
     * @throws ServeException if there is no place for them
     */
    synchronized void take(long more) {
      hold(more);
      bytes += more;
    }

    /** Holds no more than so many bytes. */
    synchronized void keep(long most) {
      long less = Math.max(0, bytes - most);
      giveBack(less);
      bytes -= less;
    }

    /** Refuses what has no place for so many bytes more, before they come. */
    void require(long more) {
      requirePlace(more);
    }

    /**
     * A stream whose bytes are held from when they are read.
     *
     * @param mostBytes more are refused
     */
    InputStream holding(InputStream stream, long mostBytes) {
      return new Holding(stream, this, mostBytes);
    }
  }

  private static final class Holding extends FilterInputStream {
    private final Share share;
    private final long mostBytes;
    private long readBytes;

    Holding(InputStream stream, Share share, long mostBytes) {
      super(stream);
      this.share = share;
      this.mostBytes = mostBytes;
    }

    private void hold(int bytes) {
      readBytes += bytes;
      if (readBytes > mostBytes) {
        throw ServeException.tooLarge(
            "Uncompressed, the message is larger", mostBytes, ServerOptions.REQUEST_BYTES);
      }
      share.take(bytes);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      if (read >= 0) {
        hold(1);
      }
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        hold(count);
      }
      return count;
    }
  }
}
