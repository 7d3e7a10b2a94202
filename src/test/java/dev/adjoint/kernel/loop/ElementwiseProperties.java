package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Value;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Loops without reductions against the reference, over all dtypes, shapes and views. */
class ElementwiseProperties {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);

  @Property(tries = 250)
  void exactOperatorsGiveTheReferencesBits(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 10) int count) {
    check(new DrawnLoop(seed, 0), count, List.of(DType.values()));
  }

  @Property(tries = 200)
  void alsoInVectors(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 10) int count, @ForAll boolean wide) {
    check(new DrawnLoop(seed, 0), count, List.of(wide ? DType.FLOAT64 : DType.FLOAT32, DType.BOOL));
  }

  private static void check(DrawnLoop drawn, int count, List<DType> dtypes) {
    drawn.exactOperators(count, dtypes);
    List<Value> wanted = new ArrayList<>();
    List<DType> types = new ArrayList<>();
    for (int v = Math.max(0, drawn.count() - 3); v < drawn.count(); v++) {
      drawn.loop.store(drawn.value(v), drawn.arguments.size() + wanted.size());
      wanted.add(drawn.meaning(v));
      types.add(drawn.dtype(v));
    }
    List<Tensor> expected = drawn.expected(wanted);
    Loop loop = drawn.loop.build();
    for (LoopCompiler compiler : List.of(VECTORS, SCALARS)) {
      LoopKernel kernel = compiler.compile(loop);
      assertEquals(expected, run(kernel, drawn, types, false));
      assertEquals(expected, run(kernel, drawn, types, true));
    }
  }

  private static List<Tensor> run(
      LoopKernel kernel, DrawnLoop drawn, List<DType> types, boolean ranges) {
    List<Object> arrays = new ArrayList<>(drawn.arguments);
    types.forEach(type -> arrays.add(LoopRunner.array(type, drawn.elements())));
    Object[] given = arrays.toArray();
    if (ranges) {
      Arguments arguments = LoopRunner.arguments(kernel, types.getFirst(), given);
      int to = drawn.elements();
      while (to > 0) {
        int from = drawn.random.nextInt(to);
        ((LoopKernel.Elementwise) kernel).run(arguments, from, to);
        to = from;
      }
    } else {
      LoopRunner.run(kernel, types.getFirst(), given);
    }
    List<Tensor> results = new ArrayList<>();
    for (int r = 0; r < types.size(); r++) {
      Object array = given[drawn.arguments.size() + r];
      results.add(LoopRunner.tensor(types.get(r), array, drawn.sizes));
    }
    return results;
  }
}
