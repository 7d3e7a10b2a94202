package dev.adjoint.kernel;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.op.Indexing;
import dev.adjoint.reference.EvaluationException;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reading is exact. Additions are in the dtype, where the reference adds in double: so sums of
 * FLOAT32 are compared within rounding, and not where they may overflow.
 */
class IndexingsProperties {
  @Provide
  Arbitrary<GraphCase> indexings() {
    return GraphArbitraries.operators(
        OperatorSamplers.builtIn().all().stream()
            .filter(sampler -> Indexing.class.isAssignableFrom(sampler.operator()))
            .toList(),
        Limits.USUAL);
  }

  @Property(tries = 700)
  void indexesLikeTheReference(@ForAll("indexings") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.smoothLeaves(seed)), seed);
  }

  @Property(tries = 700)
  void indexesEverythingLikeTheReference(@ForAll("indexings") GraphCase drawn, @ForAll long seed) {
    KernelCase use = KernelCase.of(drawn, drawn.anyLeaves(seed));
    Assume.that(use.operands().size() < 3 || use.type().dtype() != DType.FLOAT32);
    check(use, seed);
  }

  private static Kernel kernel(KernelCase use) {
    return Indexings.kernel((Indexing) use.node().op(), use.operandTypes(), use.type());
  }

  private static void check(KernelCase use, long seed) {
    Tensor given = use.run(kernel(use), seed);
    Tensor expected = use.expected();
    if (use.operands().size() == 3 && expected.dtype() == DType.FLOAT32) {
      assertClose(expected, given, 1e-5, 1e-4);
    } else {
      assertEquals(expected, given);
    }
  }

  static List<KernelCase> manyTasks() {
    Random random = new Random(11);
    Tensor table = whole(random, 90, 401);
    Tensor cube = whole(random, 5, 90, 101);
    Tensor single = whole(random, 40_001);
    return List.of(
        KernelCase.of(new Indexing.Gather(0), table, indices(random, 90, 120)),
        KernelCase.of(new Indexing.Gather(1), cube, indices(random, 90, 30, 4)),
        KernelCase.of(new Indexing.Gather(0), single, indices(random, 40_001, 35_000)),
        KernelCase.of(new Indexing.TakeAlongAxis(1), cube, indices(random, 90, 5, 80, 101)),
        KernelCase.of(
            new Indexing.ScatterAdd(0), table, indices(random, 90, 120), whole(random, 120, 401)),
        KernelCase.of(
            new Indexing.ScatterAdd(1), cube, indices(random, 90, 95), whole(random, 5, 95, 101)),
        KernelCase.of(
            new Indexing.ScatterAddAlongAxis(1),
            cube,
            indices(random, 90, 5, 80, 101),
            whole(random, 5, 80, 101)),
        KernelCase.of(new Indexing.TopKIndices(7, 1), cube),
        KernelCase.of(new Indexing.TopKIndices(401, 1), table));
  }

  @ParameterizedTest
  @MethodSource("manyTasks")
  void manyTasksIndexLikeTheReference(KernelCase use) {
    assertTrue(kernel(use).tasks(kernel(use).phases() - 1) > 1);
    check(use, 1);
  }

  /** Whole numbers, so that sums are exact in any dtype and equal elements are frequent. */
  private static Tensor whole(Random random, long... sizes) {
    int count = (int) LongStream.of(sizes).reduce(1, (a, b) -> a * b);
    return Tensor.of(random.ints(count, -20, 20).toArray(), sizes).cast(DType.FLOAT32);
  }

  private static Tensor indices(Random random, int size, long... sizes) {
    int count = (int) LongStream.of(sizes).reduce(1, (a, b) -> a * b);
    return Tensor.of(random.ints(count, 0, size).toArray(), sizes);
  }

  @Test
  void theLargestOfNaNsAndZerosKeepTheirOrder() {
    Tensor x = Tensor.vector(-0.0, Double.NaN, 0.0, Double.NaN, 8, Double.NEGATIVE_INFINITY);
    for (int k = 0; k <= 6; k++) {
      check(KernelCase.of(new Indexing.TopKIndices(k, 0), x), 1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 3, 4294967296L, Long.MIN_VALUE})
  void theFirstIndexOutsideTheAxisIsReportedAsByTheReference(long wrong) {
    Tensor x = Tensor.of(new double[] {0, 1, 2, 3, 4, 5}, 2, 3);
    Tensor places = Tensor.of(new long[] {0, wrong, 2, wrong - 1}, 2, 2);
    Tensor updates = Tensor.zeros(DType.FLOAT64, 2, 2, 2);
    for (KernelCase use :
        List.of(
            KernelCase.of(new Indexing.Gather(1), x, places),
            KernelCase.of(new Indexing.TakeAlongAxis(1), x, places),
            KernelCase.of(new Indexing.ScatterAdd(1), x, places, updates),
            KernelCase.of(
                new Indexing.ScatterAddAlongAxis(1),
                x,
                places,
                Tensor.zeros(DType.FLOAT64, 2, 2)))) {
      EvaluationException expected = assertThrows(EvaluationException.class, use::expected);
      OperandException given =
          assertThrows(OperandException.class, () -> use.run(kernel(use), wrong));
      assertTrue(
          expected.getMessage().contains(given.getMessage()),
          () -> given.getMessage() + "\nexpected " + expected.getMessage());
    }
  }

  @Test
  void withoutAPlaceToReadNoIndexIsLookedAt() {
    Tensor none = Tensor.zeros(DType.FLOAT32, 3, 0);
    check(KernelCase.of(new Indexing.Gather(0), none, Tensor.vector(7)), 1);
    check(
        KernelCase.of(
            new Indexing.ScatterAdd(0), none, Tensor.vector(7), Tensor.zeros(DType.FLOAT32, 1, 0)),
        1);
  }
}
