package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Normalizations;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** A memory limit changes no bit: what it lets run gives what runs without it. */
class RecomputationProperties {
  private static final String TRAIN = "train";

  @Provide
  Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.differentiableGraphs(DType.FLOAT32);
  }

  @Property(tries = 40)
  void aLimitChangesNoBitOfAnyGraph(
      @ForAll("graphs") GraphCase drawn, @ForAll @IntRange(min = 0, max = 99) int percent) {
    Map<String, Tensor> leaves = drawn.anyLeaves(1);
    for (String signature : drawn.graph().signatures().keySet()) {
      requireSameBits(
          drawn.graph(),
          drawn.parameters(leaves),
          signature,
          drawn.sizes(),
          drawn.inputs(signature, leaves),
          percent);
    }
  }

  /** What a layer does with the one before it. */
  enum Layer {
    SCALE_AND_BEND,
    MULTIPLY,
    RECTIFY,
    STANDARDIZE,
    ADD_AN_EARLIER_ONE,
    SHIFT_BY_A_MAXIMUM,
    TURN
  }

  @Property(tries = 30)
  void aLimitChangesNoBitOfATrainingStep(
      @ForAll @Size(min = 8, max = 16) List<Layer> layers,
      @ForAll @IntRange(min = 40, max = 99) int percent) {
    Graph graph = chain(layers);
    boolean again =
        requireSameBits(graph, Map.of(), TRAIN, Map.of(), Map.of("x", numbers(1, 24, 24)), percent);
    Statistics.label("computed again").collect(again);
    Statistics.label("computed again")
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
  }

  private static Graph chain(List<Layer> layers) {
    GraphBuilder g = GraphBuilder.create("chain");
    List<Value> values = new ArrayList<>(List.of(g.input("x", DType.FLOAT32, 24, 24)));
    for (int i = 0; i < layers.size(); i++) {
      Value x = values.getLast();
      values.add(
          switch (layers.get(i)) {
            case SCALE_AND_BEND -> x.mul(g.parameter("scale" + i, numbers(i, 24))).tanh();
            case MULTIPLY -> x.matmul(g.parameter("weights" + i, numbers(i, 24, 24)));
            case RECTIFY -> x.relu();
            case STANDARDIZE -> Normalizations.standardize(x, 1e-2, 1);
            case ADD_AN_EARLIER_ONE -> x.add(values.get(i / 2));
            case SHIFT_BY_A_MAXIMUM -> x.sub(x.max(0)).sigmoid();
            case TURN -> x.transpose(1, 0).mul(x);
          });
    }
    Value y = values.getLast();
    Value loss = y.mul(y).mean();
    List<Value> weights = g.trainableParameters();
    List<Value> leaves = new ArrayList<>(weights);
    leaves.add(values.getFirst());
    List<Value> gradients = Gradients.of(loss).to(leaves);
    SignatureBuilder train = g.signature(TRAIN).output("loss", loss);
    train.output("gradient", gradients.getLast());
    for (int i = 0; i < weights.size(); i++) {
      train.update(weights.get(i), weights.get(i).sub(gradients.get(i).mul(0.1)));
    }
    return g.build();
  }

  private static Tensor numbers(int seed, long... sizes) {
    int count = 1;
    for (long size : sizes) {
      count *= (int) size;
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(1.7 * i + seed) * 0.6f;
    }
    return Tensor.of(numbers, sizes);
  }

  /** Whether the limit, a share of the plan's arena, was met by computing values again. */
  private static boolean requireSameBits(
      Graph graph,
      Map<String, Tensor> parameters,
      String signature,
      Map<String, Long> sizes,
      Map<String, Tensor> inputs,
      int percent) {
    SessionOptions options = SessionOptions.standard().withThreads(2);
    try (Session unlimited = Session.open(graph, options)) {
      unlimited.restore(parameters);
      Executable keeping = unlimited.compile(signature, sizes);
      long limit = keeping.totalBytes() - keeping.arenaBytes() * (100 - percent) / 100;
      try (Session limited = open(unlimited, options.withMemoryLimit(limit))) {
        Optional<Executable> fitting = compile(limited, signature, sizes);
        if (fitting.isEmpty()) {
          return false;
        }
        assertTrue(fitting.get().totalBytes() <= limit, fitting.get().explain());
        for (int run = 0; run < 2; run++) {
          assertEquals(keeping.run(inputs), fitting.get().run(inputs));
          assertEquals(unlimited.parameters(), limited.parameters());
        }
        return fitting.get().explain().contains("Computed again");
      }
    }
  }

  /** Starts from the same values, and computes none: they would have a plan with a limit too. */
  private static Session open(Session other, SessionOptions options) {
    return Session.open(other.graph(), other.parameters(), options);
  }

  private static Optional<Executable> compile(
      Session session, String signature, Map<String, Long> sizes) {
    try {
      return Optional.of(session.compile(signature, sizes));
    } catch (RunException.MemoryLimit _) {
      return Optional.empty();
    }
  }
}
