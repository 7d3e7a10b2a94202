package dev.adjoint.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that a test must reproduce, kept beside its class in the test resources. Run with {@code
 * -Dgolden.write=true} to write them anew, and read the difference before committing it.
 */
public final class Golden {
  private Golden() {}

  /** Compares {@code actual} with the file {@code name} that belongs to {@code owner}. */
  public static void assertMatches(Class<?> owner, String name, String actual) {
    Path file =
        Path.of("src/test/resources")
            .resolve(owner.getPackageName().replace('.', '/'))
            .resolve(name + ".txt");
    try {
      if (Boolean.getBoolean("golden.write")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, actual);
      }
      assertEquals(Files.readString(file), actual, () -> "differs from " + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
