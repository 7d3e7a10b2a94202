package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;

import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class PoolingRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[3, 4]", 1, 5, 5, 2, 7, 0, 5, 4, 3, 6, 8, 8);

  /** Windows of 2 by 2 that move down by 1 and right by 2, one column of padding before. */
  private static final List<Long> SIZES = List.of(2L, 2L);

  private static final List<WindowAxis> WINDOW =
      List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(1), Dim.of(0)));

  @Override
  public List<OperatorCase> cases() {
    return all(maxima(), sums(), scattered(), gathered());
  }

  private static List<OperatorCase> maxima() {
    List<Long> pair = List.of(2L);
    return all(
        exactIn(NUMERIC, new Pooling.MaxPool(SIZES, WINDOW), tensor("[2, 2]", 7, 5, 7, 8), X),
        exactIn(
            NUMERIC,
            new Pooling.MaxPool(pair, List.of(line(1, 0, 0, 1, 2))),
            Tensor.vector(3.0, 5, 3),
            Tensor.vector(3.0, 1, 2, 5, 3)),
        // The last window covers padding only.
        exactIn(
            NUMERIC,
            new Pooling.MaxPool(pair, List.of(line(2, 0, 3, 1, 1))),
            Tensor.vector(4.0, NEGATIVE_INFINITY),
            Tensor.vector(3.0, 4)),
        exactIn(
            NUMERIC,
            new Pooling.MaxPool(pair, List.of(line(1, -1, 0, 1, 1))),
            Tensor.vector(2.0),
            Tensor.vector(9.0, 1, 2)),
        exactIn(
            FLOATING,
            new Pooling.MaxPool(pair, List.of(WindowAxis.UNIT)),
            Tensor.vector(NaN, NaN, 2, 0),
            Tensor.vector(1, NaN, 2, -0.0, 0.0)));
  }

  private static List<OperatorCase> sums() {
    return all(
        exactIn(NUMERIC, new Pooling.SumPool(SIZES, WINDOW), tensor("[2, 2]", 8, 15, 10, 19), X),
        exactIn(
            NUMERIC,
            new Pooling.SumPool(List.of(2L), List.of(line(2, 0, 3, 1, 1))),
            Tensor.vector(7.0, 0),
            Tensor.vector(3.0, 4)),
        // The transposed windows of a stride of 2: elements stand 2 apart.
        exactIn(
            NUMERIC,
            new Pooling.SumPool(List.of(3L), List.of(line(1, 2, 2, 2, 1))),
            Tensor.vector(3.0, 3, 7, 4, 4),
            Tensor.vector(3.0, 4)),
        exactIn(
            NUMERIC,
            new Pooling.SumPool(List.of(2L), List.of(line(1, 0, 0, 1, 3))),
            Tensor.vector(5.0, 7),
            Tensor.vector(1.0, 2, 3, 4, 5)),
        List.of(
            exact(
                new Pooling.SumPool(List.of(2L), List.of(WindowAxis.UNIT)),
                Tensor.vector(Integer.MIN_VALUE),
                Tensor.vector(Integer.MAX_VALUE, 1))));
  }

  private static List<OperatorCase> scattered() {
    Tensor v = tensor("[2, 2]", 10, 20, 30, 40);
    return all(
        // 7 is the maximum of two windows; of three fives and of two eights the first counts.
        exactIn(
            NUMERIC,
            new Pooling.MaxPoolScatter(SIZES, WINDOW),
            tensor("[3, 4]", 0, 20, 0, 0, 40, 0, 0, 0, 0, 0, 40, 0),
            X,
            v),
        exactIn(
            NUMERIC,
            new Pooling.MaxPoolScatter(List.of(2L), List.of(line(2, 0, 3, 1, 1))),
            Tensor.vector(0.0, 1),
            Tensor.vector(3.0, 4),
            Tensor.vector(1.0, 9)),
        exactIn(
            FLOATING,
            new Pooling.MaxPoolScatter(List.of(3L), List.of(WindowAxis.UNIT)),
            Tensor.vector(0.0, 1, 0),
            Tensor.vector(1, NaN, NaN),
            Tensor.vector(1.0)));
  }

  private static List<OperatorCase> gathered() {
    Tensor v = tensor("[3, 4]", 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110);
    return all(
        exactIn(
            NUMERIC,
            new Pooling.MaxPoolGather(SIZES, WINDOW),
            tensor("[2, 2]", 40, 10, 40, 100),
            X,
            v),
        exactIn(
            NUMERIC,
            new Pooling.MaxPoolGather(List.of(2L), List.of(line(2, 0, 3, 1, 1))),
            Tensor.vector(6.0, 0),
            Tensor.vector(3.0, 4),
            Tensor.vector(5.0, 6)),
        exactIn(
            FLOATING,
            new Pooling.MaxPoolGather(List.of(3L), List.of(WindowAxis.UNIT)),
            Tensor.vector(8.0),
            Tensor.vector(1, NaN, NaN),
            Tensor.vector(7.0, 8, 9)));
  }

  private static WindowAxis line(
      long stride, long low, long high, long inputDilation, long dilation) {
    return new WindowAxis(stride, Dim.of(low), Dim.of(high), inputDilation, dilation);
  }
}
