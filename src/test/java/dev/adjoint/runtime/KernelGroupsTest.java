package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Normalizations;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What one kernel computes, and why not more: fewer kernels would be seen in no result. */
class KernelGroupsTest {
  private static Map<String, Function<GraphBuilder, Value>> cases() {
    Map<String, Function<GraphBuilder, Value>> t = new LinkedHashMap<>();
    t.put(
        "a product with factor, bias, residual and relu",
        g -> rows(g).matmul(weights(g)).mul(0.5).add(bias(g)).add(rows(g)).relu());
    t.put(
        "a product of inputs with factor, bias and relu",
        g -> rows(g).matmul(rows(g).transpose()).mul(0.5).add(column(g)).relu());
    t.put("a product and a function of it", g -> rows(g).matmul(weights(g)).add(bias(g)).sigmoid());
    t.put(
        "a convolution with bias, relu and pooling",
        g -> {
          Value x = g.input("image", DType.FLOAT32, 2, 8, 8, 3);
          Value w = g.parameter("kernel", Tensor.zeros(DType.FLOAT32, 3, 3, 3, 16));
          Value y = Convolutions.conv2d(x, w, Conv.same()).add(bias(g)).relu();
          return Poolings.maxPool(y, Pool.of(2, 2));
        });
    t.put("elementwise", g -> rows(g).mul(2).add(bias(g)).tanh().mul(rows(g)));
    t.put("softmax", g -> rows(g).softmax(-1));
    t.put("logarithm of softmax of a sum", g -> rows(g).add(bias(g)).logSoftmax(-1));
    t.put("layer norm", g -> Normalizations.layerNorm(rows(g), bias(g), bias(g).exp(), 1e-3));
    t.put(
        "batch norm for inference",
        g -> {
          Value x = rows(g).sub(bias(g));
          return x.mul(bias(g).add(1).rsqrt()).mul(bias(g)).add(bias(g)).relu();
        });
    t.put("batch norm over the batch", g -> Normalizations.standardize(rows(g), 1e-3, 0));
    t.put("shapes that differ", g -> rows(g).exp().add(rows(g).sum(1).exp().reshape(24, 1).mul(3)));
    t.put(
        "two products and one loop",
        g -> rows(g).matmul(weights(g)).mul(rows(g).tanh().matmul(weights(g))));
    t.put(
        "a product whose loop has a reduction", g -> rows(g).matmul(weights(g)).softmax(-1).exp());
    t.put(
        "a value between",
        g -> {
          Value y = rows(g).exp();
          return y.add(y.matmul(weights(g)));
        });
    t.put(
        "a pooled result that is read too",
        g -> {
          Value x = g.input("image", DType.FLOAT32, 2, 8, 8, 3);
          Value w = g.parameter("kernel", Tensor.zeros(DType.FLOAT32, 3, 3, 3, 16));
          Value y = Convolutions.conv2d(x, w, Conv.same()).relu();
          return Poolings.maxPool(y, Pool.of(2, 2)).sum().add(y.sum());
        });
    t.put(
        "a function of a concatenation",
        g -> Movement.concat(0, List.of(rows(g).exp(), rows(g))).relu());
    t.put(
        "sums along either axis",
        g -> {
          Value y = rows(g).exp();
          return Movement.concat(0, List.of(y.sum(0), y.sum(1)));
        });
    t.put("a sum of sums", g -> rows(g).sum(1).exp().sum());
    t.put("a transposed function", g -> rows(g).exp().matmul(rows(g).tanh().transpose()));
    t.put("many long rows", g -> standardized(g, 1, 16, 50_000));
    t.put("few long rows", g -> standardized(g, 1, 15, 50_000));
    t.put("long columns", g -> standardized(g, 0, 50_000, 16));
    t.put(
        "an index of few long rows",
        g -> {
          Value x = g.input("x", DType.FLOAT32, 2, 100_000).exp();
          return x.argMax(1).cast(DType.FLOAT32).add(x.sum(1));
        });
    t.put(
        "a sum of integers repeated along long columns",
        g -> {
          Value x = g.input("counts", DType.INT32, 50_000, 16).abs();
          return x.sub(x.sum(0));
        });
    t.put(
        "a sum repeated along another axis",
        g -> {
          Value x = g.input("square", DType.FLOAT32, 16, 16);
          return x.sub(x.sum(0).expandDims(1));
        });
    t.put(
        "a comparison with two readers",
        g -> {
          Value positive = rows(g).gt(bias(g));
          return positive
              .cast(DType.FLOAT32)
              .matmul(weights(g))
              .add(Logic.select(positive, rows(g), rows(g).neg()));
        });
    t.put(
        "sums of two dtypes",
        g -> {
          Value y = rows(g).exp();
          Value wide = y.cast(DType.FLOAT64);
          return y.sub(y.mean(1).expandDims(1))
              .cast(DType.FLOAT64)
              .add(wide.mul(wide.mean(1).expandDims(1)));
        });
    t.put(
        "a product of integers",
        g -> rows(g).cast(DType.INT32).matmul(weights(g).cast(DType.INT32)).neg());
    t.put(
        "a product and two loops",
        g -> {
          Value y = rows(g).matmul(weights(g));
          return y.relu().matmul(weights(g)).add(y.tanh().sum(1).expandDims(1));
        });
    t.put(
        "sums of two loops",
        g -> rows(g).sum(1).add(g.input("z", DType.FLOAT32, 24, 16).exp().sum(1)));
    return t;
  }

