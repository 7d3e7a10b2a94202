package dev.adjoint.reference;

import dev.adjoint.op.Pooling;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** {@link Pooling}. */
final class PoolingRules {
  private PoolingRules() {}

  static Grid apply(Pooling op, Call call) {
    return switch (op) {
      case Pooling.MaxPool _ -> maxPool(op, call);
      case Pooling.MaxPoolScatter _ -> scatter(op, call);
      case Pooling.MaxPoolGather _ -> gather(op, call);
      case Pooling.SumPool _ -> sumPool(op, call);
    };
  }

  /** Passes on the places of the elements that a window covers, in row-major order. */
  private static void forEachCovered(Pooling op, Grid x, long[] step, IntConsumer action) {
    Extent taps = Extent.of(op.sizes().stream().mapToLong(Long::longValue).toArray());
    taps.forEach(tap -> {
      long[] source = new long[x.rank()];
      for (int axis = 0; axis < source.length; axis++) {
        source[axis] = Windows.source(op.window().get(axis), step[axis], tap[axis], x.size(axis));
        if (source[axis] == Windows.NOTHING) {
          return;
        }
      }
      action.accept(x.at(source));
    });
  }

  /** The place of the first largest element that a window covers, the first NaN before any. */
  private static OptionalInt firstLargest(Pooling op, Grid x, long[] step) {
    int[] best = {-1};
    forEachCovered(
        op,
        x,
        step,
        place -> {
          if (best[0] < 0 || x.isAbove(place, best[0])) {
            best[0] = place;
          }
        });
    return best[0] < 0 ? OptionalInt.empty() : OptionalInt.of(best[0]);
  }

  private static Grid maxPool(Pooling op, Call call) {
    Grid y = call.result();
    y.fill(Double.NEGATIVE_INFINITY, ReductionRules.smallest(call.dtype()));
    y.extent()
        .forEach(step ->
            forEachCovered(
                op, call.x(), step, place -> y.combine(y.at(step), Binary.MAX, call.x(), place)));
    return y;
  }

  private static Grid sumPool(Pooling op, Call call) {
    Grid y = call.result();
    y.extent()
        .forEach(step ->
            forEachCovered(
                op, call.x(), step, place -> y.combine(y.at(step), Binary.ADD, call.x(), place)));
    return y;
  }

  private static Grid scatter(Pooling op, Call call) {
    Grid values = call.operand(1);
    Grid y = call.result();
    values
        .extent()
        .forEach(step ->
            firstLargest(op, call.x(), step)
                .ifPresent(place -> y.combine(place, Binary.ADD, values, values.at(step))));
    return y;
  }

  private static Grid gather(Pooling op, Call call) {
    Grid values = call.operand(1);
    Grid y = call.result();
    y.extent()
        .forEach(step ->
            firstLargest(op, call.x(), step).ifPresent(place -> y.copy(y.at(step), values, place)));
    return y;
  }
}
