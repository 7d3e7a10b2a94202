package dev.adjoint.serve;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes in pieces, each of which the client must take in time. */
final class WatchedWriter implements DataWriter {
  private static final int PIECE_BYTES = 1 << 16;

  /** What every answer begins with, whatever its status. */
  private static final byte[] BEGIN = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

  private final DataWriter socket;
  private final TimedStep writing;
  private volatile long lastWritten = System.nanoTime();
  private int ahead;

  /**
   * A writer to a socket.
   *
   * @param writing begins and ends with each piece
   */
  WatchedWriter(DataWriter socket, TimedStep writing) {
    this.socket = socket;
    this.writing = writing;
  }

  /**
   * Writes the next byte of the answer that will follow, and leaves it out there; nothing if
   * answers differ from there on.
   */
  void writeAhead() {
    if (ahead < BEGIN.length) {
      inTime(BufferData.create(BEGIN, ahead, 1), socket::writeNow);
      ahead++;
    }
  }

  @Override
  public void write(BufferData... buffers) {
    write(BufferData.create(buffers));
  }

  @Override
  public void write(BufferData buffer) {
    inPieces(buffer, socket::write);
  }

  @Override
  public void writeNow(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    inPieces(buffer, socket::writeNow);
  }

  private void inPieces(BufferData buffer, Consumer<BufferData> write) {
    int written = Math.min(ahead, buffer.available());
    buffer.skip(written);
    ahead -= written;
    while (buffer.available() > PIECE_BYTES) {
      byte[] piece = new byte[PIECE_BYTES];
      buffer.read(piece, 0, piece.length);
      inTime(BufferData.create(piece), write);
    }
    inTime(buffer, write);
  }

  private void inTime(BufferData piece, Consumer<BufferData> write) {
    writing.begin();
    write.accept(piece);
    writing.end();
    lastWritten = System.nanoTime();
  }

  /** When the client took a piece last, as {@link System#nanoTime} tells it. */
  long lastWritten() {
    return lastWritten;
  }

  @Override
  public void flush() {
    socket.flush();
  }

  @Override
  public void close() {
    socket.close();
  }
}
