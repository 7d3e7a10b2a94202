package dev.adjoint.tensor;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Named tensors as NumPy's {@code .npz} files: a zip of {@code .npy} files, in the order of the
 * map.
 *
 * <p>The same tensors give the same bytes. Files may come from strangers: an entry is inflated only
 * as far as the shape in its header asks for, and whatever is wrong ends in an {@link
 * NpyFormatException}.
 */
public final class Npz {
  private static final String SUFFIX = ".npy";
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Reads all tensors, stored or deflated, by their names without {@code .npy}, in the order of the
   * file.
   *
   * @throws NpyFormatException if the zip or one of its files is damaged, a name occurs twice, or a
   *     file is no {@code .npy} file; the message names it
   * @throws IOException if the file cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          throw new NpyFormatException(
              "%s: the entry '%s' is no .npy file.".formatted(file, Excerpt.of(name)));
        }
        Tensor tensor = read(zip, entry);
        if (tensors.put(name.substring(0, name.length() - SUFFIX.length()), tensor) != null) {
          throw new NpyFormatException(
              "%s: the entry '%s' occurs twice.".formatted(file, Excerpt.of(name)));
        }
      }
    } catch (ZipException e) {
      throw new NpyFormatException("%s is no npz file: %s".formatted(file, e.getMessage()), e);
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static Tensor read(ZipFile zip, ZipEntry entry) throws IOException {
    CRC32 checksum = new CRC32();
    try (InputStream in =
        new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry)), checksum)) {
      Tensor tensor = Npy.read(in);
      Npy.requireEnd(in);
      if (checksum.getValue() != entry.getCrc()) {
        throw new ZipException("the checksum does not match the data");
      }
      return tensor;
    } catch (NpyFormatException | ZipException | EOFException e) {
      throw new NpyFormatException(
          "%s, entry '%s': %s"
              .formatted(zip.getName(), Excerpt.of(entry.getName()), e.getMessage()),
          e);
    }
  }

  /**
   * Writes tensors uncompressed, as {@code numpy.savez} does, as a new file or over an old one.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    write(file, tensors, ZipEntry.STORED);
  }

  /**
   * Writes tensors deflated, as {@code numpy.savez_compressed} does.
   *
   * @throws IOException if the file cannot be written
   */
  public static void writeCompressed(Path file, Map<String, Tensor> tensors) throws IOException {
    write(file, tensors, ZipEntry.DEFLATED);
  }

  private static void write(Path file, Map<String, Tensor> tensors, int method) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
        ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
        entry.setTimeLocal(NO_TIME);
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          measure(entry, named.getValue());
        }
        zip.putNextEntry(entry);
        Npy.write(zip, named.getValue());
        zip.closeEntry();
      }
    }
  }

  /** Sets size and checksum, which stand before the data where it is not compressed. */
  private static void measure(ZipEntry entry, Tensor tensor) throws IOException {
    CountingStream counter = new CountingStream();
    CRC32 checksum = new CRC32();
    Npy.write(new CheckedOutputStream(counter, checksum), tensor);
    entry.setSize(counter.count);
    entry.setCompressedSize(counter.count);
    entry.setCrc(checksum.getValue());
  }

  private static final class CountingStream extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
