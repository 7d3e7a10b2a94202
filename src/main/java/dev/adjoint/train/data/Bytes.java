package dev.adjoint.train.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads files that may be compressed by gzip, which their first two bytes tell. */
final class Bytes {
  private static final int GZIP_MAGIC = 0x1f8b;

  private Bytes() {}

  /**
   * All bytes of a file, unpacked.
   *
   * @throws DataFormatException if the file is compressed and damaged or cut off
   */
  static byte[] read(Path file) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(2);
      int magic = raw.read() << 8 | raw.read();
      raw.reset();
      return magic == GZIP_MAGIC ? unpack(raw) : raw.readAllBytes();
    } catch (EOFException | ZipException e) {
      throw new DataFormatException(
          "%s is damaged or cut off: %s. Fetch it again.".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] unpack(InputStream raw) throws IOException {
    try (InputStream unpacked = new GZIPInputStream(raw)) {
      return unpacked.readAllBytes();
    }
  }
}
