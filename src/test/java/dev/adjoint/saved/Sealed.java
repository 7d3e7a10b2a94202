package dev.adjoint.saved;

import dev.adjoint.saved.proto.GraphFileProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Files made by hand, with the checksum that their bytes need, as one who means harm makes them.
 */
final class Sealed {
  private static final int SEAL = 5;

  private Sealed() {}

  static byte[] of(GraphFileProto.Builder file) {
    return seal(file.clearChecksum().build().toByteArray());
  }

  /** The same bytes, whose checksum is made right. */
  static byte[] again(byte[] file) {
    return seal(contents(file));
  }

  /** What the checksum is of. */
  static byte[] contents(byte[] file) {
    return Arrays.copyOf(file, file.length - SEAL);
  }

  static byte[] seal(byte[] contents) {
    CRC32C checksum = new CRC32C();
    checksum.update(contents);
    return ByteBuffer.allocate(contents.length + SEAL)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(contents)
        .put((byte) 0x7d)
        .putInt((int) checksum.getValue())
        .array();
  }
}
