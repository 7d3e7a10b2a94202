package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.ANY;
import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static java.lang.Double.NaN;

import dev.adjoint.op.Logic;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class LogicRulesTest implements OperatorCases {
  private static final Tensor A = Tensor.vector(1.0, 2, 3);
  private static final Tensor B = Tensor.vector(2.0, 2, 2);
  private static final Tensor ODD = Tensor.vector(NaN, NaN, 1, -0.0);
  private static final Tensor OTHER = Tensor.vector(NaN, 1, NaN, 0.0);

  @Override
  public List<OperatorCase> cases() {
    return all(comparisons(), comparisonsOfOddNumbers(), connectives(), choices());
  }

  private static List<OperatorCase> comparisons() {
    return all(
        exactIn(NUMERIC, new Logic.Equal(), Tensor.vector(false, true, false), A, B),
        exactIn(NUMERIC, new Logic.NotEqual(), Tensor.vector(true, false, true), A, B),
        exactIn(NUMERIC, new Logic.Less(), Tensor.vector(true, false, false), A, B),
        exactIn(NUMERIC, new Logic.LessEqual(), Tensor.vector(true, true, false), A, B),
        exactIn(NUMERIC, new Logic.Greater(), Tensor.vector(false, false, true), A, B),
        exactIn(NUMERIC, new Logic.GreaterEqual(), Tensor.vector(false, true, true), A, B),
        List.of(
            // Neighbours that are one double.
            exact(
                new Logic.Less(),
                Tensor.scalar(true),
                Tensor.scalar(Long.MAX_VALUE - 1),
                Tensor.scalar(Long.MAX_VALUE)),
            exact(
                new Logic.Equal(),
                Tensor.scalar(false),
                Tensor.scalar(Long.MAX_VALUE - 1),
                Tensor.scalar(Long.MAX_VALUE)),
            exact(
                new Logic.Equal(),
                Tensor.vector(true, false, true),
                Tensor.vector(false, false, true),
                Tensor.vector(false, true, true)),
            exact(
                new Logic.NotEqual(),
                Tensor.vector(false, true, false),
                Tensor.vector(false, false, true),
                Tensor.vector(false, true, true))));
  }

  private static List<OperatorCase> comparisonsOfOddNumbers() {
    return all(
        exactIn(FLOATING, new Logic.Equal(), Tensor.vector(false, false, false, true), ODD, OTHER),
        exactIn(FLOATING, new Logic.NotEqual(), Tensor.vector(true, true, true, false), ODD, OTHER),
        exactIn(FLOATING, new Logic.Less(), Tensor.vector(false, false, false, false), ODD, OTHER),
        exactIn(
            FLOATING, new Logic.LessEqual(), Tensor.vector(false, false, false, true), ODD, OTHER),
        exactIn(
            FLOATING, new Logic.Greater(), Tensor.vector(false, false, false, false), ODD, OTHER),
        exactIn(
            FLOATING,
            new Logic.GreaterEqual(),
            Tensor.vector(false, false, false, true),
            ODD,
            OTHER));
  }

  private static List<OperatorCase> connectives() {
    Tensor a = Tensor.vector(false, false, true, true);
    Tensor b = Tensor.vector(false, true, false, true);
    return List.of(
        exact(new Logic.And(), Tensor.vector(false, false, false, true), a, b),
        exact(new Logic.Or(), Tensor.vector(false, true, true, true), a, b),
        exact(new Logic.Xor(), Tensor.vector(false, true, true, false), a, b),
        exact(new Logic.Not(), Tensor.vector(true, true, false, false), a));
  }

  private static List<OperatorCase> choices() {
    Tensor condition = Tensor.vector(true, false, false);
    return all(
        exactIn(
            ANY,
            new Logic.Select(),
            Tensor.vector(1.0, 0, 6),
            condition,
            Tensor.vector(1.0, NaN, 3),
            Tensor.vector(0.0, 0, 6)),
        exactIn(
            NUMERIC,
            new Logic.Clamp(),
            Tensor.vector(2.0, 5, 3, 1),
            Tensor.vector(-1.0, 7, 3, 4),
            Tensor.vector(2.0, 2, 2, 9),
            Tensor.vector(5.0, 5, 5, 1)),
        exactIn(
            FLOATING,
            new Logic.Clamp(),
            Tensor.vector(NaN, NaN, NaN),
            Tensor.vector(NaN, 1, 1),
            Tensor.vector(0, NaN, 0),
            Tensor.vector(2, 2, NaN)));
  }
}
