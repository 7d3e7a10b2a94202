package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Windows along all, some or none of the axes. */
final class PoolingSamplers {
  private PoolingSamplers() {}

  /** An array, the windows over it, and the array that results. */
  private record Pooled(
      TensorType array, List<Long> sizes, List<WindowAxis> window, TensorType result) {
    Op op(BiFunction<List<Long>, List<WindowAxis>, Op> constructor) {
      return constructor.apply(sizes, window);
    }
  }

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(
            Pooling.MaxPool.class,
            choices -> {
              Pooled pooled = pooled(choices, false);
              return OperatorSample.of(
                  pooled.op(Pooling.MaxPool::new), new Operand(pooled.array(), Domain.separated()));
            }),
        OperatorSampler.of(
            Pooling.MaxPoolScatter.class,
            choices -> {
              Pooled pooled = pooled(choices, false);
              return OperatorSample.of(
                  pooled.op(Pooling.MaxPoolScatter::new),
                  new Operand(pooled.array(), Domain.separated()),
                  Operand.of(pooled.result()));
            }),
        OperatorSampler.of(
            Pooling.MaxPoolGather.class,
            choices -> {
              Pooled pooled = pooled(choices, false);
              return OperatorSample.of(
                  pooled.op(Pooling.MaxPoolGather::new),
                  new Operand(pooled.array(), Domain.separated()),
                  Operand.of(pooled.array()));
            }),
        OperatorSampler.of(
            Pooling.SumPool.class,
            choices -> {
              Pooled pooled = pooled(choices, true);
              return OperatorSample.of(pooled.op(Pooling.SumPool::new), Operand.of(pooled.array()));
            }));
  }

  private static Pooled pooled(Choices choices, boolean dilatesInput) {
    TensorType array = choices.type(choices.numeric());
    List<Long> sizes = new ArrayList<>();
    List<WindowAxis> window = new ArrayList<>();
    List<Dim> dims = new ArrayList<>();
    for (Dim size : array.shape().dims()) {
      boolean moves = choices.chance(60);
      long taps = moves ? choices.between(1, 3) : 1;
      WindowAxis axis =
          moves
              ? ProductSamplers.windowAxis(choices, size, Dim.of(taps), dilatesInput)
              : WindowAxis.UNIT;
      sizes.add(taps);
      window.add(axis);
      dims.add(axis.outputSize(size, Dim.of(taps)));
    }
    return new Pooled(array, sizes, window, array.withShape(Shape.of(dims)));
  }
}
