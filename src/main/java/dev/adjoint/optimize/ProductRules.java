package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
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
          new Rule(
              "correlation(transpose(x), w) => correlation(x, w) in another layout, as for w and"
                  + " the result, where that is a preferred one or the old one was not: see"
                  + " Layouts",
              Exactness.BITS,
              ProductRules::relaidCorrelation));

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

  private static Value relaidCorrelation(Value y, Readers readers) {
    return switch (y.op()) {
      case Convolution.Correlation op -> relaidOperands(y, op);
      case Movement.Transpose(var p)
          when y.operand(0).op() instanceof Convolution.Correlation op
              && readers.isReadOnce(y.operand(0)) ->
          relaidResult(y, op, p);
      default -> y;
    };
  }

  private static Value relaidOperands(Value y, Convolution.Correlation op) {
    CorrelationLayout old = op.layout();
    if (y.operand(0).op() instanceof Movement.Transpose(var p)) {
      String input = Layouts.before(old.input(), p);
      if (Layouts.isPreferredInput(input) || !Layouts.isPreferredInput(old.input())) {
        CorrelationLayout layout = new CorrelationLayout(input, old.kernel(), old.output());
        return y.builder().add(with(op, layout), y.operand(0).operand(0), y.operand(1));
      }
    }
    if (y.operand(1).op() instanceof Movement.Transpose(var p)) {
      String kernel = Layouts.before(old.kernel(), p);
      if (Layouts.isPreferredKernel(kernel) || !Layouts.isPreferredKernel(old.kernel())) {
        CorrelationLayout layout = new CorrelationLayout(old.input(), kernel, old.output());
        return y.builder().add(with(op, layout), y.operand(0), y.operand(1).operand(0));
      }
    }
    return y;
  }

  private static Value relaidResult(Value y, Convolution.Correlation op, Permutation p) {
    CorrelationLayout old = op.layout();
    String output = Layouts.after(old.output(), p);
    return Layouts.isPreferredOutput(output) || !Layouts.isPreferredOutput(old.output())
        ? y.builder()
            .add(
                with(op, new CorrelationLayout(old.input(), old.kernel(), output)),
                y.operand(0).operands())
        : y;
  }

  private static Convolution.Correlation with(
      Convolution.Correlation op, CorrelationLayout layout) {
    return new Convolution.Correlation(op.window(), layout, op.featureGroups(), op.batchGroups());
  }
}
