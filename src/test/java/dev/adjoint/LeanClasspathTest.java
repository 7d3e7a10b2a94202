package dev.adjoint;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import com.google.protobuf.Message;
import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.launch.Launcher;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    public static void main(String[] arguments) throws IOException {
      System.out.println(isThere("com.google.common.collect.ImmutableList"));
      System.out.println(isThere("picocli.CommandLine"));
      Graph graph = GraphFile.fromBytes(GraphFile.toBytes(line()));
      var result =
          Interpreter.create()
              .run(graph, "train", Map.of("x", Tensor.nested(new float[][] {{1, 2}, {3, 4}})));
      System.out.println(result.outputs().get("loss"));
      System.out.println(result.parameters().get("w"));
    }

    /** A step down the gradient of a sum of squares. */
    private static Graph line() {
      GraphBuilder g = GraphBuilder.create("line");
      Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
      Value w = g.parameter("w", Tensor.vector(1f, 0.5f));
      Value y = x.matmul(w);
      Value loss = y.mul(y).sum();
      Value gradient = Gradients.of(loss).to(w).getFirst();
      g.signature("train").output("loss", loss).update(w, w.sub(gradient.mul(w.scalar(0.125))));
      return g.build();
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
    // y = [2, 5], so that the loss is 29 and its gradient 2 * (2 * [1, 2] + 5 * [3, 4]) = [34, 48].
    assertEquals(List.of("true", "false", "29.0", "[-3.25 -5.5 ]"), outputOf(Program.class));
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
