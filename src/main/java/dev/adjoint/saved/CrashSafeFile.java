package dev.adjoint.saved;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Replaces a file so that at every moment, also after a crash or a loss of power, its name stands
 * for the whole old contents or the whole new ones.
 */
final class CrashSafeFile {
  /** What lies aside longer than any file takes to write is of a process that ended meanwhile. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private static final Pattern ASIDE =
      Pattern.compile("\\..+\\.\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.tmp");

  /** Writes a file's contents. */
  @FunctionalInterface
  interface Contents {
    void writeTo(OutputStream out) throws IOException;
  }

  private CrashSafeFile() {}

  /**
   * Writes aside in the same folder, syncs, renames. A link keeps pointing to the file that is
   * replaced.
   *
   * @throws IOException if anything fails; the old file is then as it was and nothing is left over
   */
  static void replace(Path file, Contents contents) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path aside =
        target.resolveSibling(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      write(aside, contents);
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
    syncFolder(target);
  }

  private static void write(Path aside, Contents contents) throws IOException {
    try (FileChannel channel =
            FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
      contents.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /**
   * Removes what processes that were killed a day ago or earlier left aside in a folder; a system
   * that will not may keep it.
   */
  static void removeAbandoned(Path folder) {
    Instant before = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> asides =
        Files.newDirectoryStream(
            folder, path -> ASIDE.matcher(path.getFileName().toString()).matches())) {
      for (Path aside : asides) {
        if (Files.getLastModifiedTime(aside).toInstant().isBefore(before)) {
          Files.deleteIfExists(aside);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // It harms nobody.
    }
  }

  /** Makes the new name durable too, where the system lets a folder be opened; Windows does not. */
  private static void syncFolder(Path target) {
    try (FileChannel folder = FileChannel.open(target.resolveSibling("."))) {
      folder.force(true);
    } catch (IOException _) {
      // The contents are whole under either name; only how soon the new one lasts is not known.
    }
  }
}