  /** Before any kernel is chosen, sizes are looked at that no array has. */
  @Test
  void sizesBeyondArraysAreRefusedInWords() {
    GraphBuilder g = GraphBuilder.create("large");
    g.signature("run").output("y", standardized(g, 0, 20_000, 5_000_000_000L).sum());
    try (Session session = Session.open(g.build())) {
      assertMessage(
          IllegalArgumentException.class,
          "f32[20000, 5000000000] has 100000000000000 elements, an array holds at most 2147483639."
              + " Use smaller sizes.",
          () -> session.compile("run", Map.of()));
    }
  }

  private static Value standardized(GraphBuilder g, int axis, long... sizes) {
    return Normalizations.standardize(g.input("images", DType.FLOAT32, sizes), 1e-3, axis);
  }

  private static Value rows(GraphBuilder g) {
    return leaf(g, "x", () -> g.input("x", DType.FLOAT32, 24, 16));
  }

  private static Value column(GraphBuilder g) {
    return g.parameter("column", Tensor.zeros(DType.FLOAT32, 24));
  }

  private static Value weights(GraphBuilder g) {
    return leaf(g, "w", () -> g.parameter("w", Tensor.zeros(DType.FLOAT32, 16, 16)));
  }

  private static Value bias(GraphBuilder g) {
    return leaf(g, "b", () -> g.parameter("b", Tensor.zeros(DType.FLOAT32, 16)));
  }

  private static Value leaf(GraphBuilder g, String name, Supplier<Value> added) {
    return g.values().stream()
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseGet(added);
  }

  @Test
  void aKernelComputesAsMuchAsItCan() {
    StringBuilder text = new StringBuilder();
    cases()
        .forEach((title, expression) -> {
          text.append("# ").append(title).append('\n');
          try (Session session = Session.open(graph(expression), options())) {
            Plan plan = session.compile("run", Map.of()).plan();
            plan.frozen().forEach(step -> text.append("once ").append(line(step)));
            plan.stages().forEach(stage -> stage.forEach(step -> text.append(line(step))));
            plan.separations().forEach(two -> text.append(two.text()).append('\n'));
          }
          text.append('\n');
        });
    Golden.assertMatches(KernelGroupsTest.class, "kernel-groups", text.toString());
  }

  private static String line(Step step) {
    return step.nodes().stream()
        .map(Node::name)
        .collect(Collectors.joining(", ", step.kind() + ": ", "\n"));
  }

  private static SessionOptions options() {
    return SessionOptions.standard().withThreads(1);
  }

  private static Graph graph(Function<GraphBuilder, Value> expression) {
    GraphBuilder g = GraphBuilder.create("groups");
    g.signature("run").output("y", expression.apply(g));
    return g.build();
  }

  /** Of twenty layers that need two results at a time, not twenty results. */
  @Test
  void theArenaIsUsedAgainAlongAChain() {
    Graph graph =
        graph(g -> {
          Value y = rows(g);
          for (int layer = 0; layer < 20; layer++) {
            y = y.matmul(weights(g)).relu();
          }
          return y.sum();
        });
    try (Session session = Session.open(graph, options())) {
      long layer = 24 * 16 * Float.BYTES;
      Executable executable = session.compile("run", Map.of());
      long most = executable.liveBytes() + layer;
      assertTrue(
          executable.liveBytes() <= 4 * layer && executable.arenaBytes() <= most,
          () -> executable.liveBytes() + " bytes, arena " + executable.arenaBytes());
    }
  }
}
