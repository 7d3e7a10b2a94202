package dev.adjoint.train.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes records in the TFRecord framing: the length as UINT64, its masked CRC-32C, the bytes, and
 * theirs; all little-endian. The mask rotates the sum to the right by 15 bits and adds 0xa282ead8,
 * so that sums of data that holds sums are no trouble.
 */
final class RecordWriter {
  private static final int MASK = 0xa282ead8;

  private final OutputStream out;

  RecordWriter(OutputStream out) {
    this.out = out;
  }

  void write(byte[] data) throws IOException {
    byte[] length = buffer(Long.BYTES).putLong(data.length).array();
    out.write(length);
    out.write(buffer(Integer.BYTES).putInt(maskedSum(length)).array());
    out.write(data);
    out.write(buffer(Integer.BYTES).putInt(maskedSum(data)).array());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maskedSum(byte[] data) {
    CRC32C sum = new CRC32C();
    sum.update(data);
    return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
  }
}
