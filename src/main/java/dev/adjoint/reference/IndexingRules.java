package dev.adjoint.reference;

import dev.adjoint.op.Indexing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** {@link Indexing}. */
final class IndexingRules {
  private IndexingRules() {}

  static Grid apply(Indexing op, Call call) {
    return switch (op) {
      case Indexing.Gather(var axis) ->
          call.move(index -> slice(call.operand(1), call.x(), axis, index));
      case Indexing.TakeAlongAxis(var axis) ->
          call.move(index -> along(call.operand(1), call.x(), axis, index));
      case Indexing.ScatterAdd(var axis) ->
          scatterAdd(call, index -> slice(call.operand(1), call.x(), axis, index));
      case Indexing.ScatterAddAlongAxis(var axis) ->
          scatterAdd(call, index -> along(call.operand(1), call.x(), axis, index));
      case Indexing.TopKIndices(var k, var axis) -> topK(call, k, axis);
    };
  }

  /** The index {@code indices[at]} into an axis of {@code x}, which must have it. */
  static long checked(Grid indices, long[] at, Grid x, int axis) {
    long index = indices.getLong(indices.at(at));
    if (index < 0 || index >= x.size(axis)) {
      throw new Fault(
          "index %d at %s of operand 1 lies outside axis %d of operand 0, which has %d elements.",
          index, Arrays.toString(at), axis, x.size(axis));
    }
    return index;
  }

  /** {@code [before, i, after]} becomes {@code [before, indices[i], after]}, i of many axes. */
  private static long[] slice(Grid indices, Grid x, int axis, long[] index) {
    long[] at = Arrays.copyOfRange(index, axis, axis + indices.rank());
    long[] source = new long[x.rank()];
    System.arraycopy(index, 0, source, 0, axis);
    source[axis] = checked(indices, at, x, axis);
    int after = axis + 1;
    System.arraycopy(index, axis + indices.rank(), source, after, x.rank() - after);
    return source;
  }

  private static long[] along(Grid indices, Grid x, int axis, long[] index) {
    return Index.with(index, axis, checked(indices, index, x, axis));
  }

  private static Grid scatterAdd(Call call, java.util.function.UnaryOperator<long[]> target) {
    Grid base = call.x();
    Grid updates = call.operand(2);
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      y.copy(i, base, i);
    }
    updates
        .extent()
        .forEach(
            index -> y.combine(y.at(target.apply(index)), Binary.ADD, updates, updates.at(index)));
    return y;
  }

  private static Grid topK(Call call, long k, int axis) {
    Grid x = call.x();
    Grid y = call.result();
    Extent lanes =
        Extent.of(IntStream.range(0, x.rank()).mapToLong(a -> a == axis ? 1 : x.size(a)).toArray());
    lanes.forEach(lane -> {
      List<Integer> order = sorted(x, axis, lane);
      for (int rank = 0; rank < k; rank++) {
        y.set(y.at(Index.with(lane, axis, rank)), (long) order.get(rank));
      }
    });
    return y;
  }

  /** The positions along the axis, those of larger elements first; the sort keeps ties in order. */
  private static List<Integer> sorted(Grid x, int axis, long[] lane) {
    Comparator<Integer> largestFirst =
        (i, j) -> {
          int a = x.at(Index.with(lane, axis, i));
          int b = x.at(Index.with(lane, axis, j));
          return x.isAbove(a, b) ? -1 : x.isAbove(b, a) ? 1 : 0;
        };
    return IntStream.range(0, (int) x.size(axis)).boxed().sorted(largestFirst).toList();
  }
}
