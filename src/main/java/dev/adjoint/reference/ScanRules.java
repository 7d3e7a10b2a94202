package dev.adjoint.reference;

import dev.adjoint.op.Scan;

/** {@link Scan}. */
final class ScanRules {
  private ScanRules() {}

  static Grid apply(Scan op, Call call) {
    return switch (op) {
      case Scan.CumulativeSum(var axis, var exclusive, var reverse) ->
          cumulativeSum(call, axis, exclusive, reverse);
      case Scan.LinearRecurrence(var axis, var reverse) -> linearRecurrence(call, axis, reverse);
    };
  }

  /** Each sum is formed anew from the elements it is the sum of. */
  private static Grid cumulativeSum(Call call, int axis, boolean exclusive, boolean reverse) {
    Grid x = call.x();
    Grid y = call.result();
    y.extent()
        .forEach(index -> {
          for (long step = 0; step < x.size(axis); step++) {
            long k = reverse ? x.size(axis) - 1 - step : step;
            boolean before = reverse ? k > index[axis] : k < index[axis];
            if (before || (k == index[axis] && !exclusive)) {
              y.combine(y.at(index), Binary.ADD, x, x.at(Index.with(index, axis, k)));
            }
          }
        });
    return y;
  }

  private static Grid linearRecurrence(Call call, int axis, boolean reverse) {
    Grid a = call.operand(0);
    Grid b = call.operand(1);
    Grid h = call.result();
    h.extent()
        .forEach(index -> {
          long[] here = index.clone();
          here[axis] = reverse ? h.size(axis) - 1 - index[axis] : index[axis];
          long[] before = Index.with(here, axis, here[axis] + (reverse ? 1 : -1));
          int i = h.at(here);
          h.copy(i, b, i);
          if (before[axis] >= 0 && before[axis] < h.size(axis)) {
            h.addProduct(i, a, i, h, h.at(before));
          }
        });
    return h;
  }
}
