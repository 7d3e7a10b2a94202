package dev.adjoint.train.data;

import java.io.IOException;
import java.util.Optional;

/** The batches of one epoch, one after the other. Belongs to one thread; to be closed. */
public interface BatchStream extends AutoCloseable {
  /**
   * The next batch, or none behind the last.
   *
   * @throws IOException if its examples cannot be read
   */
  Optional<Batch> next() throws IOException;

  /** Frees what the stream holds, also before its end. */
  @Override
  void close();
}
