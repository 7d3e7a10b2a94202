package dev.adjoint.runtime;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights are brought into the order in which they are read once for all plans of a session. */
class PackedWeightsTest {
  private static final int SIDE = 1500;
  private static final int LEAST_ROWS = 20;
  private static final int PLANS = 12;

  private static Tensor filled(float value, long... sizes) {
    float[] elements = new float[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    Arrays.fill(elements, value);
    return Tensor.of(elements, sizes);
  }

  private static Graph product() {
    GraphBuilder g = GraphBuilder.create("product");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, %d]".formatted(SIDE)));
    Value w = g.parameter("w", filled(1, SIDE, SIDE));
    g.signature("run").output("y", x.matmul(w));
    return g.build();
  }

  private static long used() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void plansForAllSizesHaveThemOnce() {
    try (Session session = Session.open(product())) {
      long before = used();
      for (int rows = LEAST_ROWS; rows < LEAST_ROWS + PLANS; rows++) {
        Tensor y = session.run("run", Map.of("x", filled(1, rows, SIDE))).get("y");
        assertClose(filled(SIDE, rows, SIDE), y, 1e-6, 0);
      }
      long weights = 4L * SIDE * SIDE;
      long taken = used() - before;
      assertTrue(
          taken < PLANS / 2 * weights,
          () -> "%,d bytes for %,d bytes of weights".formatted(taken, weights));
    }
  }

  @Test
  void plansForAllSizesSeeNewValues() {
    GraphBuilder g = GraphBuilder.create("convolutions");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 8, 8, 16]"));
    Value first = g.parameter("first", filled(1, 3, 3, 16, 16));
    Value second = g.parameter("second", filled(1, 3, 3, 16, 16));
    Value dense = g.parameter("dense", filled(1, 1024, 40));
    Value h = Convolutions.conv2d(x, first, Conv.valid());
    Value y = Convolutions.conv2d(x, second, Conv.valid());
    g.signature("run")
        .output("first", h)
        .output("second", y)
        .output("dense", x.reshape(Shape.parse("[N, 1024]")).matmul(dense));
    try (Session session = Session.open(g.build())) {
      for (float value : new float[] {1, 2, 3}) {
        session.restore(
            Map.of(
                "first", filled(value, 3, 3, 16, 16),
                "second", filled(-value, 3, 3, 16, 16),
                "dense", filled(2 * value, 1024, 40)));
        for (int rows : new int[] {1, 20, 33}) {
          Map<String, Tensor> results = session.run("run", Map.of("x", filled(1, rows, 8, 8, 16)));
          assertClose(filled(144 * value, rows, 6, 6, 16), results.get("first"), 1e-5, 0);
          assertClose(filled(-144 * value, rows, 6, 6, 16), results.get("second"), 1e-5, 0);
          assertClose(filled(2048 * value, rows, 40), results.get("dense"), 1e-6, 0);
        }
      }
    }
  }
}
