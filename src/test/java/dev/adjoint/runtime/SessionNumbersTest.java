package dev.adjoint.runtime;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Normalizations;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Reduction;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Named cases of what sessions compute; the laws over drawn graphs are {@link SessionProperties}.
 */
class SessionNumbersTest {
  @Test
  void sumsOfNothingHaveTheirNeutralElement() {
    GraphBuilder g = GraphBuilder.create("empty");
    Value x = g.input("x", DType.INT32, 0, 2);
    g.signature("run").output("least", g.add(new Reduction.ReduceMin(Axes.of(0), false), x));
    try (Session session = Session.open(g.build())) {
      Map<String, Tensor> nothing = Map.of("x", Tensor.zeros(DType.INT32, 0, 2));
      assertEquals(
          Tensor.vector(Integer.MAX_VALUE, Integer.MAX_VALUE),
          session.run("run", nothing).get("least"));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 1", "1, 1, 1", "3, 1, 1", "1, 5, 1", "1, 4, 3", "40, 7, 1"})
  void aBiasOfAnySizeIsAdded(int m, int k, int n) {
    GraphBuilder g = GraphBuilder.create("dense");
    Value x = g.input("x", DType.FLOAT64, m, k);
    Value w = g.parameter("w", Tensor.fill(DType.FLOAT64, Shape.of(k, n), 2));
    Value b = g.parameter("b", Tensor.fill(DType.FLOAT64, Shape.of(n), 3));
    Value r = g.parameter("r", Tensor.fill(DType.FLOAT64, Shape.of(m, n), 4));
    g.signature("run").output("y", x.matmul(w).add(b).add(r)).output("z", x.matmul(w).add(r));
    try (Session session = Session.open(g.build())) {
      Map<String, Tensor> y =
          session.run("run", Map.of("x", Tensor.fill(DType.FLOAT64, Shape.of(m, k), 1)));
      assertEquals(Tensor.fill(DType.FLOAT64, Shape.of(m, n), 2 * k + 7), y.get("y"));
      assertEquals(Tensor.fill(DType.FLOAT64, Shape.of(m, n), 2 * k + 4), y.get("z"));
    }
  }

  /** The last axis of the result may be one of several columns axes, or one of the rows. */
  @Test
  void aBiasAlongOneOfSeveralColumnAxes() {
    GraphBuilder g = GraphBuilder.create("bias");
    Value x = g.input("x", DType.FLOAT64, 3, 2);
    Value w = g.input("w", DType.FLOAT64, 2, 4, 5);
    Value v = g.input("v", DType.FLOAT64, 2);
    Value several = g.add(new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()), x, w);
    Value none = g.add(new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()), x, v);
    g.signature("run")
        .output("several", several.add(g.constant(Tensor.vector(1.0, 2, 3, 4, 5))))
        .output("none", none.add(g.constant(Tensor.vector(1.0, 2, 3))));
    Map<String, Tensor> inputs =
        Map.of(
            "x", Tensor.fill(DType.FLOAT64, Shape.of(3, 2), 1),
            "w", Tensor.fill(DType.FLOAT64, Shape.of(2, 4, 5), 1),
            "v", Tensor.fill(DType.FLOAT64, Shape.of(2), 1));
    Graph graph = g.build();
    try (Session session = Session.open(graph)) {
      assertEquals(
          Interpreter.create().run(graph, "run", inputs).outputs(), session.run("run", inputs));
    }
  }

  /** The repeated sum is stored before the sum, which the loop keeps only in its result. */
  @Test
  void aSumOfIntegersIsRepeatedInItsLoop() {
    GraphBuilder g = GraphBuilder.create("repeated");
    Value x = g.input("x", DType.INT32, 4);
    Value sum = x.neg().sum().broadcast(Shape.of(4));
    g.signature("run").output("y", sum);
    try (Session session = Session.open(g.build())) {
      assertEquals(
          Tensor.vector(-10, -10, -10, -10),
          session.run("run", Map.of("x", Tensor.vector(1, 2, 3, 4))).get("y"));
    }
  }

  /** Long rows and columns of one kernel, against a kernel for each node. */
  @ParameterizedTest
  @CsvSource({
    "16 17000, 1, FLOAT32",
    "2 16 8500, 0 2, FLOAT32",
    "300 40, 0, FLOAT32",
    "3 5 7 33, 0 1 2, FLOAT64",
    "4 600 9, 1, FLOAT64"
  })
  void standardizedNumbersAndTheirGradient(String sizes, String axes, DType dtype) {
    GraphBuilder g = GraphBuilder.create("standardized");
    Value x = g.input("x", dtype, numbers(sizes).mapToLong(Long::parseLong).toArray());
    Value y =
        Normalizations.standardize(x, 1e-2, numbers(axes).mapToInt(Integer::parseInt).toArray());
    Value gradient = Gradients.of(y.mul(y.sin()).sum()).to(x).getFirst();
    g.signature("run").output("y", y).output("dx", gradient);
    Graph graph = g.build();
    Map<String, Tensor> inputs = Map.of("x", uneven(x.type()));
    SessionOptions options = SessionOptions.standard();
    Map<String, Tensor> expected = run(graph, inputs, options.checkingNumbers());
    Map<String, Tensor> actual = run(graph, inputs, options.withThreads(1));
    expected.forEach((name, value) -> assertClose(value, actual.get(name), 1e-4, 1e-4, name));
    assertEquals(actual, run(graph, inputs, options.withThreads(3)));
  }

  private static Tensor uneven(TensorType type) {
    float[] singles = new float[(int) type.shape().elementCount()];
    double[] doubles = new double[singles.length];
    for (int i = 0; i < singles.length; i++) {
      doubles[i] = Math.sin(0.7 * i) + i % 11;
      singles[i] = (float) doubles[i];
    }
    return type.dtype() == DType.FLOAT32
        ? Tensor.adopt(singles, type.shape())
        : Tensor.adopt(doubles, type.shape());
  }

  private static Stream<String> numbers(String text) {
    return Stream.of(text.split(" "));
  }

  private static Map<String, Tensor> run(
      Graph graph, Map<String, Tensor> inputs, SessionOptions options) {
    try (Session session = Session.open(graph, options)) {
      return session.run("run", inputs);
    }
  }

  @Test
  void aDeepGraphRuns() {
    GraphBuilder g = GraphBuilder.create("deep");
    Value x = g.input("x", DType.FLOAT32, 4);
    Value y = x;
    for (int i = 0; i < 20_000; i++) {
      y = i % 2 == 0 ? y.neg() : y.reverse(0);
    }
    g.signature("run").output("y", y);
    try (Session session = Session.open(g.build())) {
      Tensor given = Tensor.vector(1f, 2f, 3f, 4f);
      assertEquals(given, session.run("run", Map.of("x", given)).get("y"));
    }
  }
}
