package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OperatorCatalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every format version, written once by a build of that version and never again, still
 * hold the graph whose text lies beside them. Whoever changes the format adds files; whoever must
 * change one of these has broken what users saved.
 */
class CompatibilityTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/adjoint/saved");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".pb")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileOfAnyVersionIsRead(Path file) throws IOException {
    OperatorCatalog catalog = OperatorCatalog.installed().with(List.of(EveryKind.class));
    Graph read = GraphReader.installed().with(catalog).read(file);
    Path text = Path.of(file.toString().replaceFirst("pb$", "txt"));
    assertEquals(Files.readString(text, StandardCharsets.UTF_8), read.toString());
  }

  @Test
  void thereIsAFileOfThePresentVersion() throws IOException {
    String start = "v%d-".formatted(Envelope.FORMAT_VERSION);
    assertTrue(files().stream().anyMatch(f -> f.getFileName().toString().startsWith(start)));
  }
}
