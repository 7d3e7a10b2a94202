package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.GraphFile;
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

  @Parameters(paramLabel = "FILE", description = "A saved graph, or one in its text form.")
  private Path file = Path.of("");

  Graph read() throws IOException {
    return isText() ? parse() : GraphFile.read(file);
  }

  private Graph parse() throws IOException {
    try {
      return Graph.parse(Files.readString(file));
    } catch (GraphException e) {
      throw new GraphException("%s: %s".formatted(file, e.getMessage()));
    }
  }

  private boolean isText() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(TEXT_START.length), TEXT_START);
    }
  }
}
