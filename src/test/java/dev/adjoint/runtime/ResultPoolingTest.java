package dev.adjoint.runtime;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A pooling is computed with the correlation before it where nobody else reads what is pooled. */
class ResultPoolingTest {
  private static final UnaryOperator<Value> SAME = value -> value;

  /** Two layers that end in a pooling. */
  private static GraphBuilder network(
      DType dtype, int size, int features, UnaryOperator<Value> activation) {
    GraphBuilder g = GraphBuilder.create("network");
    Value x = g.input("x", dtype, Shape.parse("[N, %d, %d, 3]".formatted(size, size)));
    Value h = layer(g, "first", x, 5, features, activation);
    layer(g, "second", h, 3, features + 1, activation);
    return g;
  }

  private static Value layer(
      GraphBuilder g,
      String name,
      Value x,
      int taps,
      int features,
      UnaryOperator<Value> activation) {
    try (GraphBuilder.Scope _ = g.freshScope(name)) {
      long depth = x.type().dim(3).value();
      Value kernel = g.parameter("kernel", random(x.dtype(), 1, taps, taps, depth, features));
      Value bias = g.parameter("bias", random(x.dtype(), 2, features));
      Value finished = activation.apply(Convolutions.conv2d(x, kernel, Conv.same()).add(bias));
      return Poolings.maxPool(finished.as("finished"), Pool.of(2, 2)).as("pooled");
    }
  }

  private static Tensor random(DType dtype, long seed, long... sizes) {
    int count = Math.toIntExact(Shape.of(sizes).elementCount());
    double[] values = new Random(seed).doubles(count, -1, 1).toArray();
    return Tensor.of(values, sizes).cast(dtype);
  }

  private static Map<String, Tensor> images(Graph graph, int batch) {
    TensorType x = graph.node("x").type();
    return Map.of("x", random(x.dtype(), 3, batch, x.dim(1).value(), x.dim(2).value(), 3));
  }

  private static Executable compile(Session session, int batch) {
    return session.compile("run", Map.of("N", (long) batch));
  }

  private static Session open(Graph graph, int threads) {
    return Session.open(graph, SessionOptions.standard().withThreads(threads));
  }

  @Test
  void thePlanSaysSoAndNeedsLessMemory() {
    GraphBuilder g = network(DType.FLOAT32, 16, 18, Value::relu);
    g.signature("run").output("y", g.value("second/pooled"));
    try (Session session = open(g.build(), 1)) {
      Executable executable = compile(session, 5);
      String text = executable.explain();
      assertTrue(text.contains("correlation + add + max + max_pool "), text);
      assertFalse(text.contains("first/finished  "), text);
      // The input and both pooled values, and nothing else.
      int elements = 5 * (16 * 16 * 3 + 8 * 8 * 18 + 4 * 4 * 19);
      assertEquals(elements * Float.BYTES, executable.liveBytes());
    }
  }

  @Test
  void whatOthersReadIsPooledByItself() {
    GraphBuilder g = network(DType.FLOAT32, 16, 18, Value::relu);
    g.signature("run")
        .output("y", g.value("second/pooled"))
        .output("first", g.value("first/finished"));
    try (Session session = open(g.build(), 1)) {
      String text = compile(session, 5).explain();
      assertTrue(
          text.contains(
              "'first/pooled' not with 'first/finished': 'first/finished' is a result or an update,"
                  + " needed unpooled"),
          text);
    }
  }

