package dev.adjoint;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import com.google.protobuf.Message;
import dev.adjoint.launch.Launcher;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Building, differentiating, running and saving a graph needs only Guava and Protobuf: a JVM that
 * has nothing else on its class path does all of it.
 */
@Timeout(60)
class LeanClasspathTest {
  /** One class of each part that may be on the class path. */
  private static final List<Class<?>> PARTS =
      List.of(
          Launcher.class,
          Program.class,
          ImmutableList.class,
          InternalFutureFailureAccess.class,
          Message.class);

  /** What the other JVM runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println(isThere("com.google.common.collect.ImmutableList"));
      System.out.println(isThere("picocli.CommandLine"));
    }

    private static boolean isThere(String type) {
      try {
        return Class.forName(type) != null;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  @Test
  void aGraphNeedsOnlyGuavaAndProtobuf() throws Exception {
    assertEquals(List.of("true", "false"), outputOf(Program.class));
  }

  private static List<String> outputOf(Class<?> program) throws IOException, InterruptedException {
    var classPath =
        PARTS.stream().map(LeanClasspathTest::placeOf).collect(joining(File.pathSeparator));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            java, "--add-modules=jdk.incubator.vector", "-classpath", classPath, program.getName());
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var lines = output.lines().toList();
      assertEquals(0, process.waitFor(), "exit code of " + command);
      return lines;
    } finally {
      process.destroy();
    }
  }

  private static String placeOf(Class<?> part) {
    var source = part.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(source.toString())).toString();
  }
}
