package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.close;
import static dev.adjoint.reference.OperatorCase.closeIn;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static dev.adjoint.reference.OperatorCase.typed;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class ReductionRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[2, 3]", 1, 5, 3, 4, 2, 6);
  private static final Tensor EMPTY = tensor("[2, 0]");
  private static final Tensor CUBE = tensor("[2, 1, 3]", 1, 5, 3, 4, 2, 6);
  private static final Axes ROWS = Axes.of(0);
  private static final Axes COLUMNS = Axes.of(1);
  private static final Axes BOTH = Axes.of(0, 1);

  @Override
  public List<OperatorCase> cases() {
    return all(sums(), products(), extremes(), logSumExps(), booleans(), indices());
  }

  private static List<OperatorCase> sums() {
    return all(
        exactIn(NUMERIC, new Reduction.ReduceSum(COLUMNS, false), tensor("[2]", 9, 12), X),
        exactIn(NUMERIC, new Reduction.ReduceSum(ROWS, true), tensor("[1, 3]", 5, 7, 9), X),
        exactIn(NUMERIC, new Reduction.ReduceSum(BOTH, false), tensor("[]", 21), X),
        exactIn(NUMERIC, new Reduction.ReduceSum(Axes.of(0, 2), false), tensor("[1]", 21), CUBE),
        exactIn(NUMERIC, new Reduction.ReduceSum(Axes.of(), false), X, X),
        exactIn(NUMERIC, new Reduction.ReduceSum(COLUMNS, false), tensor("[2]", 0, 0), EMPTY),
        exactIn(NUMERIC, new Reduction.ReduceSum(ROWS, false), tensor("[0]"), EMPTY),
        exactIn(
            FLOATING,
            new Reduction.ReduceSum(ROWS, false),
            tensor("[]", NaN),
            Tensor.vector(POSITIVE_INFINITY, NEGATIVE_INFINITY)),
        List.of(
            exact(
                new Reduction.ReduceSum(ROWS, false),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.vector(Integer.MAX_VALUE, 1)),
            exact(
                new Reduction.ReduceSum(ROWS, false),
                Tensor.scalar(Long.MIN_VALUE + 1),
                Tensor.vector(Long.MAX_VALUE, 2)),
            // Sums of floats are formed in double and rounded once.
            exact(
                new Reduction.ReduceSum(ROWS, false),
                Tensor.scalar(16777218f),
                Tensor.vector(16777216f, 1f, 1f))),
        exactIn(FLOATING, new Reduction.ReduceMean(COLUMNS, false), tensor("[2]", 3, 4), X),
        exactIn(FLOATING, new Reduction.ReduceMean(BOTH, true), tensor("[1, 1]", 3.5), X),
        exactIn(
            FLOATING, new Reduction.ReduceMean(COLUMNS, false), tensor("[2]", NaN, NaN), EMPTY));
  }

  private static List<OperatorCase> products() {
    return all(
        exactIn(NUMERIC, new Reduction.ReduceProd(COLUMNS, false), tensor("[2]", 15, 48), X),
        exactIn(NUMERIC, new Reduction.ReduceProd(ROWS, true), tensor("[1, 3]", 4, 10, 18), X),
        exactIn(NUMERIC, new Reduction.ReduceProd(COLUMNS, false), tensor("[2]", 1, 1), EMPTY),
        exactIn(
            FLOATING,
            new Reduction.ReduceProd(ROWS, false),
            tensor("[]", NaN),
            Tensor.vector(0.0, NaN)),
        List.of(
            exact(
                new Reduction.ReduceProd(ROWS, false),
                Tensor.scalar(-727379968),
                Tensor.vector(1000000, 1000000)),
            // 10^20 modulo 2^64.
            exact(
                new Reduction.ReduceProd(ROWS, false),
                Tensor.scalar(7766279631452241920L),
                Tensor.vector(10000000000L, 10000000000L))));
  }

  private static List<OperatorCase> extremes() {
    Tensor odd = tensor("[2, 2]", 1, NaN, -0.0, 0.0);
    return all(
        exactIn(NUMERIC, new Reduction.ReduceMax(COLUMNS, false), tensor("[2]", 5, 6), X),
        exactIn(NUMERIC, new Reduction.ReduceMax(ROWS, true), tensor("[1, 3]", 4, 5, 6), X),
        exactIn(FLOATING, new Reduction.ReduceMax(COLUMNS, false), tensor("[2]", NaN, 0.0), odd),
        exactIn(NUMERIC, new Reduction.ReduceMin(COLUMNS, false), tensor("[2]", 1, 2), X),
        exactIn(NUMERIC, new Reduction.ReduceMin(ROWS, true), tensor("[1, 3]", 1, 2, 3), X),
        exactIn(FLOATING, new Reduction.ReduceMin(COLUMNS, false), tensor("[2]", NaN, -0.0), odd),
        exactIn(
            NUMERIC,
            new Reduction.ReduceMax(COLUMNS, false),
            tensor("[2]", NEGATIVE_INFINITY, NEGATIVE_INFINITY),
            EMPTY),
        exactIn(
            NUMERIC,
            new Reduction.ReduceMin(COLUMNS, false),
            tensor("[2]", POSITIVE_INFINITY, POSITIVE_INFINITY),
            EMPTY));
  }

  private static List<OperatorCase> logSumExps() {
    return all(
        closeIn(
            FLOATING,
            new Reduction.ReduceLogSumExp(COLUMNS, false),
            tensor("[2]", 5.142931628499899, 6.142931628499899),
            X),
        closeIn(
            FLOATING,
            new Reduction.ReduceLogSumExp(COLUMNS, true),
            tensor("[3, 1]", 10000.69314718056, -9999.30685281944, 10000),
            tensor("[3, 2]", 10000, 10000, -10000, -10000, 10000, -10000)),
        exactIn(
            FLOATING,
            new Reduction.ReduceLogSumExp(COLUMNS, false),
            tensor("[4]", POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN, 3),
            tensor(
                "[4, 2]",
                POSITIVE_INFINITY,
                POSITIVE_INFINITY,
                NEGATIVE_INFINITY,
                NEGATIVE_INFINITY,
                NaN,
                POSITIVE_INFINITY,
                NEGATIVE_INFINITY,
                3)),
        exactIn(
            FLOATING,
            new Reduction.ReduceLogSumExp(COLUMNS, false),
            tensor("[2]", NEGATIVE_INFINITY, NEGATIVE_INFINITY),
            EMPTY),
        List.of(
            close(
                new Reduction.ReduceLogSumExp(BOTH, false), Tensor.scalar(6.456193316018123), X)));
  }

  private static List<OperatorCase> booleans() {
    Tensor x = typed("bool[2, 2]", 0, 1, 0, 0);
    return List.of(
        exact(new Reduction.ReduceAny(COLUMNS, false), Tensor.vector(true, false), x),
        exact(new Reduction.ReduceAny(ROWS, true), typed("bool[1, 2]", 0, 1), x),
        exact(
            new Reduction.ReduceAny(COLUMNS, false),
            Tensor.vector(false, false),
            typed("bool[2, 0]")),
        exact(
            new Reduction.ReduceAll(COLUMNS, false),
            Tensor.vector(true, false),
            typed("bool[2, 2]", 1, 1, 0, 1)),
        exact(
            new Reduction.ReduceAll(ROWS, true),
            typed("bool[1, 2]", 0, 1),
            typed("bool[2, 2]", 1, 1, 0, 1)),
        exact(
            new Reduction.ReduceAll(COLUMNS, false),
            Tensor.vector(true, true),
            typed("bool[2, 0]")));
  }

  private static List<OperatorCase> indices() {
    Tensor x = tensor("[3, 4]", 1, 5, 5, 2, 3, 3, 3, 3, 0, 2, 1, 0);
    Tensor odd = tensor("[3, 4]", 1, NaN, 9, NaN, -0.0, 0, 0, -0.0, NEGATIVE_INFINITY, 1, 1, 0);
    return all(
        exactIn(NUMERIC, new Reduction.ArgMax(1), Tensor.vector(1L, 0, 1), x),
        exactIn(NUMERIC, new Reduction.ArgMin(1), Tensor.vector(0L, 0, 0), x),
        exactIn(NUMERIC, new Reduction.ArgMax(0), Tensor.vector(1L, 0, 0, 1), x),
        exactIn(NUMERIC, new Reduction.ArgMin(0), Tensor.vector(2L, 2, 2, 2), x),
        exactIn(FLOATING, new Reduction.ArgMax(1), Tensor.vector(1L, 0, 1), odd),
        exactIn(FLOATING, new Reduction.ArgMin(1), Tensor.vector(1L, 0, 0), odd),
        List.of(
            exact(
                new Reduction.ArgMax(0),
                Tensor.scalar(1L),
                Tensor.vector(Long.MAX_VALUE - 1, Long.MAX_VALUE))));
  }
}
