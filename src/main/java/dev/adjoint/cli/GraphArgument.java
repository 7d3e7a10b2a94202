package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.saved.SavedModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Parameters;

/** The graph that a command is about, in a saved file or in its text form. */
final class GraphArgument {
  private static final byte[] TEXT_START = "graph \"".getBytes(StandardCharsets.UTF_8);

  @Parameters(
      paramLabel = "FILE",
      description = "A saved graph, one in its text form, or a saved model's folder.")
  private Path path = Path.of("");

  Graph read() throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
    return isText(file) ? parse(file) : GraphFile.read(file);
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
