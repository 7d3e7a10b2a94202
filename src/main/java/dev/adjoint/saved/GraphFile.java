package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.saved.proto.GraphFileProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Saves graphs and loads them: nodes, attributes, constants, first values, signatures and metadata,
 * in the format of {@code proto/adjoint/graph.proto}.
 *
 * <p>
 *
 * {@snippet :
 * GraphFile.write(graph, Path.of("line.graph"));
 * Graph same = GraphFile.read(Path.of("line.graph"));
 * }
 *
 * <p>Writing is deterministic: a graph has one sequence of bytes. A graph read is equal to the one
 * written, and prints the same text. For operators of one's own or for other limits, see {@link
 * GraphReader}.
 */
public final class GraphFile {
  private GraphFile() {}

  /**
   * Writes a file so that a crash at any moment leaves the old file or the new one, whole: aside in
   * the same folder, synced, renamed.
   *
   * @throws IOException if the file cannot be written; the old one is still there
   * @throws dev.adjoint.graph.GraphException as {@link #toBytes} does
   */
  public static void write(Graph graph, Path file) throws IOException {
    byte[] bytes = toBytes(graph);
    CrashSafeFile.replace(file, out -> out.write(bytes));
  }

  /**
   * Writes to a stream, which stays open.
   *
   * @throws IOException if the stream cannot be written
   * @throws dev.adjoint.graph.GraphException as {@link #toBytes} does
   */
  public static void write(Graph graph, OutputStream out) throws IOException {
    out.write(toBytes(graph));
  }

  /**
   * The bytes of a file.
   *
   * @throws dev.adjoint.graph.GraphException if its constants are more than 1 GiB (make them
   *     parameters and keep their values outside the graph), or if some text of it is not Unicode:
   *     half of a surrogate pair, which a file cannot hold
   */
  public static byte[] toBytes(Graph graph) {
    return Envelope.seal(GraphFileProto.newBuilder().setGraph(new GraphEncoder(graph).encode()));
  }

  /**
   * Reads a file, with the operators that are installed and the default limits.
   *
   * @throws SavedGraphException if the file holds no graph that can be read here
   * @throws IOException if there is no file, or it cannot be read
   */
  public static Graph read(Path file) throws IOException {
    return GraphReader.installed().read(file);
  }

  /**
   * Reads a stream to its end and leaves it open, with the operators that are installed and the
   * default limits.
   *
   * @throws SavedGraphException if the stream holds no graph that can be read here
   * @throws IOException if the stream cannot be read
   */
  public static Graph read(InputStream in) throws IOException {
    return GraphReader.installed().read(in);
  }

  /**
   * Reads the bytes of a file, with the operators that are installed and the default limits.
   *
   * @throws SavedGraphException if they hold no graph that can be read here
   */
  public static Graph fromBytes(byte[] bytes) throws SavedGraphException {
    return GraphReader.installed().fromBytes(bytes);
  }
}
