package dev.adjoint.reference;

import dev.adjoint.op.Contraction;
import java.util.List;
import java.util.stream.IntStream;

/** {@link Contraction}. */
final class ContractionRules {
  private ContractionRules() {}

  static Grid apply(Contraction op, Call call) {
    return switch (op) {
      case Contraction.Dot dot -> dot(dot, call);
    };
  }

  private static Grid dot(Contraction.Dot op, Call call) {
    Grid lhs = call.operand(0);
    Grid rhs = call.operand(1);
    List<Integer> lhsFree = free(lhs, op.lhsBatch(), op.lhsContract());
    List<Integer> rhsFree = free(rhs, op.rhsBatch(), op.rhsContract());
    int batches = op.lhsBatch().size();
    Extent terms = Extent.of(op.lhsContract().stream().mapToLong(lhs::size).toArray());
    Grid y = call.result();
    y.extent()
        .forEach(index ->
            terms.forEach(term -> {
              long[] l = new long[lhs.rank()];
              long[] r = new long[rhs.rank()];
              put(l, op.lhsBatch(), index, 0);
              put(r, op.rhsBatch(), index, 0);
              put(l, lhsFree, index, batches);
              put(r, rhsFree, index, batches + lhsFree.size());
              put(l, op.lhsContract(), term, 0);
              put(r, op.rhsContract(), term, 0);
              y.addProduct(y.at(index), lhs, lhs.at(l), rhs, rhs.at(r));
            }));
    return y;
  }

  /** The axes that are neither batch nor contracted, in their own order. */
  private static List<Integer> free(Grid side, List<Integer> batch, List<Integer> contract) {
    return IntStream.range(0, side.rank())
        .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
        .boxed()
        .toList();
  }

  private static void put(long[] target, List<Integer> axes, long[] source, int from) {
    for (int i = 0; i < axes.size(); i++) {
      target[axes.get(i)] = source[from + i];
    }
  }
}