  /** The same bits whether or not the values before the poolings are asked for. */
  @Property(tries = 15)
  void noBitDependsOnWhoPools(
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 8, max = 21) int size,
      @ForAll @IntRange(min = 1, max = 35) int features,
      @ForAll @IntRange(max = 3) int activation,
      @ForAll boolean wide) {
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    GraphBuilder g = network(dtype, size, features, activation(activation));
    g.signature("run").output("y", g.value("second/pooled"));
    Graph pooled = g.build();
    g.signature("run")
        .output("first", g.value("first/finished"))
        .output("second", g.value("second/finished"));
    Graph apart = g.build();
    Map<String, Tensor> images = images(pooled, batch);
    Tensor given = run(pooled, images, 1);
    assertEquals(given, run(pooled, images, 3));
    assertEquals(given, run(apart, images, 2));
    Tensor expected = Interpreter.create().run(pooled, "run", images).output("y");
    assertClose(expected, given, 1e-3, 1e-3);
  }

  private static UnaryOperator<Value> activation(int number) {
    return switch (number) {
      case 0 -> SAME;
      case 1 -> Value::relu;
      case 2 -> y -> y.mul(y.sigmoid());
      default -> y -> y.mul(0.5).tanh().add(y.relu());
    };
  }

  private static Tensor run(Graph graph, Map<String, Tensor> images, int threads) {
    try (Session session = open(graph, threads)) {
      return session.run("run", images).get("y");
    }
  }

  @Test
  void aCorrelationThatNothingFinishesIsPooled() {
    GraphBuilder g = GraphBuilder.create("bare");
    Value x = g.input("x", DType.FLOAT32, 2, 9, 9, 3);
    Value w = g.input("w", DType.FLOAT32, 3, 3, 3, 5);
    Value y = Poolings.maxPool(Convolutions.conv2d(x, w, Conv.same()), Pool.of(2, 2));
    g.signature("run").output("y", y.tanh());
    Graph graph = g.build();
    Map<String, Tensor> inputs =
        Map.of(
            "x", random(DType.FLOAT32, 1, 2, 9, 9, 3), "w", random(DType.FLOAT32, 2, 3, 3, 3, 5));
    try (Session session = open(graph, 2)) {
      Executable executable = session.compile("run", Map.of());
      assertTrue(executable.explain().contains("correlation + max_pool "), executable.explain());
      Tensor expected = Interpreter.create().run(graph, "run", inputs).output("y");
      assertClose(expected, executable.run(inputs).get("y"), 1e-5, 1e-5);
    }
  }

  /** What the tail writes besides, is written. */
  @Test
  void otherResultsOfTheTailStay() {
    GraphBuilder g = GraphBuilder.create("two");
    Value x = g.input("x", DType.FLOAT32, 2, 9, 9, 3);
    Value w = g.input("w", DType.FLOAT32, 3, 3, 3, 5);
    Value sum = Convolutions.conv2d(x, w, Conv.same());
    Value y = Poolings.maxPool(sum.sigmoid().mul(sum), Pool.of(2, 2));
    g.signature("run").output("y", y).output("sigmoid", sum.sigmoid()).output("sum", sum);
    Graph graph = g.build();
    Map<String, Tensor> inputs =
        Map.of(
            "x", random(DType.FLOAT32, 1, 2, 9, 9, 3), "w", random(DType.FLOAT32, 2, 3, 3, 3, 5));
    try (Session session = open(graph, 2)) {
      Executable executable = session.compile("run", Map.of());
      assertTrue(executable.explain().contains("+ max_pool "), executable.explain());
      Map<String, Tensor> given = executable.run(inputs);
      Interpreter.create()
          .run(graph, "run", inputs)
          .outputs()
          .forEach((name, expected) -> assertClose(expected, given.get(name), 1e-5, 1e-5, name));
    }
  }

  @Test
  void twoPoolingsOfOneValueAreBothRight() {
    requirePooledTwice(Value::tanh);
  }

  @Test
  void poolingsOfTwoValuesAreBothRight() {
    requirePooledTwice(Value::sigmoid);
  }

  private static void requirePooledTwice(UnaryOperator<Value> second) {
    GraphBuilder g = GraphBuilder.create("twice");
    Value x = g.input("x", DType.FLOAT64, 1, 8, 8, 2);
    Value w = g.input("w", DType.FLOAT64, 3, 3, 2, 4);
    Value sum = Convolutions.conv2d(x, w, Conv.same());
    g.signature("run")
        .output("two", Poolings.maxPool(sum.tanh(), Pool.of(2, 2)))
        .output("four", Poolings.maxPool(second.apply(sum), Pool.of(4, 4)));
    Graph graph = g.build();
    Map<String, Tensor> inputs =
        Map.of(
            "x", random(DType.FLOAT64, 1, 1, 8, 8, 2), "w", random(DType.FLOAT64, 2, 3, 3, 2, 4));
    try (Session session = open(graph, 2)) {
      Map<String, Tensor> given = session.run("run", inputs);
      Interpreter.create()
          .run(graph, "run", inputs)
          .outputs()
          .forEach((name, expected) -> assertClose(expected, given.get(name), 1e-12, 1e-12, name));
    }
  }

  @Test
  void gradientsReadWhatIsPooled() {
    GraphBuilder g = network(DType.FLOAT64, 12, 16, Value::relu);
    Value loss = g.value("second/pooled").sum();
    Map<String, Value> gradients = new HashMap<>();
    for (String name : List.of("first", "second")) {
      gradients.put(name, Gradients.of(loss).to(g.value(name + "/kernel")).getFirst());
    }
    gradients.forEach((name, gradient) -> g.signature("run").output(name, gradient));
    Graph graph = g.build();
    Map<String, Tensor> images = images(graph, 2);
    try (Session session = open(graph, 2)) {
      String text = compile(session, 2).explain();
      assertTrue(
          Pattern.compile("'first/pooled' not with 'first/finished': '.+' needs that unpooled")
              .matcher(text)
              .find(),
          text);
      Map<String, Tensor> given = session.run("run", images);
      Interpreter.create()
          .run(graph, "run", images)
          .outputs()
          .forEach((name, expected) -> assertClose(expected, given.get(name), 1e-9, 1e-9, name));
    }
  }
}
