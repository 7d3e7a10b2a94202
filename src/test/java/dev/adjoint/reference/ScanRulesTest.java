package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static java.lang.Double.NaN;

import dev.adjoint.op.Scan;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class ScanRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[2, 3]", 1, 2, 3, 4, 5, 6);

  @Override
  public List<OperatorCase> cases() {
    return all(sums(), recurrences());
  }

  private static List<OperatorCase> sums() {
    return all(
        exactIn(
            NUMERIC,
            new Scan.CumulativeSum(1, false, false),
            tensor("[2, 3]", 1, 3, 6, 4, 9, 15),
            X),
        exactIn(
            NUMERIC,
            new Scan.CumulativeSum(0, false, false),
            tensor("[2, 3]", 1, 2, 3, 5, 7, 9),
            X),
        exactIn(
            NUMERIC, new Scan.CumulativeSum(1, true, false), tensor("[2, 3]", 0, 1, 3, 0, 4, 9), X),
        exactIn(
            NUMERIC,
            new Scan.CumulativeSum(1, false, true),
            tensor("[2, 3]", 6, 5, 3, 15, 11, 6),
            X),
        exactIn(
            NUMERIC, new Scan.CumulativeSum(1, true, true), tensor("[2, 3]", 5, 3, 0, 11, 6, 0), X),
        exactIn(NUMERIC, new Scan.CumulativeSum(0, true, false), tensor("[0]"), tensor("[0]")),
        exactIn(
            FLOATING,
            new Scan.CumulativeSum(0, true, false),
            Tensor.vector(0, 1, NaN),
            Tensor.vector(1, NaN, 2)),
        List.of(
            exact(
                new Scan.CumulativeSum(0, false, false),
                Tensor.vector(Integer.MAX_VALUE, Integer.MIN_VALUE),
                Tensor.vector(Integer.MAX_VALUE, 1)),
            exact(
                new Scan.CumulativeSum(0, false, false),
                Tensor.vector(16777216f, 16777216f, 16777218f),
                Tensor.vector(16777216f, 1f, 1f))));
  }

  private static List<OperatorCase> recurrences() {
    Tensor a = tensor("[2, 3]", 9, 2, 3, 9, 0, -1);
    Tensor b = tensor("[2, 3]", 1, 1, 1, 2, 3, 4);
    return all(
        exactIn(
            FLOATING,
            new Scan.LinearRecurrence(1, false),
            tensor("[2, 3]", 1, 3, 10, 2, 3, 1),
            a,
            b),
        exactIn(
            FLOATING,
            new Scan.LinearRecurrence(1, true),
            tensor("[2, 3]", 28, 3, 1, 29, 3, 4),
            a,
            b),
        exactIn(
            FLOATING,
            new Scan.LinearRecurrence(0, false),
            tensor("[2, 3]", 1, 1, 1, 11, 3, 3),
            a,
            b),
        exactIn(
            FLOATING,
            new Scan.LinearRecurrence(0, false),
            tensor("[0, 2]"),
            tensor("[0, 2]"),
            tensor("[0, 2]")));
  }
}
