package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.saved.proto.GraphFileProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads graphs with chosen operators and limits. Makes a {@link SavedGraphException} of everything
 * that can be wrong with a file's contents.
 *
 * @param catalog the operators that a file may name
 * @param limits what is accepted
 */
public record GraphReader(OperatorCatalog catalog, ReadLimits limits) {
  /** A reader with the operators that are installed and the default limits. */
  public static GraphReader installed() {
    return new GraphReader(OperatorCatalog.installed(), ReadLimits.defaults());
  }

  /** This reader with other operators. */
  public GraphReader with(OperatorCatalog others) {
    return new GraphReader(others, limits);
  }

  /** This reader with other limits. */
  public GraphReader with(ReadLimits others) {
    return new GraphReader(catalog, others);
  }

  /**
   * Reads a file. Its messages start with the path.
   *
   * @throws SavedGraphException if the file holds no graph that can be read here
   * @throws IOException if there is no file, or it cannot be read
   */
  public Graph read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new SavedGraphException(
          "%s is a folder, not a graph's file. Of a saved model, read '%s' in it, or use SavedModel.read."
              .formatted(file, SavedModel.FILE));
    }
    try {
      return fromBytes(bytes(file));
    } catch (SavedGraphException e) {
      throw new SavedGraphException(file + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw missing(file);
    }
  }

  private static NoSuchFileException missing(Path file) {
    String reason =
        "there is no such file in %s. Pass one that GraphFile.write made, or a model's folder to SavedModel.read."
            .formatted(file.toAbsolutePath().getParent());
    return new NoSuchFileException(file.toString(), null, reason);
  }

  /**
   * Reads a stream to its end, or to the limit of {@link ReadLimits#fileBytes}, and leaves it open.
   *
   * @throws SavedGraphException if the stream holds no graph that can be read here
   * @throws IOException if the stream cannot be read
   */
  public Graph read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) limits.fileBytes() + 1);
    return fromBytes(bytes);
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws SavedGraphException if they hold no graph that can be read here
   */
  public Graph fromBytes(byte[] bytes) throws SavedGraphException {
    return graph(open(bytes));
  }

  /** The message in the bytes of a file. */
  GraphFileProto open(byte[] bytes) throws SavedGraphException {
    requireSize(bytes.length);
    return Envelope.open(bytes, limits);
  }

  /** The graph in a file's message. */
  Graph graph(GraphFileProto file) throws SavedGraphException {
    return new GraphDecoder(file.getGraph(), catalog, limits).decode();
  }

  /** The bytes of a file, no more than the limit. */
  byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      requireSize(Files.size(file));
      return in.readNBytes((int) limits.fileBytes() + 1);
    }
  }

  private void requireSize(long bytes) throws SavedGraphException {
    if (bytes > limits.fileBytes()) {
      throw new SavedGraphException(
          "The file has more than %d bytes, the limit 'fileBytes' of its reader."
              .formatted(limits.fileBytes()));
    }
  }
}
