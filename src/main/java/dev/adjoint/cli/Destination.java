package dev.adjoint.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes, as an option says it. It is looked at before the work starts: nobody
 * waits for an hour to hear that the result has no place.
 *
 * @param option the option, such as {@code --svg}
 * @param path what it was given
 */
record Destination(String option, Path path) {
  /** A place that cannot be written to; the message says why, and what to do. */
  static final class UnwritableException extends IOException {
    private static final long serialVersionUID = 1;

    private UnwritableException(Destination place, String reason, String advice) {
      super(
          "Cannot write %s %s: %s. %s"
              .formatted(
                  place.option,
                  place.path.toString().isEmpty() ? "''" : place.path,
                  reason,
                  advice));
    }
  }

  /** Writes to a path. */
  @FunctionalInterface
  interface Writing {
    void to(Path path) throws IOException;
  }

  /**
   * Checks that a file can be written here: in a folder that exists, and in place of no folder.
   *
   * @throws UnwritableException if it cannot
   */
  void requireFile() throws UnwritableException {
    requireName();
    if (Files.isDirectory(path)) {
      throw unwritable("it is a folder", "Pass the name of a file, in it or elsewhere.");
    }
    if (Files.exists(path)) {
      if (!Files.isWritable(path)) {
        throw unwritable(
            "the file is there and may not be changed", "Change its permissions, or pass another.");
      }
      return;
    }
    Path folder = parent();
    if (!Files.exists(folder)) {
      throw unwritable(
          "there is no folder %s".formatted(folder), "Make it, or pass a file in another one.");
    }
    requireOpen(folder);
  }

  /**
   * Writes the file.
   *
   * @throws UnwritableException if it cannot be written after all
   */
  void write(Writing writing) throws UnwritableException {
    try {
      writing.to(path);
    } catch (IOException e) {
      throw unwritable(reason(e), "Pass another file, or make room for it.");
    }
  }

  private static String reason(IOException failure) {
    String said =
        failure instanceof FileSystemException known ? known.getReason() : failure.getMessage();
    return said == null ? "the system does not let it be made there" : said;
  }

  /**
   * Makes the folder, and those above it, if they are not there, and checks that files can be
   * written in it.
   *
   * @throws UnwritableException if they cannot
   */
  void makeFolder() throws UnwritableException {
    requireFolder();
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw unwritable(reason(e), "Pass another folder.");
    }
  }

  /**
   * Checks that {@link #makeFolder} can make a folder here, and makes none.
   *
   * @throws UnwritableException if it cannot
   */
  void requireFolder() throws UnwritableException {
    requireName();
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    requireOpen(there);
  }

  private void requireName() throws UnwritableException {
    if (path.toString().isEmpty()) {
      throw unwritable("it has no name", "Pass one; '.' is the current folder.");
    }
  }

  private Path parent() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path : parent;
  }

  private void requireOpen(Path folder) throws UnwritableException {
    if (!Files.isDirectory(folder)) {
      throw unwritable(
          "%s is a file, no folder".formatted(folder), "Pass a path that leads through folders.");
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(
          "files may not be made in %s".formatted(folder),
          "Change the folder's permissions, or pass another one.");
    }
  }

  private UnwritableException unwritable(String reason, String advice) {
    return new UnwritableException(this, reason, advice);
  }
}
