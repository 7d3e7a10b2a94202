package dev.adjoint.reference;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;

/** {@link Reduction}. */
final class ReductionRules {
  private ReductionRules() {}

  static Grid apply(Reduction op, Call call) {
    return switch (op) {
      case Reduction.ReduceSum(var axes, var keepDims) ->
          new Fold(axes, keepDims).of(call, Binary.ADD, 0, 0);
      case Reduction.ReduceMean(var axes, var keepDims) -> mean(call, new Fold(axes, keepDims));
      case Reduction.ReduceProd(var axes, var keepDims) ->
          new Fold(axes, keepDims).of(call, Binary.MULTIPLY, 1, 1);
      case Reduction.ReduceMax(var axes, var keepDims) -> max(call, new Fold(axes, keepDims));
      case Reduction.ReduceMin(var axes, var keepDims) ->
          new Fold(axes, keepDims)
              .of(call, Binary.MIN, Double.POSITIVE_INFINITY, largest(call.dtype()));
      case Reduction.ReduceLogSumExp(var axes, var keepDims) ->
          logSumExp(call, new Fold(axes, keepDims));
      case Reduction.ReduceAny(var axes, var keepDims) ->
          new Fold(axes, keepDims).of(call, Binary.MAX, 0, 0);
      case Reduction.ReduceAll(var axes, var keepDims) ->
          new Fold(axes, keepDims).of(call, Binary.MIN, 1, 1);
      case Reduction.ArgMax(var axis) -> best(call, axis, call.x()::isAbove);
      case Reduction.ArgMin(var axis) -> best(call, axis, call.x()::isBelow);
    };
  }

  /** Which element of the result an element of the operand goes into. */
  record Fold(Axes axes, boolean keepDims) {
    Grid of(Call call, Binary function, double floating, long integer) {
      Grid x = call.x();
      Grid y = call.result();
      y.fill(floating, integer);
      x.extent().forEach(index -> y.combine(target(y, index), function, x, x.at(index)));
      return y;
    }

    int target(Grid y, long[] index) {
      long[] reduced = index.clone();
      axes.indices().forEach(axis -> reduced[axis] = 0);
      return y.at(
          keepDims ? reduced : Index.select(reduced, axes.complement(index.length).indices()));
    }
  }

  static long smallest(DType dtype) {
    return dtype == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
  }

  private static long largest(DType dtype) {
    return dtype == DType.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
  }

  private static Grid max(Call call, Fold fold) {
    return fold.of(call, Binary.MAX, Double.NEGATIVE_INFINITY, smallest(call.dtype()));
  }

  private static Grid mean(Call call, Fold fold) {
    Grid y = fold.of(call, Binary.ADD, 0, 0);
    double count = fold.axes().elements(call.x().type().shape()).value();
    for (int i = 0; i < y.count(); i++) {
      y.set(i, y.getDouble(i) / count);
    }
    return y;
  }

  private static Grid logSumExp(Call call, Fold fold) {
    Grid x = call.x();
    Grid largest = max(call, fold);
    Grid sum = call.result();
    x.extent()
        .forEach(index -> {
          int target = fold.target(sum, index);
          double scaled = StrictMath.exp(x.getDouble(x.at(index)) - largest.getDouble(target));
          sum.set(target, sum.getDouble(target) + scaled);
        });
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      double m = largest.getDouble(i);
      // An infinite largest element is the answer; taking it out would give NaN.
      y.set(i, Double.isInfinite(m) ? m : m + StrictMath.log(sum.getDouble(i)));
    }
    return y;
  }

  private interface Order {
    boolean isBefore(int i, int j);
  }

  private static Grid best(Call call, int axis, Order order) {
    Grid x = call.x();
    Grid y = call.result();
    y.extent()
        .forEach(index -> {
          long best = 0;
          for (long k = 1; k < x.size(axis); k++) {
            int candidate = x.at(Index.insert(index, axis, k));
            best = order.isBefore(candidate, x.at(Index.insert(index, axis, best))) ? k : best;
          }
          y.set(y.at(index), best);
        });
    return y;
  }
}
