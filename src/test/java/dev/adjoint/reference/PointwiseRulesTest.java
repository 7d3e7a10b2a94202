package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.closeIn;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.Tensor;
import java.util.List;

class PointwiseRulesTest implements OperatorCases {
  private static final Tensor X = Tensor.vector(-2.5, -0.5, 0.25, 1.5, 3);
  private static final Tensor POSITIVE = Tensor.vector(0.25, 1, 1.5, 3, 1000);
  private static final Tensor LIMITS =
      Tensor.vector(NEGATIVE_INFINITY, -0.0, 0.0, POSITIVE_INFINITY, NaN);

  @Override
  public List<OperatorCase> cases() {
    return all(integers(), exponentials(), roots(), circular(), sigmoids(), erf(), rounding());
  }

  private static List<OperatorCase> integers() {
    Tensor x = Tensor.vector(-2.0, 0, 7);
    return all(
        exactIn(NUMERIC, new Pointwise.Neg(), x, Tensor.vector(2.0, -0.0, -7)),
        exactIn(NUMERIC, new Pointwise.Abs(), Tensor.vector(2.0, 0, 7), x),
        exactIn(NUMERIC, new Pointwise.Sign(), Tensor.vector(-1.0, 0, 1), x),
        exactIn(
            FLOATING,
            new Pointwise.Neg(),
            limits(POSITIVE_INFINITY, 0, -0.0, NEGATIVE_INFINITY),
            LIMITS),
        exactIn(
            FLOATING,
            new Pointwise.Abs(),
            limits(POSITIVE_INFINITY, 0, 0, POSITIVE_INFINITY),
            LIMITS),
        exactIn(FLOATING, new Pointwise.Sign(), limits(-1, -0.0, 0, 1), LIMITS),
        List.of(
            exact(
                new Pointwise.Neg(),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.scalar(Integer.MIN_VALUE)),
            exact(
                new Pointwise.Neg(), Tensor.scalar(Long.MIN_VALUE), Tensor.scalar(Long.MIN_VALUE)),
            exact(
                new Pointwise.Abs(),
                Tensor.scalar(Integer.MIN_VALUE),
                Tensor.scalar(Integer.MIN_VALUE)),
            exact(
                new Pointwise.Abs(), Tensor.scalar(Long.MIN_VALUE), Tensor.scalar(Long.MIN_VALUE)),
            exact(new Pointwise.Sign(), Tensor.scalar(-1L), Tensor.scalar(Long.MIN_VALUE))));
  }

  private static List<OperatorCase> exponentials() {
    return all(
        closeIn(
            FLOATING,
            new Pointwise.Exp(),
            Tensor.vector(
                0.0820849986238988,
                0.6065306597126334,
                1.2840254166877414,
                4.4816890703380645,
                20.085536923187668),
            X),
        exactIn(FLOATING, new Pointwise.Exp(), limits(0, 1, 1, POSITIVE_INFINITY), LIMITS),
        closeIn(
            FLOATING,
            new Pointwise.Expm1(),
            Tensor.vector(
                -0.9179150013761012,
                -0.3934693402873666,
                0.2840254166877415,
                3.481689070338065,
                19.085536923187668),
            X),
        closeIn(
            FLOATING,
            new Pointwise.Expm1(),
            Tensor.vector(1.00000000005e-10, -9.9999999995e-11),
            Tensor.vector(1e-10, -1e-10)),
        exactIn(FLOATING, new Pointwise.Expm1(), limits(-1, -0.0, 0, POSITIVE_INFINITY), LIMITS),
        closeIn(
            FLOATING,
            new Pointwise.Log(),
            Tensor.vector(
                -1.3862943611198906, 0, 0.4054651081081644, 1.0986122886681098, 6.907755278982137),
            POSITIVE),
        exactIn(
            FLOATING,
            new Pointwise.Log(),
            limits(NaN, NEGATIVE_INFINITY, NEGATIVE_INFINITY, POSITIVE_INFINITY),
            LIMITS),
        exactIn(
            FLOATING, new Pointwise.Log(), Tensor.vector(NaN, NaN), Tensor.vector(-1.0, -1e-30)),
        closeIn(
            FLOATING,
            new Pointwise.Log1p(),
            Tensor.vector(
                -0.6931471805599453,
                0.22314355131420976,
                0.9162907318741551,
                1.3862943611198906,
                9.9999999995e-11),
            Tensor.vector(-0.5, 0.25, 1.5, 3, 1e-10)),
        exactIn(FLOATING, new Pointwise.Log1p(), limits(NaN, -0.0, 0, POSITIVE_INFINITY), LIMITS),
        exactIn(
            FLOATING,
            new Pointwise.Log1p(),
            Tensor.vector(NEGATIVE_INFINITY, NaN),
            Tensor.vector(-1.0, -2)));
  }

