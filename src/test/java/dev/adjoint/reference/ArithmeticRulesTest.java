package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.INTEGER;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.closeIn;
import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArithmeticRulesTest implements OperatorCases {
  private static final Tensor A = Tensor.vector(7.0, -7, 7, -7, 6, 0);
  private static final Tensor B = Tensor.vector(2.0, 2, -2, -2, 3, 5);

  @Override
  public List<OperatorCase> cases() {
    return all(sums(), products(), quotients(), remainders(), powers(), extremes());
  }

  private static List<OperatorCase> sums() {
    return all(
        exactIn(NUMERIC, new Arithmetic.Add(), Tensor.vector(9.0, -5, 5, -9, 9, 5), A, B),
        exactIn(NUMERIC, new Arithmetic.Sub(), Tensor.vector(5.0, -9, 9, -5, 3, -5), A, B),
        exactIn(
            FLOATING,
            new Arithmetic.Add(),
            Tensor.vector(NaN, NaN, 0, -0.0),
            Tensor.vector(POSITIVE_INFINITY, NaN, 0, -0.0),
            Tensor.vector(NEGATIVE_INFINITY, 1, -0.0, -0.0)),
        List.of(
            exact(
                new Arithmetic.Add(),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.scalar(Integer.MAX_VALUE),
                Tensor.scalar(1)),
            exact(
                new Arithmetic.Sub(),
                Tensor.scalar(Long.MAX_VALUE),
                Tensor.scalar(Long.MIN_VALUE),
                Tensor.scalar(1L)),
            // In float, 2^24 + 1 is rounded to the even neighbour.
            exact(
                new Arithmetic.Add(),
                Tensor.scalar(16777216f),
                Tensor.scalar(16777216f),
                Tensor.scalar(1f))));
  }

  private static List<OperatorCase> products() {
    return all(
        exactIn(NUMERIC, new Arithmetic.Mul(), Tensor.vector(14.0, -14, -14, 14, 18, 0), A, B),
        List.of(
            exact(
                new Arithmetic.Mul(),
                Tensor.scalar(-727379968),
                Tensor.scalar(1000000),
                Tensor.scalar(1000000)),
            exact(
                new Arithmetic.Mul(),
                Tensor.scalar(-2045923520),
                Tensor.scalar(123456789),
                Tensor.scalar(1000000)),
            exact(
                new Arithmetic.Mul(),
                Tensor.scalar(-2L),
                Tensor.scalar(Long.MAX_VALUE),
                Tensor.scalar(2L))));
  }

  private static List<OperatorCase> quotients() {
    return all(
        exactIn(FLOATING, new Arithmetic.Div(), Tensor.vector(3.5, -3.5, -3.5, 3.5, 2, 0), A, B),
        exactIn(INTEGER, new Arithmetic.Div(), Tensor.vector(3.0, -4, -4, 3, 2, 0), A, B),
        exactIn(
            FLOATING,
            new Arithmetic.Div(),
            Tensor.vector(POSITIVE_INFINITY, NEGATIVE_INFINITY, NaN, 0),
            Tensor.vector(1.0, 1, 0, 1),
            Tensor.vector(0.0, -0.0, 0, POSITIVE_INFINITY)),
        closeIn(
            FLOATING,
            new Arithmetic.Div(),
            Tensor.scalar(1 / 3.0),
            Tensor.scalar(1.0),
            Tensor.scalar(3.0)),
        List.of(
            exact(
                new Arithmetic.Div(),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.scalar(-1)),
            exact(
                new Arithmetic.Div(),
                Tensor.scalar(Long.MIN_VALUE),
                Tensor.scalar(Long.MIN_VALUE),
                Tensor.scalar(-1L))));
  }

  private static List<OperatorCase> remainders() {
    return all(
        exactIn(INTEGER, new Arithmetic.Mod(), Tensor.vector(1.0, 1, -1, -1, 0, 0), A, B),
        exactIn(FLOATING, new Arithmetic.Mod(), Tensor.vector(1.0, 1, -1, -1, 0, 0), A, B),
        exactIn(
            FLOATING,
            new Arithmetic.Mod(),
            Tensor.vector(1.5, 0.5, -0.0, NaN, NaN, 5, POSITIVE_INFINITY),
            Tensor.vector(5.5, -5.5, 6, 1, POSITIVE_INFINITY, 5, -5),
            Tensor.vector(2.0, 2, -3, 0, 2, POSITIVE_INFINITY, POSITIVE_INFINITY)),
        List.of(
            // The quotient is no double, and the remainder is exact all the same.
            exact(
                new Arithmetic.Mod(),
                Tensor.scalar(2.0),
                Tensor.scalar(1e17 + 16),
                Tensor.scalar(3.0)),
            exact(
                new Arithmetic.Mod(),
                Tensor.scalar(0L),
                Tensor.scalar(Long.MIN_VALUE),
                Tensor.scalar(-1L))));
  }

  private static List<OperatorCase> powers() {
    return all(
        exactIn(
            NUMERIC,
            new Arithmetic.Pow(),
            Tensor.vector(8.0, -27, 1, 1, 0, 1),
            Tensor.vector(2.0, -3, 0, 5, 0, -1),
            Tensor.vector(3.0, 3, 0, 0, 4, 6)),
        closeIn(
            FLOATING,
            new Arithmetic.Pow(),
            Tensor.vector(0.03125, 1, 2.7556759606310752, 15.588457268119896, 31622776.60168379),
            Tensor.vector(0.25, 1, 1.5, 3, 1000),
            Tensor.vector(2.5, 2.5, 2.5, 2.5, 2.5)),
        exactIn(
            FLOATING,
            new Arithmetic.Pow(),
            Tensor.vector(0.25, NaN, 1, POSITIVE_INFINITY, 0),
            Tensor.vector(2.0, -2, NaN, 0, 0.5),
            Tensor.vector(-2.0, 0.5, 0, -1, POSITIVE_INFINITY)),
        List.of(
            exact(new Arithmetic.Pow(), Tensor.scalar(0), Tensor.scalar(2), Tensor.scalar(32)),
            exact(
                new Arithmetic.Pow(),
                Tensor.scalar(1L << 32),
                Tensor.scalar(2L),
                Tensor.scalar(32L)),
            exact(
                new Arithmetic.Pow(),
                Tensor.scalar(-1L),
                Tensor.scalar(-1L),
                Tensor.scalar(Long.MAX_VALUE)),
            exact(
                new Arithmetic.Pow(),
                Tensor.scalar(-346101685),
                Tensor.scalar(3),
                Tensor.scalar(23))));
  }

  private static List<OperatorCase> extremes() {
    return all(
        exactIn(NUMERIC, new Arithmetic.Max(), Tensor.vector(7.0, 2, 7, -2, 6, 5), A, B),
        exactIn(NUMERIC, new Arithmetic.Min(), Tensor.vector(2.0, -7, -2, -7, 3, 0), A, B),
        exactIn(
            FLOATING,
            new Arithmetic.Max(),
            Tensor.vector(NaN, NaN, 0, 0),
            Tensor.vector(NaN, 1, -0.0, 0),
            Tensor.vector(1, NaN, 0, -0.0)),
        exactIn(
            FLOATING,
            new Arithmetic.Min(),
            Tensor.vector(NaN, NaN, -0.0, -0.0),
            Tensor.vector(NaN, 1, -0.0, 0),
            Tensor.vector(1, NaN, 0, -0.0)));
  }

  @ParameterizedTest
  @EnumSource(names = {"INT32", "INT64"})
  void anIntegerDivisionByZeroNamesTheNode(DType dtype) {
    Tensor a = Tensor.vector(1.0, 2).cast(dtype);
    Tensor b = Tensor.vector(1.0, 0).cast(dtype);

    for (Arithmetic op : List.of(new Arithmetic.Div(), new Arithmetic.Mod())) {
      EvaluationException wrong =
          assertThrows(EvaluationException.class, () -> evaluate(Interpreter.create(), op, a, b));

      assertEquals(Optional.of("y"), wrong.node());
      assertEquals(
          """
          %s 'y': integer division by zero.
            operand 0  'x0'  %s[2]
            operand 1  'x1'  %s[2]\
          """
              .formatted(op.operatorName(), dtype, dtype),
          wrong.getMessage());
    }
  }

  @Test
  void aNegativeExponentOfAnIntegerPowerIsAnError() {
    EvaluationException wrong =
        assertThrows(
            EvaluationException.class,
            () ->
                evaluate(
                    Interpreter.create(),
                    new Arithmetic.Pow(),
                    Tensor.scalar(2),
                    Tensor.scalar(-1)));

    assertEquals(
        """
        pow 'y': the negative exponent -1 of an integer power.
          operand 0  'x0'  i32[]
          operand 1  'x1'  i32[]\
        """,
        wrong.getMessage());
  }
}
