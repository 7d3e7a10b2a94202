package dev.adjoint.optimize;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reductions and the movements around them. A sum or product of floating point keeps its order
 * where a rule is exact.
 */
final class ReductionRules {
  static final List<Rule> TABLE =
      List.of(
          new Rule(
              "reshape(reduce(x)) => reduce(x) that keeps its axes, or does not, where that is the"
                  + " reshape",
              Exactness.BITS,
              ReductionRules::reshapeOfReduction),
          Rule.exact(
              "reduce(transpose(x)) => transpose(reduce(x)), where the reduced axes stay in order"
                  + " or order does not matter",
              ReductionRules::reductionOfTranspose),
          Rule.exact(
              "reduce(reverse(x)) => reverse(reduce(x)) along the axes that are left, and along"
                  + " reduced ones => reduce(x), where order does not matter",
              ReductionRules::reductionOfReverse),
          Rule.exact(
              "reduce(x) over no axes => x; of a maximum, minimum, any, all: over axes of size 1 =>"
                  + " reshape(x)",
              ReductionRules::exactUnitReduction),
          Rule.exact(
              "max(max(x)) over axes => max(x) over both, and so for min, any, all and integer"
                  + " sums",
              ReductionRules::exactNested),
          Rule.exact(
              "max(broadcast(x)) over repeated axes => broadcast(x), and so for min, any, all",
              ReductionRules::extremeOfBroadcast),
          Rule.exact(
              "reduce(reshape(x)) => reduce(x), where the reshape adds axes of size 1 that are kept"
                  + " or not reduced",
              ReductionRules::reductionOfUnitReshape),
          Rule.rounding(
              "sum(x), mean(x) over axes of size 1 => reshape(x)", ReductionRules::unitReduction),
          Rule.rounding(
              "reduce(reverse(x)) along reduced axes => reduce(x)",
              ReductionRules::regroupedReductionOfReverse),
          Rule.rounding("sum(sum(x)) => sum(x) over both", ReductionRules::nestedSum),
          Rule.rounding(
              "sum(broadcast(x)) over repeated axes => broadcast(x * count); mean => broadcast(x)",
              ReductionRules::sumOfBroadcast));

  private ReductionRules() {}

  /** The reduction over other axes; indices of extremes have one axis and stay out of this. */
  private static Optional<Op> with(Op op, Axes axes, boolean keepDims) {
    return switch (op) {
      case Reduction.ReduceSum _ -> Optional.of(new Reduction.ReduceSum(axes, keepDims));
      case Reduction.ReduceMean _ -> Optional.of(new Reduction.ReduceMean(axes, keepDims));
      case Reduction.ReduceProd _ -> Optional.of(new Reduction.ReduceProd(axes, keepDims));
      case Reduction.ReduceMax _ -> Optional.of(new Reduction.ReduceMax(axes, keepDims));
      case Reduction.ReduceMin _ -> Optional.of(new Reduction.ReduceMin(axes, keepDims));
      case Reduction.ReduceLogSumExp _ ->
          Optional.of(new Reduction.ReduceLogSumExp(axes, keepDims));
      case Reduction.ReduceAny _ -> Optional.of(new Reduction.ReduceAny(axes, keepDims));
      case Reduction.ReduceAll _ -> Optional.of(new Reduction.ReduceAll(axes, keepDims));
      default -> Optional.empty();
    };
  }

  private static Value reduce(Value x, Op op, Axes axes, boolean keepDims) {
    return with(op, axes, keepDims).map(other -> x.builder().add(other, x)).orElseThrow();
  }

  private static boolean isReduction(Value y) {
    return y.op() instanceof Reduction op && with(op, op.axes(), op.keepDims()).isPresent();
  }

  /** Whether the elements may be combined in any order and grouping. */
  private static boolean isOrderless(Value y) {
    return isOrderless(y.op(), y.dtype());
  }

  private static boolean isOrderless(Op op, DType dtype) {
    return switch (op) {
      case Reduction.ReduceMax _,
          Reduction.ReduceMin _,
          Reduction.ReduceAny _,
          Reduction.ReduceAll _ ->
          true;
      case Reduction.ReduceSum _, Reduction.ReduceProd _ -> dtype.isInteger();
      default -> false;
    };
  }

