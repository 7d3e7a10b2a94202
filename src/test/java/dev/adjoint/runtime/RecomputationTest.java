package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Normalizations;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Training steps that fit a memory limit only if they compute values again. */
class RecomputationTest {
  private static final String TRAIN = "train";
  private static final long ROWS = 120;

  /** Chains of layers, each with a loss, its gradients, and a step down for every parameter. */
  enum Network {
    /** Loops and nothing else. */
    ELEMENTWISE {
      @Override
      Value layer(Value x, int i) {
        return x.mul(weight(x, i, 1, 40)).add(x).tanh();
      }
    },
    /** Products, each with its activation in its kernel. */
    DENSE {
      @Override
      Value layer(Value x, int i) {
        return x.matmul(weight(x, i, 40, 40)).softplus();
      }
    },
    /** Products whose activations are loops of their own, and noise. */
    DROPPED_OUT {
      @Override
      Value layer(Value x, int i) {
        GraphBuilder g = x.builder();
        Value y = Normalizations.standardize(x.matmul(weight(x, i, 40, 40)), 1e-3, 1);
        Value counter = g.value("counter");
        return Dropout.dropout(
            y.mul(y.sigmoid()), 0.25, g.constant(Tensor.scalar(7L + i)), counter);
      }
    },
    /** Convolutions, with a pooling behind every eighth. */
    CONVOLUTIONS {
      @Override
      Shape input() {
        return Shape.parse("[N, 8, 8, 3]");
      }

      @Override
      Value layer(Value x, int i) {
        Value kernel = weight(x, i, 3, 3, x.dim(3).value(), 6);
        Value y = Convolutions.conv2d(x, kernel, Conv.same()).add(weight(x, 100 + i, 6)).relu();
        return i % 8 == 7 ? Poolings.maxPool(y, Pool.of(2, 2)) : y;
      }
    };

    abstract Value layer(Value x, int i);

    Shape input() {
      return Shape.parse("[N, 40]");
    }

    static Value weight(Value x, int i, long... sizes) {
      return x.builder().parameter("w" + i, random(i, 0.3, sizes));
    }

    Graph chain(int layers) {
      GraphBuilder g = GraphBuilder.create("chain");
      Value y = g.input("x", DType.FLOAT32, input());
      Value counter = g.state("counter", Tensor.scalar(0L));
      for (int i = 0; i < layers; i++) {
        y = layer(y, i);
      }
      Value loss = y.mul(y).mean();
      List<Value> weights = g.trainableParameters();
      List<Value> gradients = Gradients.of(loss).to(weights);
      SignatureBuilder train = g.signature(TRAIN).output("loss", loss);
      for (int i = 0; i < weights.size(); i++) {
        train.output("gradient " + i, gradients.get(i));
        train.update(weights.get(i), weights.get(i).sub(gradients.get(i).mul(0.1)));
      }
      train.update(counter, counter.add(1));
      return g.build();
    }
  }

