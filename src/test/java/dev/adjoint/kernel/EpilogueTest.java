package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An epilogue gives the bits of the operators that it stands for, whatever kernel it follows. */
class EpilogueTest {
  record Case(String name, Op op, TensorType a, TensorType b) {
    Kernel kernel(Epilogue epilogue, KernelOptions options) {
      return switch (op) {
        case Contraction.Dot dot -> Products.kernel(dot, a, b, epilogue, options);
        case Convolution.Correlation correlation ->
            Correlations.kernel(correlation, a, b, epilogue, options);
        default -> throw new IllegalArgumentException(op.operatorName());
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static TensorType f32(long... sizes) {
    return TensorType.of(DType.FLOAT32, sizes);
  }

  private static Case dot(String name, TensorType a, TensorType b) {
    return new Case(name, new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()), a, b);
  }

  private static Case correlation(
      String name, CorrelationLayout layout, int pad, int groups, TensorType x, TensorType w) {
    WindowAxis axis = WindowAxis.of(1, Dim.of(pad), Dim.of(pad));
    return new Case(
        name, new Convolution.Correlation(List.of(axis, axis), layout, groups, 1), x, w);
  }

  static Stream<Case> kernels() {
    CorrelationLayout last = CorrelationLayout.featuresLast(2);
    CorrelationLayout first = CorrelationLayout.featuresFirst(2);
    CorrelationLayout gradient = new CorrelationLayout("f01b", "i01o", "01bf");
    return Stream.of(
        dot("blocks", f32(130, 40), f32(40, 300)),
        dot("slices of the depth", f32(13, 1100), f32(1100, 20)),
        dot("a streamed row", f32(1, 300), f32(300, 1000)),
        dot("no terms", f32(5, 0), f32(0, 3)),
        dot("a streamed column", f32(40, 300), f32(300, 1)),
        correlation("direct", last, 1, 1, f32(2, 9, 7, 3), f32(3, 3, 3, 37)),
        correlation("planes first", first, 1, 1, f32(2, 3, 9, 7), f32(5, 3, 3, 3)),
        correlation("depthwise", last, 1, 19, f32(2, 9, 7, 19), f32(3, 3, 1, 19)),
        correlation("one feature", last, 1, 1, f32(2, 9, 7, 12), f32(3, 3, 12, 1)),
        correlation("pointwise", last, 0, 1, f32(2, 9, 7, 12), f32(1, 1, 12, 20)),
        correlation("winograd", last, 1, 1, f32(2, 9, 7, 18), f32(3, 3, 18, 35)),
        correlation("gradient", gradient, 1, 1, f32(2, 9, 7, 5), f32(2, 9, 7, 35)),
        correlation("winograd gradient", gradient, 1, 1, f32(2, 9, 7, 18), f32(2, 9, 7, 35)));
  }

  /** Which steps an epilogue has beside its factor. */
  record Steps(boolean bias, boolean residual, boolean relu) {
    static Stream<Steps> all() {
      return IntStream.range(0, 8)
          .mapToObj(bits -> new Steps((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
    }

    Epilogue epilogue() {
      Epilogue steps = Epilogue.NONE.times(0.3);
      steps = bias ? steps.addBias() : steps;
      steps = residual ? steps.addResidual() : steps;
      return relu ? steps.thenRelu() : steps;
    }
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> kernelsWithSteps() {
    return kernels()
        .flatMap(kernel ->
            Steps.all()
                .map(steps -> org.junit.jupiter.params.provider.Arguments.of(kernel, steps)));
  }

  @ParameterizedTest
  @MethodSource("kernelsWithSteps")
  void stepsAreRoundedOneByOne(Case each, Steps steps) {
    for (KernelOptions options :
        List.of(KernelOptions.FASTEST, KernelOptions.FASTEST.withoutVectors())) {
      TensorType type = Expected.type(each.op(), each.a(), each.b());
      int columns = (int) type.dim(type.rank() - 1).value();
      Tensor a = Expected.random(each.a(), 1);
      Tensor b = Expected.random(each.b(), 2);
      Tensor bias = Expected.random(f32(columns), 3);
      Tensor residual = Expected.random(type, 4);
      List<Tensor> operands = new ArrayList<>(List.of(a, b));
      if (steps.bias()) {
        operands.add(bias);
      }
      if (steps.residual()) {
        operands.add(residual);
      }
      int[] seen = new int[KernelRun.elements(type)];
      Epilogue before = steps.epilogue();
      Epilogue all =
          before.thenTail((arguments, from, to) -> tail(before, seen, arguments, from, to), 0, 0);
      Tensor plain = KernelRun.run(each.kernel(Epilogue.NONE, options), type, 0, a, b);
      Tensor given =
          KernelRun.run(each.kernel(all, options), type, 5, operands.toArray(Tensor[]::new));
      for (int i = 0; i < given.size(); i++) {
        float value = (float) plain.getDouble(i) * (float) 0.3;
        value += steps.bias() ? (float) bias.getDouble(i % columns) : 0;
        value += steps.residual() ? (float) residual.getDouble(i) : 0;
        value = steps.relu() ? Math.max(value, 0) : value;
        assertEquals(value + 1, given.getDouble(i), 0, each.name() + " at " + i);
      }
      int[] once = new int[seen.length];
      Arrays.fill(once, 1);
      assertArrayEquals(once, seen);
    }
  }

  private static void tail(Epilogue epilogue, int[] seen, Arguments arguments, int from, int to) {
    float[] y = arguments.floats(epilogue.result());
    for (int i = from; i < to; i++) {
      y[arguments.offset(epilogue.result()) + i] += 1;
      seen[i]++;
    }
  }

  @Test
  void integersTakeATail() {
    Case dot = dot("integers", TensorType.of(DType.INT32, 2, 3), TensorType.of(DType.INT32, 3, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> dot.kernel(Epilogue.NONE.thenRelu(), KernelOptions.FASTEST));
  }

  @Test
  void extraOperandsFollowTheMainOnes() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Epilogue(
                1,
                1,
                OptionalInt.of(1),
                OptionalInt.empty(),
                false,
                Optional.empty(),
                0,
                Optional.empty()));
  }
}