  private static List<OperatorCase> roots() {
    Tensor x = Tensor.vector(0.25, 2, 1000);
    return all(
        closeIn(
            FLOATING,
            new Pointwise.Sqrt(),
            Tensor.vector(0.5, 1.4142135623730951, 31.622776601683793),
            x),
        exactIn(FLOATING, new Pointwise.Sqrt(), limits(NaN, -0.0, 0, POSITIVE_INFINITY), LIMITS),
        exactIn(FLOATING, new Pointwise.Sqrt(), Tensor.vector(NaN), Tensor.vector(-1.0)),
        closeIn(
            FLOATING,
            new Pointwise.Rsqrt(),
            Tensor.vector(2, 0.7071067811865476, 0.03162277660168379),
            x),
        exactIn(
            FLOATING,
            new Pointwise.Rsqrt(),
            limits(NaN, NEGATIVE_INFINITY, POSITIVE_INFINITY, 0),
            LIMITS),
        exactIn(FLOATING, new Pointwise.Rsqrt(), Tensor.vector(NaN), Tensor.vector(-1.0)));
  }

  private static List<OperatorCase> circular() {
    return all(
        closeIn(
            FLOATING,
            new Pointwise.Sin(),
            Tensor.vector(
                -0.5984721441039565,
                -0.479425538604203,
                0.24740395925452294,
                0.9974949866040544,
                0.1411200080598672),
            X),
        exactIn(FLOATING, new Pointwise.Sin(), limits(NaN, -0.0, 0, NaN), LIMITS),
        closeIn(
            FLOATING,
            new Pointwise.Cos(),
            Tensor.vector(
                -0.8011436155469337,
                0.8775825618903728,
                0.9689124217106447,
                0.0707372016677029,
                -0.9899924966004454),
            X),
        exactIn(FLOATING, new Pointwise.Cos(), limits(NaN, 1, 1, NaN), LIMITS),
        closeIn(
            FLOATING,
            new Pointwise.Tanh(),
            Tensor.vector(
                -0.9866142981514303,
                -0.46211715726000974,
                0.24491866240370913,
                0.9051482536448664,
                0.9950547536867305),
            X),
        exactIn(FLOATING, new Pointwise.Tanh(), limits(-1, -0.0, 0, 1), LIMITS));
  }

  private static List<OperatorCase> sigmoids() {
    Tensor x = Tensor.vector(-2.5, -0.5, 0, 1.5, 3, -700, 700, -50);
    return all(
        closeIn(
            FLOATING,
            new Pointwise.Sigmoid(),
            Tensor.vector(
                0.07585818002124355,
                0.37754066879814546,
                0.5,
                0.8175744761936437,
                0.9525741268224333,
                9.85967654375977e-305,
                1,
                1.9287498479639178e-22),
            x),
        exactIn(FLOATING, new Pointwise.Sigmoid(), limits(0, 0.5, 0.5, 1), LIMITS),
        closeIn(
            FLOATING,
            new Pointwise.Softplus(),
            Tensor.vector(
                0.07888973429254963,
                0.4740769841801067,
                0.6931471805599453,
                1.7014132779827524,
                3.048587351573742,
                9.85967654375977e-305,
                700,
                1.9287498479639178e-22),
            x),
        closeIn(
            FLOATING,
            new Pointwise.Softplus(),
            limits(0, 0.6931471805599453, 0.6931471805599453, POSITIVE_INFINITY),
            LIMITS));
  }

  private static List<OperatorCase> erf() {
    return all(
        closeIn(
            FLOATING,
            new Pointwise.Erf(),
            Tensor.vector(
                -0.999593047982555,
                -0.5204998778130465,
                1.1283791670955126e-10,
                0.27632639016823696,
                0.9661051464753108,
                0.9953201979070294,
                0.9953222650189527,
                0.9953243313041966,
                0.9999779095030014,
                0.9999999999984626,
                1,
                0.0011283787909692365),
            Tensor.vector(-2.5, -0.5, 1e-10, 0.25, 1.5, 1.9999, 2, 2.0001, 3, 5, 6.5, 0.001)),
        exactIn(FLOATING, new Pointwise.Erf(), limits(-1, -0.0, 0, 1), LIMITS));
  }

  private static List<OperatorCase> rounding() {
    Tensor x = Tensor.vector(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.75, -7, 1e20);
    return all(
        exactIn(
            FLOATING, new Pointwise.Floor(), Tensor.vector(-3.0, -2, -1, 0, 1, 2, 2, -7, 1e20), x),
        exactIn(FLOATING, new Pointwise.Floor(), LIMITS, LIMITS),
        exactIn(
            FLOATING, new Pointwise.Ceil(), Tensor.vector(-2.0, -1, -0.0, 1, 2, 3, 3, -7, 1e20), x),
        exactIn(FLOATING, new Pointwise.Ceil(), LIMITS, LIMITS),
        exactIn(
            FLOATING,
            new Pointwise.Round(),
            Tensor.vector(-2.0, -2, -0.0, 0, 2, 2, 3, -7, 1e20),
            x),
        exactIn(FLOATING, new Pointwise.Round(), LIMITS, LIMITS));
  }

  /** What comes of {@link #LIMITS}: NaN comes of NaN. */
  private static Tensor limits(
      double minusInfinity, double minusZero, double zero, double infinity) {
    return Tensor.vector(minusInfinity, minusZero, zero, infinity, NaN);
  }
}