  /** Whether the reduction of a transposed array is one of the array, with the same bits. */
  static boolean takes(Reduction op, DType dtype, Permutation p) {
    return with(op, op.axes(), op.keepDims()).isPresent()
        && (isOrderless(op, dtype) || MovementRules.isAscending(through(op.axes(), p)));
  }

  private static List<Integer> through(Axes axes, Permutation p) {
    return axes.indices().stream().map(p.order()::get).toList();
  }

  private static boolean isIdempotent(Value y) {
    return isOrderless(y) && !(y.dtype().isInteger() && isSumOrProduct(y));
  }

  private static boolean isSumOrProduct(Value y) {
    return y.op() instanceof Reduction.ReduceSum || y.op() instanceof Reduction.ReduceProd;
  }

  private static Value reshapeOfReduction(Value y, Readers readers) {
    if (!(y.op() instanceof Movement.Reshape(var shape)) || !isReduction(y.operand(0))) {
      return y;
    }
    Value reduced = y.operand(0);
    Reduction op = (Reduction) reduced.op();
    Value x = reduced.operand(0);
    boolean other = op.axes().reduce(x.shape(), !op.keepDims()).equals(shape);
    return other && readers.isReadOnce(reduced) ? reduce(x, op, op.axes(), !op.keepDims()) : y;
  }

  private static Value reductionOfTranspose(Value y) {
    if (!isReduction(y) || !(y.operand(0).op() instanceof Movement.Transpose(var p))) {
      return y;
    }
    Reduction op = (Reduction) y.op();
    if (!takes(op, y.dtype(), p)) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    Axes reduced = new Axes(through(op.axes(), p).stream().sorted().toList());
    Value result = reduce(x, op, reduced, op.keepDims());
    return result.transpose(op.keepDims() ? p : orderOfRest(p, op.axes()));
  }

  /** The order of the axes that are left, among themselves. */
  private static Permutation orderOfRest(Permutation p, Axes reduced) {
    List<Integer> rest =
        reduced.complement(p.size()).indices().stream().map(p.order()::get).toList();
    List<Integer> sorted = rest.stream().sorted().toList();
    return new Permutation(rest.stream().map(sorted::indexOf).toList());
  }

  /** By axis of the result: the operand's axis that it was. */
  private static List<Integer> left(Reduction op, int rank) {
    return op.keepDims() ? Axes.all(rank).indices() : op.axes().complement(rank).indices();
  }

  private static Value reductionOfReverse(Value y) {
    return reductionOfReverse(y, isOrderless(y));
  }

  private static Value regroupedReductionOfReverse(Value y) {
    return reductionOfReverse(y, true);
  }

  /** What is reversed along reduced axes stays so if order matters. */
  private static Value reductionOfReverse(Value y, boolean anyOrder) {
    if (!isReduction(y) || !(y.operand(0).op() instanceof Movement.Reverse(var reversed))) {
      return y;
    }
    Reduction op = (Reduction) y.op();
    Value x = y.operand(0).operand(0);
    List<Integer> inside = new ArrayList<>();
    List<Integer> outside = new ArrayList<>();
    List<Integer> left = left(op, x.rank());
    for (int axis : reversed.indices()) {
      if (op.axes().contains(axis)) {
        inside.add(axis);
      } else {
        outside.add(left.indexOf(axis));
      }
    }
    if (outside.isEmpty() && !anyOrder) {
      return y;
    }
    Value source = anyOrder ? x : x.reverse(new Axes(inside));
    return reduce(source, op, op.axes(), op.keepDims()).reverse(new Axes(outside));
  }

  private static boolean isOverUnitAxes(Value y) {
    return isReduction(y)
        && ((Reduction) y.op())
            .axes().indices().stream().allMatch(axis -> y.operand(0).dim(axis).is(1));
  }

  private static Value exactUnitReduction(Value y) {
    if (!isOverUnitAxes(y)) {
      return y;
    }
    boolean none = ((Reduction) y.op()).axes().count() == 0 && !y.dtype().isFloating();
    return none || isIdempotent(y) ? y.operand(0).reshape(y.shape()) : y;
  }

