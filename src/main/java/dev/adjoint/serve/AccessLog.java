package dev.adjoint.serve;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** One line of JSON for each request, in a file or else for the logger of the same name. */
final class AccessLog implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("dev.adjoint.serve.access");

  private final Optional<BufferedWriter> file;

  private AccessLog(Optional<BufferedWriter> file) {
    this.file = file;
  }

  /**
   * Opens the log; lines are added to a file that exists.
   *
   * @throws IOException if the file cannot be opened
   */
  static AccessLog open(Optional<Path> file) throws IOException {
    return new AccessLog(
        file.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Files.newBufferedWriter(
                    file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)));
  }

  /** Adds a line. Called by many threads; a log that cannot be written stops no request. */
  void add(Exchange exchange, String status) {
    if (file.isPresent()) {
      write(file.get(), exchange.line(status));
    } else if (LOGGER.isLoggable(System.Logger.Level.DEBUG)) {
      LOGGER.log(System.Logger.Level.DEBUG, exchange.line(status));
    }
  }

  private static void write(BufferedWriter writer, String line) {
    synchronized (writer) {
      try {
        writer.write(line + "\n");
        writer.flush();
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.WARNING, "The access log cannot be written.", e);
      }
    }
  }

  @Override
  public void close() {
    file.ifPresent(writer -> {
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
