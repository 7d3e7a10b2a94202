package dev.adjoint.check.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.op.Convolution;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OperatorSamplersTest {
  private static final OperatorSamplers SAMPLERS = OperatorSamplers.installed();

  static List<Class<? extends Op>> operators() {
    return OperatorCatalog.installed().operators();
  }

  /** Those of the tests' own operators among them, which {@code ServiceLoader} finds. */
  @Test
  void everyOperatorHasASampler() {
    List<String> without =
        operators().stream()
            .filter(operator -> SAMPLERS.find(operator).isEmpty())
            .map(OperatorCodec::nameOf)
            .toList();
    assertEquals(List.of(), without, "operators without a sampler");
  }

  @ParameterizedTest
  @MethodSource("operators")
  void aSampleIsAUseOfItsOperator(Class<? extends Op> operator) {
    for (int seed = 0; seed < 40; seed++) {
      assertEquals(operator, result(SAMPLERS.draw(operator, seed)).op().getClass());
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void equalSeedsGiveEqualGraphs(Class<? extends Op> operator) {
    assertEquals(SAMPLERS.draw(operator, 5).graph(), SAMPLERS.draw(operator, 5).graph());
  }

  @Test
  void everyFeatureIsAmongTheGraphsDrawn() {
    Map<Feature, Long> counts =
        operators().stream()
            .flatMap(operator -> LongStream.range(0, 50).mapToObj(s -> SAMPLERS.draw(operator, s)))
            .flatMap(drawn -> Feature.of(drawn.graph()).stream())
            .collect(Collectors.groupingBy(feature -> feature, Collectors.counting()));
    for (Feature feature : Feature.values()) {
      long count = counts.getOrDefault(feature, 0L);
      assertTrue(count >= 5, () -> "only %d graphs of %s".formatted(count, feature));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "EMPTY_AXIS",
        "UNIT_AXIS",
        "SYMBOLIC_SIZE",
        "STRIDE",
        "ASYMMETRIC_PADDING",
        "NEGATIVE_PADDING",
        "INPUT_DILATION",
        "DILATION",
        "FEATURE_GROUPS",
        "BATCH_GROUPS",
        "UNUSUAL_LAYOUT"
      })
  void everyFeatureOfACorrelationIsAmongAHundred(Feature feature) {
    long graphs =
        LongStream.range(0, 100)
            .mapToObj(seed -> SAMPLERS.draw(Convolution.Correlation.class, seed))
            .filter(drawn -> Feature.of(drawn.graph()).contains(feature))
            .count();
    assertTrue(graphs >= 5, () -> "only %d correlations with %s".formatted(graphs, feature));
  }

  @Test
  void everySpatialRankIsAmongTheCorrelations() {
    Set<Integer> ranks =
        LongStream.range(0, 30)
            .mapToObj(seed -> result(SAMPLERS.draw(Convolution.Correlation.class, seed)).type())
            .map(type -> type.rank() - 2)
            .collect(Collectors.toSet());
    assertEquals(Set.of(1, 2, 3), ranks);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void limitsHold(Class<? extends Op> operator) {
    Limits limits = Limits.USUAL.withoutEmpty().withoutSymbols().withDTypes(DType.FLOAT64);
    for (int seed = 0; seed < 50; seed++) {
      Set<Feature> features = Feature.of(SAMPLERS.draw(operator, seed, limits).graph());
      assertFalse(features.contains(Feature.EMPTY_AXIS), () -> operator + " draws empty arrays");
      assertFalse(features.contains(Feature.SYMBOLIC_SIZE), () -> operator + " draws named sizes");
    }
  }

  /** What a user writes: a record, and a sampler of it. */
  record Scale(double factor) implements Op {
    @Override
    public TensorType infer(Operands in) {
      in.floating(0);
      return in.single();
    }
  }

  private static final OperatorSampler SCALE =
      OperatorSampler.of(
          Scale.class,
          choices ->
              OperatorSample.of(
                  new Scale(choices.between(1, 3)), Operand.of(choices.type(choices.floating()))));

  @Test
  void aUsersOperatorIsDrawnLikeABuiltInOne() {
    GraphCase drawn = SAMPLERS.with(SCALE).draw(Scale.class, 1);
    assertInstanceOf(Scale.class, result(drawn).op());
    RandomGraphs graphs = RandomGraphs.usual().withSamplers(List.of(SCALE));
    assertTrue(
        graphs.draw(3).graph().nodes().stream().anyMatch(node -> node.op() instanceof Scale));
  }

  @Test
  void anOperatorWithoutASamplerIsNamedWithTheRemedy() {
    var error = assertThrows(IllegalArgumentException.class, () -> SAMPLERS.draw(Scale.class, 1));
    assertEquals(
        "There is no OperatorSampler of %s. Write one and list it in META-INF/services/%s, or pass it to OperatorSamplers.with."
            .formatted(Scale.class.getName(), OperatorSampler.class.getName()),
        error.getMessage());
  }

  private static Node result(GraphCase drawn) {
    return drawn.graph().signature(GraphCase.SIGNATURE).outputs().get("y");
  }
}
