package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counting and random numbers: the bits of the reference. */
class SourcesProperties {
  @Provide
  Arbitrary<GraphCase> sources() {
    return GraphArbitraries.operators(
        OperatorSamplers.builtIn().all().stream()
            .filter(sampler -> Source.class.isAssignableFrom(sampler.operator()))
            .filter(sampler -> sampler.operator() != Source.Constant.class)
            .toList(),
        Limits.USUAL);
  }

  @Property(tries = 300)
  void makesWhatTheReferenceMakes(@ForAll("sources") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.anyLeaves(seed)), seed);
  }

  @Property(tries = 60)
  void everyKeyAndCounterGivesTheBitsOfTheReference(
      @ForAll long key, @ForAll long counter, @ForAll @IntRange(max = 41) int size) {
    for (Source.Random op : random(size)) {
      check(KernelCase.of(op, Tensor.scalar(key), Tensor.scalar(counter)), key);
    }
  }

  private static List<Source.Random> random(int size) {
    return List.of(
        new Source.RandomBits(TensorType.of(DType.INT32, size)),
        new Source.RandomUniform(TensorType.of(DType.FLOAT32, size)),
        new Source.RandomUniform(TensorType.of(DType.FLOAT64, size)),
        new Source.RandomNormal(TensorType.of(DType.FLOAT32, size)),
        new Source.RandomNormal(TensorType.of(DType.FLOAT64, size)));
  }

  private static Kernel kernel(KernelCase use) {
    return Sources.kernel((Source) use.node().op(), use.operandTypes(), use.type());
  }

  private static void check(KernelCase use, long seed) {
    assertEquals(use.expected(), use.run(kernel(use), seed));
  }

  static List<Source> manyTasks() {
    int size = 2 * AxisCut.TASK_ELEMENTS + 7;
    List<Source> random = List.copyOf(random(size));
    return List.of(
        random.get(0),
        random.get(1),
        random.get(2),
        new Source.Iota(TensorType.of(DType.FLOAT32, size), 0),
        new Source.Iota(TensorType.of(DType.INT32, 7, 110, 90), 1),
        new Source.Iota(TensorType.of(DType.INT64, 7, 110, 90), 0));
  }

  @ParameterizedTest
  @MethodSource("manyTasks")
  void manyTasksMakeWhatTheReferenceMakes(Source op) {
    Tensor word = Tensor.scalar(-5L);
    KernelCase use =
        op instanceof Source.Random ? KernelCase.of(op, word, word) : KernelCase.of(op);
    assertTrue(kernel(use).tasks(0) > 1);
    check(use, 1);
  }

  @Test
  void aConstantIsNotComputed() {
    KernelCase use = KernelCase.of(new Source.Constant(Tensor.vector(1f)));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> kernel(use));
    assertTrue(refused.getMessage().contains("f32[1]"), refused.getMessage());
  }
}
