package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs of one plan at the same time. */
@Timeout(120)
class ConcurrentRunsTest {
  private static final int RUNS = 16 * Runtime.getRuntime().availableProcessors();
  private static final int SIZE = 500_000;

  private static Graph graph() {
    GraphBuilder g = GraphBuilder.create("gathering");
    Value x = g.input("x", DType.FLOAT32);
    Value all = g.add(new Meeting(RUNS), x);
    Value many = all.broadcast(Shape.of(SIZE));
    g.signature("run").output("y", many.cumulativeSum(0).reduceMax());
    return g.build();
  }

  private static long used() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void theArenasOfAFewAreKept() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(RUNS);
        Session session = Session.open(graph(), SessionOptions.standard().withThreads(1))) {
      Executable executable = session.compile("run", Map.of());
      assertTrue(executable.arenaBytes() >= 4L * SIZE);
      long before = used();
      Callable<Tensor> run = () -> executable.run(Map.of("x", Tensor.scalar(1f))).get("y");
      for (Future<Tensor> ended : threads.invokeAll(Collections.nCopies(RUNS, run))) {
        assertEquals(Tensor.scalar((float) SIZE), ended.get());
      }
      long kept = used() - before;
      assertTrue(kept < RUNS / 4 * executable.arenaBytes(), () -> "%,d bytes".formatted(kept));
    }
  }
}
