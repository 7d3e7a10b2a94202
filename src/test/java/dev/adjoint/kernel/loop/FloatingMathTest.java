package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The error of the functions over all magnitudes, in units in the last place, and that vectors and
 * single elements give the same bits. References are {@link StrictMath}'s, which are within 1 ulp
 * themselves: for FLOAT64 that is part of the bounds.
 */
class FloatingMathTest {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);
  private static final int COUNT = 1 << 16;

  /** A function, and the largest errors that sweeps of 16 million FLOAT32 numbers showed. */
  record Case(Pointwise op, DoubleUnaryOperator reference, double float32, double float64) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(new Pointwise.Exp(), StrictMath::exp, 1.1, 1),
        new Case(new Pointwise.Expm1(), StrictMath::expm1, 1.7, 2),
        new Case(new Pointwise.Log(), StrictMath::log, 0.8, 1),
        new Case(new Pointwise.Log1p(), StrictMath::log1p, 0.8, 1),
        new Case(new Pointwise.Tanh(), StrictMath::tanh, 2.5, 4),
        new Case(new Pointwise.Sigmoid(), FloatingMathTest::sigmoid, 2.5, 3),
        new Case(new Pointwise.Softplus(), FloatingMathTest::softplus, 1.7, 3),
        new Case(new Pointwise.Sqrt(), Math::sqrt, 0.51, 0),
        new Case(new Pointwise.Rsqrt(), x -> 1 / Math.sqrt(x), 1.5, 0),
        new Case(new Pointwise.Sin(), StrictMath::sin, 0.51, 0),
        new Case(new Pointwise.Cos(), StrictMath::cos, 0.51, 0),
        new Case(new Pointwise.Floor(), Math::floor, 0, 0),
        new Case(new Pointwise.Ceil(), Math::ceil, 0, 0),
        new Case(new Pointwise.Round(), Math::rint, 0, 0),
        new Case(new Pointwise.Sign(), Math::signum, 0, 0),
        new Case(new Pointwise.Abs(), Math::abs, 0, 0));
  }

  private static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static LoopKernel kernel(LoopCompiler compiler, Pointwise op, DType dtype) {
    LoopBuilder loop = new LoopBuilder(List.of(COUNT));
    loop.store(loop.apply(op, loop.read(0, dtype)), 1);
    return compiler.compile(loop.build());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void float32OverAllBits(Case c) {
    LoopKernel vectors = kernel(VECTORS, c.op(), DType.FLOAT32);
    LoopKernel scalars = kernel(SCALARS, c.op(), DType.FLOAT32);
    float[] x = new float[COUNT];
    float[] y = new float[COUNT];
    float[] z = new float[COUNT];
    int stride = 0x10001 * 3 + 2;
    for (int sweep = 0; sweep < 4; sweep++) {
      for (int i = 0; i < COUNT; i++) {
        x[i] = Float.intBitsToFloat((sweep * COUNT + i) * stride);
      }
      LoopRunner.run(vectors, DType.FLOAT32, x, y);
      LoopRunner.run(scalars, DType.FLOAT32, x, z);
      assertArrayEquals(z, y);
      for (int i = 0; i < COUNT; i++) {
        double expected = c.reference().applyAsDouble(x[i]);
        double ulp = Math.ulp(Math.min(Float.MAX_VALUE, (float) Math.abs(expected)));
        assertNear(x[i], expected, (float) expected, y[i], ulp, c.float32());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void float64OverAllMagnitudes(Case c) {
    LoopKernel vectors = kernel(VECTORS, c.op(), DType.FLOAT64);
    LoopKernel scalars = kernel(SCALARS, c.op(), DType.FLOAT64);
    Random random = new Random(11);
    double[] x = new double[COUNT];
    double[] y = new double[COUNT];
    double[] z = new double[COUNT];
    double[] special = {
      0.0, -0.0, Double.NaN, 1 / 0.0, -1 / 0.0, Double.MIN_VALUE, -1, 1, 710, -746, 1e300, -20, 0.5
    };
    for (int i = 0; i < COUNT; i++) {
      x[i] =
          i < special.length
              ? special[i]
              : i % 2 == 0
                  ? Double.longBitsToDouble(random.nextLong())
                  : random.nextGaussian() * StrictMath.exp(4 * random.nextGaussian());
    }
    LoopRunner.run(vectors, DType.FLOAT64, x, y);
    LoopRunner.run(scalars, DType.FLOAT64, x, z);
    assertArrayEquals(z, y);
    for (int i = 0; i < COUNT; i++) {
      double expected = c.reference().applyAsDouble(x[i]);
      assertNear(x[i], expected, expected, y[i], Math.ulp(expected), c.float64());
    }
  }

  /** The reference's own error is about 1e-15. */
  @Test
  void theErrorFunctionInFloat32() {
    double[] x = new Random(3).doubles(COUNT, -7, 7).map(v -> v * v * v / 49).toArray();
    Tensor argument = Tensor.of(x, COUNT).cast(DType.FLOAT32);
    Value y = GraphBuilder.create("erf").constant(argument.cast(DType.FLOAT64)).erf();
    double[] expected = Computed.doubles(y);
    Tensor actual = erf(argument);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(expected[i], actual.getDouble(i), 1.6 * 0x1p-23 * Math.abs(expected[i]));
    }
  }

  /** At most 0.96 units in the last place were measured. */
  @Test
  void theErrorFunctionInFloat64() {
    Random random = new Random(5);
    double[] x = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] =
          switch (i % 4) {
            case 0 -> random.nextDouble(-1, 1);
            case 1 -> random.nextDouble(-6.5, 6.5);
            case 2 -> random.nextGaussian() * StrictMath.exp(4 * random.nextGaussian());
            default -> Math.scalb(random.nextDouble(1, 2), random.nextInt(-1000, 1023));
          };
    }
    Tensor actual = erf(Tensor.of(x, COUNT));
    for (int i = 0; i < COUNT; i += 33) {
      BigDecimal exact = exactErf(x[i]);
      double rounded = exact.doubleValue();
      double ulps =
          exact.subtract(new BigDecimal(actual.getDouble(i))).abs().doubleValue()
              / Math.ulp(rounded);
      int at = i;
      assertTrue(ulps <= 2, () -> "%s ulp at %s".formatted(ulps, x[at]));
    }
  }

  /** On vectors, which give the bits of single elements. */
  private static Tensor erf(Tensor argument) {
    DType dtype = argument.dtype();
    Object given = dtype == DType.FLOAT32 ? argument.toFloats() : argument.toDoubles();
    Object result = LoopRunner.array(dtype, COUNT);
    LoopRunner.run(kernel(VECTORS, new Pointwise.Erf(), dtype), dtype, given, result);
    Object single = LoopRunner.array(dtype, COUNT);
    LoopRunner.run(kernel(SCALARS, new Pointwise.Erf(), dtype), dtype, given, single);
    Tensor actual = LoopRunner.tensor(dtype, result, List.of(COUNT));
    assertEquals(LoopRunner.tensor(dtype, single, List.of(COUNT)), actual);
    return actual;
  }

  private static final MathContext DIGITS = new MathContext(36);
  private static final BigDecimal ROOT_OF_PI =
      new BigDecimal("1.772453850905516027298167483341145183");

  /**
   * {@code 2 / sqrt(pi) * exp(-x^2) * sum over n of 2^n x^(2n+1) / (1 * 3 * .. * (2n+1))}, whose
   * terms have one sign: Abramowitz and Stegun, 7.1.6.
   */
  private static BigDecimal exactErf(double x) {
    if (Math.abs(x) > 6.5) {
      return new BigDecimal(Math.signum(x));
    }
    BigDecimal given = new BigDecimal(x);
    BigDecimal square = given.multiply(given, DIGITS);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal term = given;
    for (int n = 1; term.signum() != 0 && isFelt(term, sum); n++) {
      sum = sum.add(term, DIGITS);
      BigDecimal next = term.multiply(square, DIGITS).multiply(BigDecimal.TWO);
      term = next.divide(BigDecimal.valueOf(2L * n + 1), DIGITS);
    }
    return sum.multiply(BigDecimal.TWO)
        .divide(ROOT_OF_PI.multiply(exactExp(square), DIGITS), DIGITS);
  }

  /** Of a number that is not negative. */
  private static BigDecimal exactExp(BigDecimal x) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal term = BigDecimal.ONE;
    for (int n = 1; term.signum() != 0 && isFelt(term, sum); n++) {
      sum = sum.add(term, DIGITS);
      term = term.multiply(x, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
    }
    return sum;
  }

  private static boolean isFelt(BigDecimal term, BigDecimal sum) {
    return sum.signum() == 0
        || term.precision() - term.scale() > sum.precision() - sum.scale() - 24;
  }

  private static void assertNear(
      double x, double expected, double rounded, double y, double ulp, double bound) {
    boolean equal = Double.compare(rounded, y) == 0;
    boolean near = Math.abs(y - expected) <= bound * ulp && (expected != 0 || y != 0);
    assertTrue(equal || near, () -> "at " + x + ": expected " + expected + ", got " + y);
  }
}
