package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tensors by name in the public safetensors layout, which other tools read and write: a length, a
 * header in JSON, the elements. A file may be larger than 2 GB; each tensor has at most 2^31 - 9
 * elements.
 *
 * <p>Writing is deterministic: the same tensors, in whatever order, give the same bytes. Reading
 * trusts nothing: everything that the header says is checked against the file's length before
 * memory is taken, and what takes more than this JVM's heap is refused.
 */
public final class Safetensors {
  private static final int CHUNK = 1 << 14;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Safetensors() {}

  /**
   * Replaces a file, so that a crash at any moment leaves the old one or the new one.
   *
   * @param metadata free words, which other tools show
   * @throws IOException if it cannot be written; the old one is still there
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    CrashSafeFile.replace(file, out -> write(out, tensors, WeightStorage.FULL, metadata));
  }

  /**
   * Reads all tensors of a file, whose elements are mapped and copied once. F16 and BF16 become
   * FLOAT32.
   *
   * @throws SavedGraphException if it is not such a file, or holds elements that no tensor holds
   * @throws IOException if there is no file, or it cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    try {
      return map(file, Safetensors::tensors);
    } catch (SavedGraphException e) {
      throw new SavedGraphException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The same as {@link #write(Path, Map, Map)}, to a stream.
   *
   * @throws GraphException if a value does not fit {@code storage}, naming its tensor
   */
  static void write(
      OutputStream out,
      Map<String, Tensor> tensors,
      WeightStorage storage,
      Map<String, String> metadata)
      throws IOException {
    SafetensorsHeader header = SafetensorsHeader.of(tensors, storage, metadata);
    byte[] text = header.toBytes();
    ByteBuffer buffer =
        ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length);
    out.write(buffer.array(), 0, Long.BYTES);
    out.write(text);
    for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
      Tensor tensor = SafetensorsHeader.tensor(tensors, entry.getKey());
      try {
        write(out, tensor, entry.getValue().type(), buffer);
      } catch (GraphException e) {
        throw new GraphException(
            entry.getKey(), "'%s' cannot be saved: %s".formatted(entry.getKey(), e.getMessage()));
      }
    }
  }

  private static void write(OutputStream out, Tensor tensor, StoredType type, ByteBuffer buffer)
      throws IOException {
    for (int from = 0; from < tensor.size(); from += CHUNK) {
      buffer.clear();
      type.write(tensor, from, from + Math.min(CHUNK, tensor.size() - from), buffer);
      out.write(buffer.array(), buffer.arrayOffset(), buffer.position());
    }
  }

  /** What is done with the bytes of a file while they are mapped. */
  @FunctionalInterface
  interface Reading<T> {
    T read(MemorySegment bytes) throws IOException;
  }

  /** Maps a file, which must not be a link, and lets go of it afterwards. */
  static <T> T map(Path file, Reading<T> reading) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        Arena arena = Arena.ofConfined()) {
      return reading.read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (InternalError e) {
      // A mapped page without a file behind it: somebody cut the file off meanwhile.
      throw new SavedGraphException(
          "The file was changed while it was read. Replace files instead of writing into them.", e);
    }
  }

  /** All tensors in the bytes of a file. */
  static Map<String, Tensor> tensors(MemorySegment bytes) throws SavedGraphException {
    long headerBytes = headerBytes(bytes);
    MemorySegment data = bytes.asSlice(Long.BYTES + headerBytes);
    SafetensorsHeader header =
        SafetensorsHeaderParser.parse(
            bytes.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE), data.byteSize());
    requireMemory(header);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
      tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data));
    }
    return tensors;
  }

  private static long headerBytes(MemorySegment bytes) throws SavedGraphException {
    long rest = bytes.byteSize() - Long.BYTES;
    long length = rest < 0 ? -1 : bytes.get(LENGTH, 0);
    if (length < 0 || length > rest) {
      throw SafetensorsHeaderParser.damaged(
          "%d bytes cannot hold their header".formatted(bytes.byteSize()));
    }
    if (length > SafetensorsHeader.LARGEST) {
      throw SafetensorsHeaderParser.damaged(
          "their header has %d bytes, the layout allows %d"
              .formatted(length, SafetensorsHeader.LARGEST));
    }
    return length;
  }

  private static void requireMemory(SafetensorsHeader header) throws SavedGraphException {
    long bytes = 0;
    for (SafetensorsHeader.Entry entry : header.entries().values()) {
      int width = entry.type().dtype().map(dtype -> dtype.byteSize()).orElse(0);
      bytes += (long) entry.elements() * width;
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw new SavedGraphException(
          "The weights take %,d bytes, the heap of this JVM has at most %,d. Start it with a larger -Xmx."
              .formatted(bytes, heap));
    }
  }

  private static Tensor tensor(String name, SafetensorsHeader.Entry entry, MemorySegment data)
      throws SavedGraphException {
    try {
      MemorySegment elements = data.asSlice(entry.begin(), entry.end() - entry.begin());
      return entry.type().read(elements, entry.shape());
    } catch (GraphException e) {
      throw new SavedGraphException(
          "The weights are not usable: in '%s', %s".formatted(Excerpts.of(name), e.getMessage()),
          e);
    }
  }
}
