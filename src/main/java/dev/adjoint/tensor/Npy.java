package dev.adjoint.tensor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Tensors as NumPy's {@code .npy} files.
 *
 * <p>Reads format versions 1.0, 2.0 and 3.0, both byte orders, both orders of axes. bool, float32,
 * float64, int32 and int64 keep their dtype; float16 becomes FLOAT32, int8, int16, uint8 and uint16
 * become INT32, uint32 becomes INT64; other types are refused. Writes version 1.0, least
 * significant byte first, last axis fastest: the bytes that {@code numpy.save} writes.
 *
 * <p>Files may come from strangers: memory is taken only as far as bytes are there to fill it, and
 * whatever is wrong ends in an {@link NpyFormatException}.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 1 << 16;
  // NumPy leaves room for the size of the slowest axis to grow to this many digits.
  private static final int GROWTH_DIGITS = 21;

  private Npy() {}

  /**
   * Reads a file that holds one tensor and nothing else.
   *
   * @throws NpyFormatException if the file is damaged, goes on after the tensor or holds elements
   *     of another type
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Tensor tensor = read(in, Files.size(file));
      requireEnd(in);
      return tensor;
    } catch (NpyFormatException e) {
      throw new NpyFormatException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads one tensor and leaves the stream right after it, open; another may follow.
   *
   * @throws NpyFormatException if the data is damaged, ends early or holds elements of another type
   * @throws IOException if the stream cannot be read
   */
  public static Tensor read(InputStream in) throws IOException {
    return read(in, 0);
  }

  /**
   * Writes one tensor as a new file or over an old one.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out, tensor);
    }
  }

  /**
   * Writes one tensor and leaves the stream open.
   *
   * @throws IOException if the stream cannot be written
   */
  public static void write(OutputStream out, Tensor tensor) throws IOException {
    String dictionary =
        new NpyHeader(NpyElement.descr(tensor.dtype()), false, tensor.shape()).toString();
    int growth = tensor.rank() == 0 ? 0 : GROWTH_DIGITS - Long.toString(tensor.dim(0)).length();
    int used = MAGIC.length + 4 + dictionary.length() + growth + 1;
    String header = dictionary + " ".repeat(growth + Math.floorMod(-used, ALIGNMENT)) + "\n";
    ByteBuffer start = ByteBuffer.allocate(MAGIC.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    out.write(start.array());
    out.write(header.getBytes(StandardCharsets.ISO_8859_1));
    int width = tensor.dtype().byteSize();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0, to; from < tensor.size(); from = to) {
      to = (int) Math.min(tensor.size(), from + (long) CHUNK / width);
      tensor.storage().write(from, to, chunk.clear());
      out.write(chunk.array(), 0, chunk.position());
    }
  }

  /** Reads one tensor; {@code present} bytes are known to be there, or may be, if it is 0. */
  static Tensor read(InputStream in, long present) throws IOException {
    NpyHeader header = readHeader(in);
    NpyElement element = NpyElement.of(header.descr());
    int size;
    try {
      size = Tensor.checkSize(element.dtype(), header.shape());
    } catch (IllegalArgumentException e) {
      throw new NpyFormatException("The npy file is no tensor: " + e.getMessage(), e);
    }
    long claimed = (long) size * element.bytes();
    if (present > 0 && claimed > present) {
      throw truncated("%d bytes of elements".formatted(claimed), present + " in the whole file");
    }
    ByteOrder order = NpyElement.order(header.descr());
    int known = present > 0 ? size : Math.min(size, CHUNK);
    Storage storage = readElements(in, element, order, size, known);
    return new Tensor(
        header.fortranOrder() ? toRowMajor(storage, header.shape()) : storage, header.shape());
  }

  /** Fails unless the stream is at its end. */
  static void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new NpyFormatException(
          "There is more after the tensor; read several tensors one by one from a stream.");
    }
  }

  private static NpyHeader readHeader(InputStream in) throws IOException {
    byte[] start = exactly(in, MAGIC.length + 2, "the first bytes");
    if (!Arrays.equals(MAGIC, 0, MAGIC.length, start, 0, MAGIC.length)) {
      throw new NpyFormatException(
          "An npy file starts with \\x93NUMPY, not with '%s'."
              .formatted(Excerpt.of(new String(start, StandardCharsets.ISO_8859_1))));
    }
    int major = start[MAGIC.length];
    int minor = start[MAGIC.length + 1];
    if (major < 1 || major > 3 || minor != 0) {
      throw new NpyFormatException(
          "Npy versions 1.0, 2.0 and 3.0 are known, not %d.%d.".formatted(major, minor));
    }
    ByteBuffer field = ByteBuffer.wrap(exactly(in, major == 1 ? 2 : 4, "the length of the header"));
    field.order(ByteOrder.LITTLE_ENDIAN);
    long length =
        major == 1
            ? Short.toUnsignedLong(field.getShort())
            : Integer.toUnsignedLong(field.getInt());
    if (length > MAX_HEADER) {
      throw new NpyFormatException(
          "The npy header claims %d bytes; that of a tensor has at most %d."
              .formatted(length, MAX_HEADER));
    }
    byte[] text = exactly(in, (int) length, "the header");
    return NpyHeader.parse(
        new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
  }

  /**
   * Reads elements in chunks into a storage that starts at {@code known} and grows as they come.
   */
  private static Storage readElements(
      InputStream in, NpyElement element, ByteOrder order, int size, int known) throws IOException {
    Storage storage = Storage.allocate(element.dtype(), known);
    byte[] bytes = new byte[CHUNK];
    for (int from = 0, to; from < size; from = to) {
      to = (int) Math.min(size, from + (long) CHUNK / element.bytes());
      if (to > storage.size()) {
        long grown = Math.min(size, Math.max(to, 2L * storage.size()));
        storage = resize(storage, (int) grown);
      }
      int wanted = (to - from) * element.bytes();
      int got = in.readNBytes(bytes, 0, wanted);
      if (got < wanted) {
        throw truncated(
            "%d elements of %d bytes".formatted(size, element.bytes()),
            "%d bytes of them".formatted((long) from * element.bytes() + got));
      }
      element.read(storage, from, to, ByteBuffer.wrap(bytes, 0, wanted).order(order));
    }
    return storage;
  }

  private static Storage resize(Storage storage, int size) {
    Storage resized = Storage.allocate(storage.dtype(), size);
    System.arraycopy(storage.array(), 0, resized.array(), 0, Math.min(size, storage.size()));
    return resized;
  }

  private static Storage toRowMajor(Storage columnMajor, Shape shape) {
    Storage rowMajor = Storage.allocate(columnMajor.dtype(), columnMajor.size());
    long[] sizes = shape.sizes();
    long[] index = new long[sizes.length];
    for (int to = 0; to < rowMajor.size(); to++) {
      long from = 0;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        from = from * sizes[axis] + index[axis];
      }
      rowMajor.set(to, columnMajor, (int) from);
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        index[axis] = (index[axis] + 1) % sizes[axis];
        if (index[axis] != 0) {
          break;
        }
      }
    }
    return rowMajor;
  }

  private static byte[] exactly(InputStream in, int count, String what) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw truncated("%d bytes for %s".formatted(count, what), bytes.length + " bytes");
    }
    return bytes;
  }

  private static NpyFormatException truncated(String wanted, String found) {
    return new NpyFormatException(
        "The npy data ends early: expected %s, found %s.".formatted(wanted, found));
  }
}
