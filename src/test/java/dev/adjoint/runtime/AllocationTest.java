package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.PerAxis;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Mode;
import dev.adjoint.train.Optimizer;
import dev.adjoint.train.Schedule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A repeated run allocates nothing, on any of its threads, once its loops are compiled: until then
 * vectors are objects. So each case has a JVM of its own, where callers wait while their loops are
 * compiled; else it would depend on what other tests have left to compile.
 */
@Timeout(120)
class AllocationTest {
  /** Runs a case until a round of runs allocates nothing, and prints what the last round did. */
  static final class Program {
    private static final int RUNS = 50;
    private static final int ROUNDS = 600;

    /** In so many rounds, kernels compute by plain loops at first, which allocate nothing. */
    private static final int PLAIN_ROUNDS = 40;

    private Program() {}

    public static void main(String[] arguments) {
      int threads = Integer.parseInt(arguments[1]);
      SessionOptions options = SessionOptions.standard().withThreads(threads);
      try (Session session = Session.open(graph(arguments[0]), options)) {
        Execution execution = session.compile("train", Map.of("N", 6L)).execution();
        long measuring = allocated(execution, 0);
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < PLAIN_ROUNDS; round++) {
          allocated(execution, RUNS);
        }
        for (int round = 0; round < ROUNDS && allocated > 0; round++) {
          allocated = allocated(execution, RUNS) - measuring;
        }
        System.out.println(allocated);
      }
    }

    /** Bytes that all threads allocate in some runs, and for reading how many these are. */
    private static long allocated(Execution execution, int runs) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long[] all = threads.getAllThreadIds();
      long before = sum(threads.getThreadAllocatedBytes(all));
      for (int run = 0; run < runs; run++) {
        execution.run();
      }
      return sum(threads.getThreadAllocatedBytes(all)) - before;
    }

    private static long sum(long[] numbers) {
      long sum = 0;
      for (long number : numbers) {
        sum += number;
      }
      return sum;
    }

    private static Graph graph(String name) {
      return switch (name) {
        case "sums" -> sums();
        case "network" -> network();
        default -> throw new IllegalArgumentException(name);
      };
    }

    /** Rows shorter and longer than the vectors that sums are made of. */
    private static Graph sums() {
      GraphBuilder g = GraphBuilder.create("sums");
      Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
      Value y = g.input("y", DType.FLOAT32, Shape.parse("[N,100]"));
      Value a = g.parameter("a", Tensor.scalar(0f));
      Value b = g.parameter("b", Tensor.scalar(0f));
      Value sum = x.sum().add(y.sum());
      g.signature("train").output("sum", sum).update(a, a.add(sum)).update(b, b.sub(sum));
      return g.build();
    }

    private static Graph network() {
      TensorType image = TensorType.of(DType.FLOAT32, 12, 12, 2);
      return Classifier.of("images", image, List.of("a", "b", "c"), Program::layers)
          .optimizer(Optimizer.adam(Schedule.constant(0.001)))
          .graph();
    }

    private static Value layers(Value x, Layers layers, Mode mode) {
      Value h = layers.conv2d("direct", x, 4, 3, Conv.same()).relu();
      h = Poolings.maxPool(mode.batchNorm(layers, "norm", h), Pool.of(2));
      h = layers.conv2d("transformed", h, 20, 3, Conv.same()).relu();
      h = layers.depthwise("depthwise", h, 1, PerAxis.of(3, 3), Conv.same()).sigmoid();
      h = mode.dropout(layers, "drop", Layers.flatten(h), 0.2);
      return layers.dense("logits", h, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sums 1", "sums 2", "network 1", "network 2"})
  void aRepeatedRunAllocatesNothing(String arguments) throws IOException, InterruptedException {
    assertEquals(List.of("0"), printed(arguments.split(" ")), "bytes");
  }

  private static List<String> printed(String... arguments)
      throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String classPath = System.getProperty("java.class.path");
    ProcessBuilder program =
        new ProcessBuilder(
            java.toString(),
            "--add-modules=jdk.incubator.vector",
            "-XX:-BackgroundCompilation",
            "-XX:+UseSerialGC",
            "-classpath",
            classPath,
            Program.class.getName());
    program.command().addAll(List.of(arguments));
    Process process = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = output.lines().toList();
      assertEquals(0, process.waitFor(), "exit code");
      return lines;
    } finally {
      process.destroy();
    }
  }
}