  private static Value unitReduction(Value y) {
    boolean sum = y.op() instanceof Reduction.ReduceSum || y.op() instanceof Reduction.ReduceMean;
    return sum && isOverUnitAxes(y) ? y.operand(0).reshape(y.shape()) : y;
  }

  private static Value exactNested(Value y) {
    return isReduction(y) && isOrderless(y) ? nested(y) : y;
  }

  private static Value nestedSum(Value y) {
    return y.op() instanceof Reduction.ReduceSum ? nested(y) : y;
  }

  private static Value nested(Value y) {
    Value inner = y.operand(0);
    if (!inner.op().getClass().equals(y.op().getClass())) {
      return y;
    }
    Reduction outerOp = (Reduction) y.op();
    Reduction innerOp = (Reduction) inner.op();
    if (outerOp.keepDims() != innerOp.keepDims()) {
      return y;
    }
    Value x = inner.operand(0);
    List<Integer> left = left(innerOp, x.rank());
    List<Integer> all =
        Stream.concat(
                innerOp.axes().indices().stream(), outerOp.axes().indices().stream().map(left::get))
            .distinct()
            .sorted()
            .toList();
    return reduce(x, outerOp, new Axes(all), outerOp.keepDims());
  }

  /** What a broadcast along the reduced axes holds before it is repeated, reduced or not. */
  private static Optional<Value> beforeRepetition(Value y) {
    if (!isReduction(y) || !(y.operand(0).op() instanceof Movement.Broadcast)) {
      return Optional.empty();
    }
    Reduction op = (Reduction) y.op();
    Value repeated = y.operand(0);
    Value x = repeated.operand(0);
    int offset = repeated.rank() - x.rank();
    List<Dim> dims = new ArrayList<>(Collections.nCopies(offset, Dim.of(1)));
    dims.addAll(x.shape().dims());
    boolean all =
        op.axes().indices().stream()
            .allMatch(axis -> dims.get(axis).is(1) && isPositive(repeated.dim(axis)));
    if (!all || op.axes().count() == 0) {
      return Optional.empty();
    }
    return Optional.of(x.reshape(op.axes().reduce(Shape.of(dims), op.keepDims())));
  }

  private static boolean isPositive(Dim size) {
    return size.isConstant() && size.value() > 0;
  }

  private static Value extremeOfBroadcast(Value y) {
    return isReduction(y) && isIdempotent(y)
        ? beforeRepetition(y).map(x -> x.broadcast(y.shape())).orElse(y)
        : y;
  }

  private static Value sumOfBroadcast(Value y) {
    return switch (y.op()) {
      case Reduction.ReduceMean _ -> beforeRepetition(y).map(x -> x.broadcast(y.shape())).orElse(y);
      case Reduction.ReduceSum(var axes, _) -> {
        Dim count = axes.elements(y.operand(0).shape());
        yield beforeRepetition(y)
            .map(x -> x.mul(Source.size(x.builder(), count, x.dtype())).broadcast(y.shape()))
            .orElse(y);
      }
      default -> y;
    };
  }

  private static Value reductionOfUnitReshape(Value y) {
    if (!isReduction(y) || !(y.operand(0).op() instanceof Movement.Reshape)) {
      return y;
    }
    Value reshaped = y.operand(0);
    Value x = reshaped.operand(0);
    Reduction op = (Reduction) y.op();
    List<Integer> kept = axesOfMore(reshaped);
    List<Integer> source = axesOfMore(x);
    boolean sameAxes =
        kept.stream().map(reshaped::dim).toList().equals(source.stream().map(x::dim).toList());
    boolean all = op.axes().indices().stream().allMatch(kept::contains);
    if (!sameAxes || !all || op.axes().count() == 0) {
      return y;
    }
    List<Integer> axes =
        op.axes().indices().stream().map(axis -> source.get(kept.indexOf(axis))).toList();
    return reduce(x, op, new Axes(axes), false).reshape(y.shape());
  }

  private static List<Integer> axesOfMore(Value x) {
    return Axes.all(x.rank()).indices().stream().filter(axis -> !x.dim(axis).is(1)).toList();
  }
}
