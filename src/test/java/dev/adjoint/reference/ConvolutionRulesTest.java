package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;

import dev.adjoint.op.Convolution.Correlation;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import java.util.List;

/** The numbers are NumPy's, which put the padding, the holes and the windows in place. */
class ConvolutionRulesTest implements OperatorCases {
  private static final CorrelationLayout LINE = CorrelationLayout.featuresFirst(1);
  private static final WindowAxis UNIT = WindowAxis.UNIT;

  @Override
  public List<OperatorCase> cases() {
    return all(lines(), groups(), planes(), empties());
  }

  private static List<OperatorCase> lines() {
    return all(
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 1, 1),
            tensor("[1, 3, 4]", -1, -4, 0, -3, 8, -8, 4, 9, -8, 8, 3, -9),
            tensor("[1, 2, 5]", 0, -2, 3, 1, -1, -3, 2, 0, -2, 3),
            tensor("[3, 2, 2]", 0, -2, 1, -1, 2, 0, -2, 1, -1, 2, 0, -2)),
        exactIn(
            NUMERIC,
            new Correlation(
                List.of(window(2, 1, 2, 1, 3)), CorrelationLayout.featuresLast(1), 1, 1),
            tensor("[2, 4, 2]", 3, -3, -1, 5, 2, -4, 0, 6, 3, -3, -1, 5, 2, -4, 0, 6),
            tensor("[2, 7, 1]", 0, -2, 3, 1, -1, -3, 2, 0, -2, 3, 1, -1, -3, 2),
            tensor("[2, 1, 2]", 0, -2, 1, -1)),
        exactIn(
            NUMERIC,
            new Correlation(List.of(window(1, -1, 2, 3, 1)), LINE, 1, 1),
            tensor("[1, 1, 10]", 0, 4, 0, 0, -6, 0, 0, -2, 0, 0),
            tensor("[1, 1, 4]", 0, -2, 3, 1),
            tensor("[1, 1, 2]", 0, -2)),
        // Negative padding shifts: six are taken from before three, and four stand behind them.
        exactIn(
            NUMERIC,
            new Correlation(List.of(window(1, -6, 4, 1, 1)), LINE, 1, 1),
            tensor("[1, 1, 1]", 0),
            tensor("[1, 1, 3]", 1, 2, 3),
            tensor("[1, 1, 1]", 1)));
  }

  private static List<OperatorCase> groups() {
    Tensor x = tensor("[1, 4, 4]", 0, -2, 3, 1, -1, -3, 2, 0, -2, 3, 1, -1, -3, 2, 0, -2);
    Tensor w =
        tensor(
            "[6, 2, 2]",
            0,
            -2,
            1,
            -1,
            2,
            0,
            -2,
            1,
            -1,
            2,
            0,
            -2,
            1,
            -1,
            2,
            0,
            -2,
            1,
            -1,
            2,
            0,
            -2,
            1,
            -1);
    return all(
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 2, 1),
            tensor("[1, 6, 3]", 6, -11, 0, -1, 4, 2, 2, 4, -1, -11, 6, 2, 14, -7, -7, -11, 0, 4),
            x,
            w),
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 3, 1),
            tensor("[1, 3, 2]", 4, -6, 2, 2, 4, 0),
            tensor("[1, 3, 3]", 0, -2, 3, 1, -1, -3, 2, 0, -2),
            tensor("[3, 1, 2]", 0, -2, 1, -1, 2, 0)),
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 1, 2),
            tensor("[2, 2, 2]", 4, -6, 2, 2, 2, 6, 2, 2),
            tensor("[4, 1, 3]", 0, -2, 3, 1, -1, -3, 2, 0, -2, 3, 1, -1),
            tensor("[2, 1, 2]", 0, -2, 1, -1)));
  }

  private static List<OperatorCase> planes() {
    return all(
        exactIn(
            NUMERIC,
            new Correlation(
                List.of(window(1, 1, 0, 1, 1), window(2, 0, 1, 1, 1)),
                new CorrelationLayout("f0b1", "1i0o", "1fb0"),
                1,
                1),
            tensor("[2, 1, 1, 2]", -8, 11, 3, -16),
            tensor(
                "[2, 3, 1, 4]",
                0,
                -2,
                3,
                1,
                -1,
                -3,
                2,
                0,
                -2,
                3,
                1,
                -1,
                -3,
                2,
                0,
                -2,
                3,
                1,
                -1,
                -3,
                2,
                0,
                -2,
                3),
            tensor("[2, 2, 3, 1]", 0, -2, 1, -1, 2, 0, -2, 1, -1, 2, 0, -2)),
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT, UNIT, UNIT), CorrelationLayout.featuresFirst(3), 1, 1),
            tensor("[1, 1, 1, 2, 2]", -2, -5, -1, 10),
            tensor("[1, 1, 2, 3, 2]", 0, -2, 3, 1, -1, -3, 2, 0, -2, 3, 1, -1),
            tensor("[1, 1, 2, 2, 1]", 0, -2, 1, -1)));
  }

  private static List<OperatorCase> empties() {
    return all(
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 1, 1),
            tensor("[1, 2, 3]", 0, 0, 0, 0, 0, 0),
            tensor("[1, 0, 3]"),
            tensor("[2, 0, 1]")),
        exactIn(
            NUMERIC,
            new Correlation(List.of(UNIT), LINE, 1, 1),
            tensor("[0, 1, 2]"),
            tensor("[0, 2, 3]"),
            tensor("[1, 2, 2]", 1, 2, 3, 4)),
        exactIn(
            NUMERIC,
            new Correlation(List.of(window(1, 1, 1, 1, 1)), LINE, 1, 1),
            tensor("[1, 1, 1]", 0),
            tensor("[1, 1, 0]"),
            tensor("[1, 1, 2]", 1, 2)));
  }

  private static WindowAxis window(
      long stride, long low, long high, long inputDilation, long dilation) {
    return new WindowAxis(stride, Dim.of(low), Dim.of(high), inputDilation, dilation);
  }
}
