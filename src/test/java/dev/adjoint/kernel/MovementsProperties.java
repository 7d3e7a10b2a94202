package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.Limits;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Moving elements is exact, so every kernel gives what the reference gives. */
class MovementsProperties {
  private static Arbitrary<GraphCase> movements(Limits limits) {
    return GraphArbitraries.operators(
        OperatorSamplers.builtIn().all().stream()
            .filter(sampler -> Movement.class.isAssignableFrom(sampler.operator()))
            .toList(),
        limits);
  }

  @Provide
  Arbitrary<GraphCase> usual() {
    return movements(Limits.USUAL);
  }

  @Provide
  Arbitrary<GraphCase> large() {
    return movements(new Limits(3, 45, true, false, List.of(DType.values())));
  }

  @Property(tries = 800)
  void movesLikeTheReference(@ForAll("usual") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.anyLeaves(seed)), seed);
  }

  @Property(tries = 100)
  void movesManyElementsLikeTheReference(@ForAll("large") GraphCase drawn, @ForAll long seed) {
    check(KernelCase.of(drawn, drawn.anyLeaves(seed)), seed);
  }

  private static void check(KernelCase use, long seed) {
    Kernel kernel = Movements.kernel((Movement) use.node().op(), use.operandTypes(), use.type());
    assertEquals(use.expected(), use.run(kernel, seed));
  }

  /** Of more than one task and one block, with sizes that are multiples of neither. */
  static List<KernelCase> manyTasks() {
    return List.of(
        KernelCase.of(new Movement.Transpose(Permutation.of(1, 0)), counted(301, 253)),
        KernelCase.of(new Movement.Transpose(Permutation.of(1, 0)), counted(3, 40_001)),
        KernelCase.of(new Movement.Transpose(Permutation.of(1, 0)), counted(40_001, 3)),
        KernelCase.of(new Movement.Transpose(Permutation.of(0, 3, 1, 2)), counted(5, 17, 19, 37)),
        KernelCase.of(new Movement.Transpose(Permutation.of(0, 2, 3, 1)), counted(5, 37, 17, 19)),
        KernelCase.of(new Movement.Transpose(Permutation.of(3, 1, 2, 0)), counted(9, 33, 7, 41)),
        KernelCase.of(new Movement.Reverse(Axes.of(0, 1)), counted(259, 301)),
        KernelCase.of(new Movement.Reshape(Shape.of(7, 10_001)), counted(10_001, 7)),
        KernelCase.of(new Movement.Broadcast(Shape.of(101, 3, 307)), counted(3, 307)),
        KernelCase.of(new Movement.Broadcast(Shape.of(307, 3, 101)), counted(307, 3, 1)),
        KernelCase.of(
            new Movement.Concat(1), counted(301, 100, 2), counted(301, 1, 2), counted(301, 30, 2)),
        KernelCase.of(
            new Movement.Slice(
                List.of(
                    new Movement.SliceAxis(Dim.of(3), Dim.of(300), 2),
                    new Movement.SliceAxis(Dim.of(1), Dim.of(899), 3))),
            counted(301, 900)),
        KernelCase.of(
            new Movement.Pad(
                List.of(
                    new Movement.PadAxis(Dim.of(3), Dim.of(-2), 0),
                    new Movement.PadAxis(Dim.of(-7), Dim.of(5), 1),
                    Movement.PadAxis.NONE)),
            counted(200, 151, 3),
            Tensor.scalar(-1L)),
        KernelCase.of(
            new Movement.Pad(
                List.of(
                    Movement.PadAxis.NONE, Movement.PadAxis.of(2, 3), Movement.PadAxis.of(1, 1))),
            counted(20, 51, 90),
            Tensor.scalar(-1L)));
  }

  @ParameterizedTest
  @MethodSource("manyTasks")
  void manyTasksMoveLikeTheReference(KernelCase use) {
    Kernel kernel = Movements.kernel((Movement) use.node().op(), use.operandTypes(), use.type());
    assertTrue(kernel.tasks(0) > 1);
    check(use, 1);
  }

  @ParameterizedTest
  @EnumSource
  void everyDTypeIsMovedInBlocks(DType dtype) {
    check(
        KernelCase.of(new Movement.Transpose(Permutation.of(1, 0)), counted(70, 41).cast(dtype)),
        1);
  }

  private static Tensor counted(long... sizes) {
    long count = LongStream.of(sizes).reduce(1, (a, b) -> a * b);
    return Tensor.of(LongStream.range(0, count).toArray(), sizes);
  }
}
