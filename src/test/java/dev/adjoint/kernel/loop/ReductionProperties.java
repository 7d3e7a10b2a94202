package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.TensorAssertions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Reductions of drawn values against the reference. */
class ReductionProperties {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);

  @Property(tries = 300)
  void reductionsOfDrawnValues(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int rowAxes,
      @ForAll @IntRange(min = 0, max = 5) int count,
      @ForAll DType dtype) {
    DrawnLoop drawn = new DrawnLoop(seed, rowAxes);
    drawn.exactOperators(count, List.of(dtype, DType.BOOL));
    int x = drawn.random.nextInt(drawn.count());
    Reduction op = reduction(drawn, x, rowAxes);
    long rowElements = 1;
    for (int size : rowSizes(drawn, rowAxes)) {
      rowElements *= size;
    }
    if (op instanceof Reduction.ArgMax || op instanceof Reduction.ArgMin) {
      if (rowElements == 0) {
        return;
      }
    }
    Value wanted = drawn.graph.add(op, List.of(drawn.meaning(x)));
    int y = RowFunctions.reduce(drawn.loop, op, drawn.value(x), rowElements);
    drawn.loop.storeRow(y, drawn.arguments.size());
    Tensor expected = drawn.expected(List.of(wanted)).getFirst();
    if (op instanceof Reduction.ReduceProd && mayOverflow(drawn, op, drawn.meaning(x))) {
      return;
    }
    Tensor vectors = run(VECTORS, drawn, rowAxes, expected.dtype());
    assertEquals(vectors, run(SCALARS, drawn, rowAxes, expected.dtype()));
    assertClose(expected, vectors);
  }

  /** Factors of which some order is infinite before it meets a zero. */
  @Example
  void aProductThatOverflowsOnTheWay() {
    reductionsOfDrawnValues(-2259, 3, 1, DType.FLOAT32);
  }

  /** Whether some order of the factors passes infinity, which times 0 is NaN. */
  private static boolean mayOverflow(DrawnLoop drawn, Op product, Value x) {
    if (!x.type().dtype().isFloating()) {
      return false;
    }
    Value bound = drawn.graph.add(product, List.of(x.abs().max(x.like(1))));
    return Arrays.stream(drawn.expected(List.of(bound)).getFirst().asDoubles())
        .anyMatch(Double::isInfinite);
  }

  private static List<Integer> rowSizes(DrawnLoop drawn, int rowAxes) {
    return drawn.sizes.subList(drawn.sizes.size() - rowAxes, drawn.sizes.size());
  }

  private static Reduction reduction(DrawnLoop drawn, int x, int rowAxes) {
    int rank = drawn.sizes.size();
    Axes axes = new Axes(IntStream.range(rank - rowAxes, rank).boxed().toList());
    if (drawn.dtype(x) == DType.BOOL) {
      return drawn.random.nextBoolean()
          ? new Reduction.ReduceAny(axes, false)
          : new Reduction.ReduceAll(axes, false);
    }
    List<Reduction> possible =
        new ArrayList<>(
            List.of(
                new Reduction.ReduceSum(axes, false),
                new Reduction.ReduceMax(axes, false),
                new Reduction.ReduceMin(axes, false),
                new Reduction.ReduceProd(axes, false)));
    if (rowAxes == 1) {
      possible.add(new Reduction.ArgMax(rank - 1));
      possible.add(new Reduction.ArgMin(rank - 1));
    }
    if (drawn.dtype(x).isFloating()) {
      possible.add(new Reduction.ReduceMean(axes, false));
      possible.add(new Reduction.ReduceLogSumExp(axes, false));
    }
    return possible.get(drawn.random.nextInt(possible.size()));
  }

  private static Tensor run(LoopCompiler compiler, DrawnLoop drawn, int rowAxes, DType dtype) {
    List<Integer> kept = drawn.sizes.subList(0, drawn.sizes.size() - rowAxes);
    List<Object> arrays = new ArrayList<>(drawn.arguments);
    arrays.add(LoopRunner.array(dtype, Loop.product(kept)));
    LoopRunner.run(compiler.compile(drawn.loop.build()), dtype, arrays.toArray());
    return LoopRunner.tensor(dtype, arrays.getLast(), kept);
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    if (!expected.dtype().isFloating()) {
      assertEquals(expected, actual);
      return;
    }
    double tolerance = expected.dtype() == DType.FLOAT32 ? 1e-4 : 5e-13;
    TensorAssertions.assertClose(expected, actual, tolerance, tolerance);
  }
}
