package dev.adjoint.serve;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.util.function.Consumer;

/**
 * Writes in pieces, each of which the client must take in time.
 *
 * @param socket where they go
 * @param writing begins and ends with each piece
 */
record WatchedWriter(DataWriter socket, TimedStep writing) implements DataWriter {
  private static final int PIECE_BYTES = 1 << 16;

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