  private static Tensor random(long seed, double scale, long... sizes) {
    Random random = new Random(seed);
    float[] values = new float[(int) Shape.of(sizes).elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return Tensor.of(values, sizes);
  }

  private static Map<String, Tensor> batch(Graph graph) {
    long[] sizes = graph.node("x").type().shape().bind(Map.of("N", ROWS)).sizes();
    return Map.of("x", random(99, 1, sizes));
  }

  private static SessionOptions options() {
    return SessionOptions.standard().withThreads(1);
  }

  private static long bytes(Graph graph) {
    try (Session session = Session.open(graph, options())) {
      return session.compile(TRAIN, Map.of("N", ROWS)).totalBytes();
    }
  }

  private static Executable compile(Session session) {
    return session.compile(TRAIN, Map.of("N", ROWS));
  }

  /** What two steps give: outputs of each, then the parameters. */
  private static List<Map<String, Tensor>> steps(Graph graph, SessionOptions options) {
    try (Session session = Session.open(graph, options)) {
      List<Map<String, Tensor>> seen = new ArrayList<>();
      seen.add(session.run(TRAIN, batch(graph)));
      seen.add(session.run(TRAIN, batch(graph)));
      seen.add(session.parameters());
      return seen;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ELEMENTWISE, 40, 60",
    "DENSE, 20, 80",
    "DROPPED_OUT, 10, 80",
    "CONVOLUTIONS, 14, 65"
  })
  void aStepFitsALimitBelowItsPlanWithTheSameBits(Network network, int layers, int percent) {
    Graph graph = network.chain(layers);
    long limit = bytes(graph) * percent / 100;
    try (Session session = Session.open(graph, options().withMemoryLimit(limit))) {
      Executable executable = compile(session);
      assertTrue(executable.totalBytes() <= limit, executable.explain());
      assertTrue(executable.explain().contains(" again "), executable.explain());
    }
    assertEquals(steps(graph, options()), steps(graph, options().withMemoryLimit(limit)));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ELEMENTWISE")
  void theNumberOfThreadsChangesNoBit(Network network) {
    Graph graph = network.chain(8);
    SessionOptions limited = options().withMemoryLimit(bytes(graph) * 85 / 100);
    // Three threads have workspaces of their own, which count.
    SessionOptions three =
        options().withThreads(3).withMemoryLimit(limited.memoryLimit() + (1L << 21));
    assertEquals(steps(graph, limited), steps(graph, three));
  }

  @Test
  void anInterpreterAgrees() {
    Graph graph = Network.ELEMENTWISE.chain(40);
    SessionOptions limited = options().withMemoryLimit(bytes(graph) * 60 / 100);
    Tensor expected =
        Interpreter.create().run(graph, TRAIN, batch(graph), initial(graph)).output("gradient 0");
    Tensor actual = steps(graph, limited).getFirst().get("gradient 0");
    assertTrue(expected.closeTo(actual, 1e-4, 1e-6), () -> expected + " but " + actual);
  }

  private static Map<String, Tensor> initial(Graph graph) {
    try (Session session = Session.open(graph, options())) {
      return session.parameters();
    }
  }

  @Test
  void whatFitsIsLeftAsItIs() {
    Graph graph = Network.CONVOLUTIONS.chain(6);
    try (Session unlimited = Session.open(graph, options());
        Session justEnough = Session.open(graph, options().withMemoryLimit(bytes(graph)))) {
      assertEquals(compile(unlimited).explain(), compile(justEnough).explain());
      assertFalse(compile(justEnough).explain().contains("Computed again"));
    }
  }

  @Test
  void productsAreComputedAgainLast() {
    Graph graph = Network.DROPPED_OUT.chain(10);
    SessionOptions limited = options().withMemoryLimit(bytes(graph) * 85 / 100);
    try (Session session = Session.open(graph, limited)) {
      String text = compile(session).explain();
      assertTrue(text.contains("loop again"), text);
      assertFalse(text.contains("dot again"), text);
    }
  }

  @Test
  void aLimitThatCannotBeMetIsRefusedWithBothFigures() {
    Graph graph = Network.ELEMENTWISE.chain(40);
    long keeping = bytes(graph);
    long recomputing = least(graph, 1000);
    assertTrue(recomputing < keeping * 6 / 10, () -> recomputing + " of " + keeping);
    try (Session session = Session.open(graph, options().withMemoryLimit(recomputing))) {
      assertEquals(recomputing, compile(session).totalBytes());
    }
    assertEquals(recomputing, least(graph, recomputing - 1));
  }

  /** What the refusal of a limit says would be enough. */
  private static long least(Graph graph, long limit) {
    try (Session session = Session.open(graph, options().withMemoryLimit(limit))) {
      RunException.MemoryLimit refused =
          assertThrows(RunException.MemoryLimit.class, () -> compile(session));
      Matcher figures =
          Pattern.compile("needs ([0-9,]+) bytes.* and ([0-9,]+) if values are computed again")
              .matcher(String.valueOf(refused.getMessage()));
      assertTrue(figures.find(), refused.getMessage());
      assertEquals(bytes(graph), number(figures.group(1)));
      return number(figures.group(2));
    }
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace(",", ""));
  }

  @Test
  void aPredictionHasNothingToComputeAgain() {
    GraphBuilder g = GraphBuilder.create("predict");
    Value x = g.input("x", DType.FLOAT32, 100, 100);
    g.signature("run").output("y", x.matmul(x).tanh().matmul(x));
    try (Session session = Session.open(g.build(), options().withMemoryLimit(100_000))) {
      RunException.MemoryLimit refused =
          assertThrows(RunException.MemoryLimit.class, () -> session.compile("run", Map.of()));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.matches("The plan of signature 'run' needs .* bytes .*"), message);
      assertFalse(message.contains("computed again"), message);
    }
  }

  @Test
  void checkingNumbersFitsToo() {
    Graph graph = Network.DENSE.chain(10);
    SessionOptions checking = options().checkingNumbers();
    long limit;
    try (Session session = Session.open(graph, checking)) {
      limit = compile(session).totalBytes() * 8 / 10;
    }
    assertEquals(steps(graph, checking), steps(graph, checking.withMemoryLimit(limit)));
  }

  @Test
  void explainSaysWhatIsComputedAgain() {
    Graph graph = Network.ELEMENTWISE.chain(40);
    SessionOptions limited = options().withMemoryLimit(bytes(graph) * 60 / 100);
    try (Session session = Session.open(graph, limited)) {
      String text = compile(session).explain();
      int start = text.indexOf("Computed again");
      int end = text.indexOf("Not computed together");
      Golden.assertMatches(RecomputationTest.class, "computed-again", text.substring(start, end));
    }
  }
}
