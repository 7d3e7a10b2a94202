package dev.adjoint.reference;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Probability;
import dev.adjoint.tensor.TensorType;

/** {@link Probability}. */
final class ProbabilityRules {
  private ProbabilityRules() {}

  static Grid apply(Probability op, Call call) {
    return switch (op) {
      case Probability.Softmax(var axes) -> softmax(call, axes);
      case Probability.LogSoftmax(var axes) -> logSoftmax(call, axes);
      case Probability.SoftmaxCrossEntropy(var axis) -> crossEntropy(call, axis);
      case Probability.SparseSoftmaxCrossEntropy(var axis) -> sparseCrossEntropy(call, axis);
    };
  }

  /** {@code e^(x - m)} with m the largest element along the axes, and the sum of them all. */
  private record Shifted(ReductionRules.Fold fold, Grid x, Grid largest, Grid sum) {
    static Shifted of(Grid x, Axes axes) {
      ReductionRules.Fold fold = new ReductionRules.Fold(axes, true);
      TensorType type = x.type().withShape(axes.reduce(x.type().shape(), true));
      Call call = new Call(java.util.List.of(x), type);
      Grid largest = fold.of(call, Binary.MAX, Double.NEGATIVE_INFINITY, 0);
      Shifted shifted = new Shifted(fold, x, largest, Grid.zeros(type));
      x.extent().forEach(shifted::addExponential);
      return shifted;
    }

    private void addExponential(long[] index) {
      int target = fold.target(sum, index);
      sum.set(target, sum.getDouble(target) + StrictMath.exp(difference(index)));
    }

    double difference(long[] index) {
      return x.getDouble(x.at(index)) - largest.getDouble(fold.target(largest, index));
    }

    double sumAt(long[] index) {
      return sum.getDouble(fold.target(sum, index));
    }

    double logSoftmax(long[] index) {
      return difference(index) - StrictMath.log(sumAt(index));
    }
  }

  private static Grid softmax(Call call, Axes axes) {
    Shifted shifted = Shifted.of(call.x(), axes);
    Grid y = call.result();
    y.extent()
        .forEach(index ->
            y.set(y.at(index), StrictMath.exp(shifted.difference(index)) / shifted.sumAt(index)));
    return y;
  }

  private static Grid logSoftmax(Call call, Axes axes) {
    Shifted shifted = Shifted.of(call.x(), axes);
    Grid y = call.result();
    y.extent().forEach(index -> y.set(y.at(index), shifted.logSoftmax(index)));
    return y;
  }

  private static Grid crossEntropy(Call call, int axis) {
    Shifted shifted = Shifted.of(call.x(), Axes.of(axis));
    Grid labels = call.operand(1);
    Grid y = call.result();
    labels
        .extent()
        .forEach(index -> {
          double p = labels.getDouble(labels.at(index));
          if (p != 0) {
            int target = y.at(Index.remove(index, axis));
            y.set(target, y.getDouble(target) - p * shifted.logSoftmax(index));
          }
        });
    return y;
  }

  private static Grid sparseCrossEntropy(Call call, int axis) {
    Shifted shifted = Shifted.of(call.x(), Axes.of(axis));
    Grid labels = call.operand(1);
    Grid y = call.result();
    y.extent()
        .forEach(index -> {
          long label = IndexingRules.checked(labels, index, call.x(), axis);
          y.set(y.at(index), 0 - shifted.logSoftmax(Index.insert(index, axis, label)));
        });
    return y;
  }
}
