package dev.adjoint.graph;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a graph, which prints as a text that is the same graph, or is refused. */
class GraphTextFuzzTest {
  private static final OperatorCatalog CATALOG = OperatorCatalog.installed();

  static Stream<byte[]> texts() throws IOException {
    return Stream.of(
        Files.readAllBytes(Path.of("src/test/resources/dev/adjoint/saved/v1-every-operator.txt")),
        "graph \"g\"\n%x : f32[N, 3] = input()\nsignature \"s\" (\"x\" = %x) -> (\"y\" = %x)\n"
            .getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  void anyTextIsAGraphOrRefused(byte[] text) {
    Graph graph;
    try {
      graph = Graph.parse(new String(text, StandardCharsets.UTF_8), CATALOG);
    } catch (GraphException _) {
      return;
    }
    if (!graph.equals(Graph.parse(graph.toString(), CATALOG))) {
      throw new AssertionError("printed and parsed again, this graph is another:\n" + graph);
    }
  }
}
