package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import dev.adjoint.op.Contraction;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class ContractionRulesTest implements OperatorCases {
  private static final Tensor A = tensor("[2, 3]", 1, 2, 3, 4, 5, 6);

  @Override
  public List<OperatorCase> cases() {
    return all(matrices(), batches(), edges());
  }

  private static List<OperatorCase> matrices() {
    Tensor b = tensor("[3, 4]", 1, 0, 2, -1, 0, 1, 1, 2, 3, -1, 0, 1);
    return all(
        exactIn(
            NUMERIC,
            dot(List.of(1), List.of(0)),
            tensor("[2, 4]", 10, -1, 4, 6, 22, -1, 13, 12),
            A,
            b),
        exactIn(NUMERIC, dot(List.of(1), List.of(1)), tensor("[2, 2]", 14, 32, 32, 77), A, A),
        exactIn(
            NUMERIC,
            dot(List.of(0), List.of(0)),
            tensor("[3, 3]", 17, 22, 27, 22, 29, 36, 27, 36, 45),
            A,
            A),
        // Both axes, paired crosswise: 1*1 + 2*3 + 3*5 + 4*2 + 5*4 + 6*6.
        exactIn(
            NUMERIC,
            dot(List.of(0, 1), List.of(1, 0)),
            tensor("[]", 86),
            A,
            tensor("[3, 2]", 1, 2, 3, 4, 5, 6)),
        exactIn(
            NUMERIC,
            dot(List.of(), List.of()),
            tensor("[2, 3]", 3, 5, 7, 6, 10, 14),
            tensor("[2]", 1, 2),
            tensor("[3]", 3, 5, 7)));
  }

  private static List<OperatorCase> batches() {
    return all(
        // Batch axis 1 of the left is batch axis 0 of the right; rows [3], then columns [2].
        exactIn(
            NUMERIC,
            new Contraction.Dot(List.of(0), List.of(2), List.of(1), List.of(0)),
            tensor("[2, 1, 2]", 7, 15, 50, 62),
            tensor("[2, 2, 1]", 1, 3, 3, 4),
            tensor("[2, 2, 2]", 1, 2, 3, 4, 6, 8, 10, 8)),
        exactIn(
            NUMERIC,
            new Contraction.Dot(List.of(), List.of(), List.of(0, 1), List.of(0, 1)),
            tensor("[2, 3]", 1, 4, 9, 16, 25, 36),
            A,
            A));
  }

  private static List<OperatorCase> edges() {
    return all(
        exactIn(
            NUMERIC,
            dot(List.of(1), List.of(0)),
            tensor("[2, 3]", 0, 0, 0, 0, 0, 0),
            tensor("[2, 0]"),
            tensor("[0, 3]")),
        exactIn(
            FLOATING,
            dot(List.of(0), List.of(0)),
            tensor("[]", NaN),
            Tensor.vector(0.0, 1),
            Tensor.vector(POSITIVE_INFINITY, 1)),
        List.of(
            exact(
                dot(List.of(0), List.of(0)),
                Tensor.scalar(-727379968 + 7),
                Tensor.vector(1000000, 7),
                Tensor.vector(1000000, 1)),
            // The products of floats are summed in double and rounded once.
            exact(
                dot(List.of(0), List.of(0)),
                Tensor.scalar(16777218f),
                Tensor.vector(16777216f, 1f, 1f),
                Tensor.vector(1f, 1f, 1f))));
  }

  private static Contraction.Dot dot(List<Integer> lhs, List<Integer> rhs) {
    return new Contraction.Dot(lhs, rhs, List.of(), List.of());
  }
}
