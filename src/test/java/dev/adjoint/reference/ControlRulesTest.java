package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.ANY;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import dev.adjoint.op.Control;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;

class ControlRulesTest implements OperatorCases {
  private static final Tensor X = Tensor.vector(1.0, 0, 3);
  private static final Tensor OTHER = Tensor.vector(true, false);
  private static final Tensor FLOATS =
      Tensor.vector(-2.75, 2.75, -0.0, 1e10, -1e20, NaN, POSITIVE_INFINITY, NEGATIVE_INFINITY);

  @Override
  public List<OperatorCase> cases() {
    return all(passedOn(), placeholders(), castsOfFloats(), castsOfIntegers(), castsOfBooleans());
  }

  private static List<OperatorCase> passedOn() {
    return all(
        exactIn(ANY, new Control.Identity(), X, X),
        exactIn(ANY, new Control.StopGradient(), X, X),
        exactIn(ANY, new Control.Barrier(), X, X, OTHER),
        exactIn(ANY, new Control.Recompute(), X, X, OTHER, OTHER),
        exactIn(
            ANY,
            new Control.CustomGradient(),
            X,
            X,
            Tensor.vector(0.0, 0, 0),
            Tensor.scalar(2.0),
            Tensor.scalar(5.0)));
  }

  private static List<OperatorCase> placeholders() {
    return Stream.of(DType.values())
        .map(d ->
            new OperatorCase(
                new Control.CotangentPlaceholder(TensorType.of(d, 2, 3)),
                Tensor.zeros(d, 2, 3),
                0,
                List.of()))
        .toList();
  }

  private static List<OperatorCase> castsOfFloats() {
    int i = Integer.MIN_VALUE;
    int j = Integer.MAX_VALUE;
    long l = Long.MIN_VALUE;
    long m = Long.MAX_VALUE;
    return List.of(
        exact(new Control.Cast(DType.INT32), Tensor.vector(-2, 2, 0, j, i, 0, j, i), FLOATS),
        exact(
            new Control.Cast(DType.INT64),
            Tensor.vector(-2L, 2, 0, 10_000_000_000L, l, 0, m, l),
            FLOATS),
        exact(
            new Control.Cast(DType.BOOL),
            Tensor.vector(true, true, false, true, true, true, true, true),
            FLOATS),
        exact(
            new Control.Cast(DType.FLOAT32),
            Tensor.vector(16777216f, 16777220f, 0.1f, Float.POSITIVE_INFINITY, -0.0f, Float.NaN),
            Tensor.vector(16777217, 16777219, 0.1, 1e40, -1e-50, NaN)),
        exact(
            new Control.Cast(DType.FLOAT64),
            Tensor.vector(0.1f, NaN),
            Tensor.vector(0.1f, Float.NaN)),
        exact(new Control.Cast(DType.INT32), Tensor.vector(-7, j), Tensor.vector(-7.9f, 3e9f)));
  }

  private static List<OperatorCase> castsOfIntegers() {
    return List.of(
        exact(
            new Control.Cast(DType.INT32),
            Tensor.vector(-1, 0, Integer.MIN_VALUE),
            Tensor.vector(0xFFFFFFFFL, 1L << 40, 1L << 31)),
        exact(new Control.Cast(DType.INT64), Tensor.vector(-1L, 5), Tensor.vector(-1, 5)),
        // 2^53 + 2^29 + 1 lies above the middle of two floats; as a double it would lie on it.
        exact(
            new Control.Cast(DType.FLOAT32),
            Tensor.vector(9007200328482816f),
            Tensor.vector((1L << 53) + (1L << 29) + 1)),
        exact(
            new Control.Cast(DType.FLOAT64),
            Tensor.vector(0x1p63, -3),
            Tensor.vector(Long.MAX_VALUE, -3)),
        exact(new Control.Cast(DType.FLOAT64), Tensor.vector(-3.0), Tensor.vector(-3)),
        exact(
            new Control.Cast(DType.BOOL), Tensor.vector(true, false), Tensor.vector(1L << 40, 0)));
  }

  private static List<OperatorCase> castsOfBooleans() {
    Tensor x = Tensor.vector(true, false);
    return Stream.of(DType.values())
        .map(d -> exact(new Control.Cast(d), Tensor.vector(1.0, 0).cast(d), x))
        .toList();
  }
}
