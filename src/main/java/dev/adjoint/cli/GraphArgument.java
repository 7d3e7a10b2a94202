package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** The graph that a command is about, in a saved file or in its text form. */
final class GraphArgument {
  private static final byte[] TEXT_START = "graph \"".getBytes(StandardCharsets.UTF_8);

  @Parameters(
      paramLabel = "FILE",
      description = "A saved graph, one in its text form, or a saved model's folder.")
  private Path path = Path.of("");

  Graph read() throws IOException {
    Path file = file();
    return isText(file) ? parse(file) : GraphFile.read(file);
  }

  /** A graph with the values of parameters that are saved with it, perhaps of some or of none. */
  record Saved(Graph graph, Map<String, Tensor> parameters) {}

  /** Reads the graph and the values that are saved with it; a text has none. */
  Saved readWithParameters() throws IOException {
    Path file = file();
    if (isText(file)) {
      return new Saved(parse(file), Map.of());
    }
    SavedModel model = SavedModel.readIncomplete(file);
    return new Saved(model.graph(), model.parameters());
  }

  /** The path as it was given. */
  Path path() {
    return path;
  }

  private Path file() {
    return Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
  }

  private static Graph parse(Path file) throws IOException {
    try {
      return Graph.parse(Files.readString(file));
    } catch (GraphException e) {
      throw new GraphException("%s: %s".formatted(file, e.getMessage()));
    }
  }

  private static boolean isText(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(TEXT_START.length), TEXT_START);
    }
  }
}
