package dev.adjoint.runtime;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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

  /** No two neighbours alike, along any axis. */
  private static Tensor counted(long... sizes) {
    float[] elements = filled(0, sizes).toFloats();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = i % 7 - i % 5 * 0.5f;
    }
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
  void productsOfOnePlanHaveThemOnce() {
    GraphBuilder g = GraphBuilder.create("twice");
    Value x = g.input("x", DType.FLOAT32, 20, 40);
    Value w = g.parameter("w", counted(40, 40));
    g.signature("run").output("y", x.matmul(w).relu().matmul(w).add(x));
    Graph graph = g.build();
    Map<String, Tensor> inputs = Map.of("x", counted(20, 40));
    try (Session session = Session.open(graph)) {
      Executable run = session.compile("run", Map.of());
      assertEquals(
          1, run.explain().lines().filter(line -> line.contains("(packed)")).count(), run::explain);
      assertClose(
          Interpreter.create().run(graph, "run", inputs).outputs().get("y"),
          run.run(inputs).get("y"),
          1e-4,
          1e-3);
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

  /** One parameter, read by rows and by columns, by a convolution and by its gradient. */
  @Test
  void eachWayOfReadingHasItsOwn() {
    GraphBuilder g = GraphBuilder.create("readings");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 40]"));
    Value square = g.parameter("square", counted(40, 40));
    Value images = g.input("images", DType.FLOAT32, Shape.parse("[N, 8, 8, 16]"));
    Value kernel = g.parameter("kernel", counted(3, 3, 16, 16));
    Value y = Convolutions.conv2d(images, kernel, Conv.same());
    Value gradient = Gradients.of(y.mul(images).sum()).to(List.of(images)).getFirst();
    g.signature("forward").output("product", x.matmul(square)).output("convolution", y);
    g.signature("backward")
        .output("product", x.matmul(square.transpose(1, 0)))
        .output("gradient", gradient);
    Graph graph = g.build();
    try (Session session = Session.open(graph)) {
      for (String signature : graph.signatures().keySet()) {
        Map<String, Tensor> given = Map.of("x", counted(20, 40), "images", counted(20, 8, 8, 16));
        Map<String, Tensor> inputs = new HashMap<>(given);
        inputs.keySet().retainAll(graph.signature(signature).inputs().keySet());
        Map<String, Tensor> actual = session.run(signature, inputs);
        Interpreter.create()
            .run(graph, signature, inputs)
            .outputs()
            .forEach((name, value) -> assertClose(value, actual.get(name), 1e-4, 1e-3));
      }
    }
  }
}
