package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.op.Scan;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The state is a double, as in the reference: the bits are equal. */
class ScansProperties {
  @Provide
  Arbitrary<GraphCase> scans() {
    return GraphArbitraries.operators(
        OperatorSamplers.builtIn().all().stream()
            .filter(sampler -> Scan.class.isAssignableFrom(sampler.operator()))
            .toList(),
        Limits.USUAL);
  }

  @Property(tries = 400)
  void scansLikeTheReference(@ForAll("scans") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.smoothLeaves(seed)), seed);
    check(KernelCase.of(drawn, drawn.anyLeaves(seed)), seed);
  }

  private static Kernel kernel(KernelCase use) {
    return Scans.kernel((Scan) use.node().op(), use.operandTypes(), use.type());
  }

  private static void check(KernelCase use, long seed) {
    assertEquals(use.expected(), use.run(kernel(use), seed));
  }

  static List<KernelCase> manyTasks() {
    Random random = new Random(5);
    Tensor floats = normal(random, 7, 100, 90);
    return List.of(
        KernelCase.of(new Scan.CumulativeSum(1, false, false), floats),
        KernelCase.of(new Scan.CumulativeSum(2, true, true), floats),
        KernelCase.of(new Scan.CumulativeSum(0, true, false), floats),
        KernelCase.of(new Scan.LinearRecurrence(1, true), floats, normal(random, 7, 100, 90)),
        KernelCase.of(new Scan.LinearRecurrence(2, false), floats, normal(random, 7, 100, 90)));
  }

  @ParameterizedTest
  @MethodSource("manyTasks")
  void manyTasksScanLikeTheReference(KernelCase use) {
    assertTrue(kernel(use).tasks(0) > 1);
    check(use, 1);
  }

  private static Tensor normal(Random random, long... sizes) {
    float[] values = new float[(int) (sizes[0] * sizes[1] * sizes[2])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, sizes);
  }
}
