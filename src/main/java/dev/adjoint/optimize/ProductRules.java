package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Transposes around products and correlations, which can read and write their arrays in any order
 * of axes. The order of each sum stays, so all are exact.
 */
final class ProductRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact(
              "dot(transpose(x), y) => dot(x, y) over other axes, where the free axes stay in"
                  + " order",
              y -> transposedOperand(y, 0)),
          Rule.exact(
              "dot(x, transpose(y)) => dot(x, y) over other axes, where the free axes stay in"
                  + " order",
              y -> transposedOperand(y, 1)),
          new Rule(
              "transpose(dot(x, y)) => dot(y, x), where it exchanges their free axes",
              Exactness.BITS,
              ProductRules::exchanged),
          Rule.exact(
              "correlation(transpose(x), w) => correlation(x, w) in another layout, as do the"
                  + " kernel and the result: see Layouts",
              y -> y));

  private ProductRules() {}

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
    return IntStream.range(0, rank)
        .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
        .boxed()
        .toList();
  }

  private static Value transposedOperand(Value y, int side) {
    if (!(y.op() instanceof Contraction.Dot dot)
        || !(y.operand(side).op() instanceof Movement.Transpose(var p))) {
      return y;
    }
    List<Integer> batch = side == 0 ? dot.lhsBatch() : dot.rhsBatch();
    List<Integer> contract = side == 0 ? dot.lhsContract() : dot.rhsContract();
    if (!MovementRules.isAscending(through(p, free(p.size(), batch, contract)))) {
      return y;
    }
    List<Value> operands = new ArrayList<>(y.operands());
    operands.set(side, y.operand(side).operand(0));
    List<Integer> newBatch = through(p, batch);
    List<Integer> newContract = through(p, contract);
    Contraction.Dot direct =
        side == 0
            ? new Contraction.Dot(newContract, dot.rhsContract(), newBatch, dot.rhsBatch())
            : new Contraction.Dot(dot.lhsContract(), newContract, dot.lhsBatch(), newBatch);
    return y.builder().add(direct, operands);
  }

  private static List<Integer> through(Permutation p, List<Integer> axes) {
    return axes.stream().map(p.order()::get).toList();
  }

  private static Value exchanged(Value y, Readers readers) {
    if (!(y.op() instanceof Movement.Transpose(var p))
        || !(y.operand(0).op() instanceof Contraction.Dot dot)
        || !readers.isReadOnce(y.operand(0))) {
      return y;
    }
    Value product = y.operand(0);
    int batches = dot.lhsBatch().size();
    int left = free(product.operand(0).rank(), dot.lhsBatch(), dot.lhsContract()).size();
    int rank = product.rank();
    List<Integer> swap = new ArrayList<>();
    IntStream.range(0, batches).forEach(swap::add);
    IntStream.range(batches + left, rank).forEach(swap::add);
    IntStream.range(batches, batches + left).forEach(swap::add);
    if (!p.order().equals(swap)) {
      return y;
    }
    Contraction.Dot mirrored =
        new Contraction.Dot(dot.rhsContract(), dot.lhsContract(), dot.rhsBatch(), dot.lhsBatch());
    return y.builder().add(mirrored, product.operand(1), product.operand(0));
  }
}
