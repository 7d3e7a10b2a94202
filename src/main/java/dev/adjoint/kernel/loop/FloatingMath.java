package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.Arrays;

/**
 * Functions of floating point as steps: the same for a vector and for one element, so their bits
 * are equal. All take every argument: subnormal numbers, infinities and NaN.
 *
 * <p>Reductions of the argument follow Cody and Waite, "Software Manual for the Elementary
 * Functions" (1980); the logarithm's series in {@code s = f / (2 + f)} is that of Tang,
 * "Table-driven implementation of the logarithm function" (1990), without the table. The
 * polynomials are minimax fits, see {@link Coefficients}.
 */
final class FloatingMath {
  private static final double LN2 = Math.log(2);
  private static final double SQRT_HALF = Math.sqrt(0.5);

  private final Code code;

  FloatingMath(Code code) {
    this.code = code;
  }

  /**
   * {@code n = round(x / ln 2)} and {@code r = x - n ln 2}.
   *
   * @param shifted n added to a number of moderate size, so that it is found in the low bits
   */
  private record Reduced(int n, int shifted, int r) {}

  private Reduced reduce(int x) {
    Coefficients c = of(x);
    // Added to it, a number is rounded to an integer.
    int magic = code.like(x, c.roundingMagic());
    int shifted = code.fma(x, code.like(x, 1 / LN2), magic);
    int n = code.subtract(shifted, magic);
    int high = code.fma(n, code.like(x, -c.ln2High()), x);
    return new Reduced(n, shifted, code.fma(n, code.like(x, -c.ln2Low()), high));
  }

  /** n as an integer. */
  private int integer(Reduced reduced) {
    Coefficients c = of(reduced.shifted());
    return code.subtract(
        code.bits(reduced.shifted()), bitsOf(reduced.shifted(), c.roundingMagic()));
  }

  /** What adds n to the exponent of a number when it is added to its bits. */
  private int exponent(Reduced reduced) {
    return code.shiftLeft(code.bits(reduced.shifted()), of(reduced.shifted()).fractionBits());
  }

  /** {@code e^r - 1} for |r| &lt;= ln 2 / 2. */
  private int expm1OfSmall(int r) {
    int square = code.multiply(r, r);
    return code.fma(square, polynomial(of(r).exp(), r), r);
  }

  /** {@code x * 2^n}, in two factors so that a subnormal product is rounded once. */
  private int scale(int x, int n) {
    int half = code.shiftRight(n, 1);
    int rest = code.subtract(n, half);
    return code.multiply(code.multiply(x, powerOfTwo(half)), powerOfTwo(rest));
  }

  private int powerOfTwo(int n) {
    Coefficients c = Coefficients.of(code.type(n) == DType.INT32 ? DType.FLOAT32 : DType.FLOAT64);
    int biased = code.add(n, code.integer(code.type(n), c.bias()));
    return code.fromBits(code.shiftLeft(biased, c.fractionBits()));
  }

  int exp(int x) {
    Coefficients c = of(x);
    int bounded = atMost(atLeast(x, c.expUnderflow()), c.expOverflow());
    Reduced reduced = reduce(bounded);
    return scale(expOfSmall(reduced.r()), integer(reduced));
  }

  private int expOfSmall(int r) {
    int one = code.like(r, 1);
    return code.fma(r, code.fma(r, polynomial(of(r).exp(), r), one), one);
  }

  /** {@code e^x} for x &lt;= 0, which cannot overflow and so takes one factor less. */
  private int expOfNegative(int x) {
    Coefficients c = of(x);
    Reduced reduced = reduce(atLeast(x, c.expUnderflow()));
    // Lifted by a power of two no exponent is below the normal ones.
    int lift = c.bias() / 2;
    int bits =
        code.bits(code.multiply(expOfSmall(reduced.r()), code.like(x, Math.scalb(1.0, lift))));
    int lifted = code.fromBits(code.add(bits, exponent(reduced)));
    return code.multiply(lifted, code.like(x, Math.scalb(1.0, -lift)));
  }

  int expm1(int x) {
    Coefficients c = of(x);
    // Below the bound the result is -1 rounded.
    int bounded = atMost(atLeast(x, -c.expm1Bound()), c.expOverflow());
    Reduced reduced = reduce(bounded);
    int one = code.like(x, 1);
    int n = integer(reduced);
    int inverse = powerOfTwo(code.subtract(code.integer(code.type(n), 0), n));
    int kept =
        code.select(code.less(code.like(x, c.expm1Bound()), bounded), code.like(x, 0), inverse);
    int sum = code.add(expm1OfSmall(reduced.r()), code.subtract(one, kept));
    int y = scale(sum, n);
    // A zero keeps its sign.
    return code.select(code.equal(x, code.like(x, 0)), x, y);
  }

  int log(int x) {
    Coefficients c = of(x);
    int small = code.less(x, code.like(x, c.smallestNormal()));
    int normal = code.select(small, code.multiply(x, code.like(x, c.subnormalScale())), x);
    int extra = code.select(small, code.like(x, -c.fractionBits()), code.like(x, 0));
    int y = logOfNormal(normal, extra, code.like(x, 0));
    int zero = code.like(x, 0);
    int infinity = code.like(x, Double.POSITIVE_INFINITY);
    int finite = code.select(code.less(x, infinity), y, x);
    int positive = code.select(code.equal(x, zero), code.like(x, Double.NEGATIVE_INFINITY), finite);
    return code.select(code.less(x, zero), code.like(x, Double.NaN), positive);
  }

  int log1p(int x) {
    int one = code.like(x, 1);
    int u = code.add(one, x);
    // u + lost = 1 + x: which of both is exact to recover depends on which is larger.
    int lostOfLarge = code.add(one, code.subtract(x, u));
    int lostOfSmall = code.subtract(x, code.subtract(u, one));
    int lost = code.select(code.less(one, x), lostOfLarge, lostOfSmall);
    int y = logOfNormal(u, code.like(x, 0), code.divide(lost, u));
    int infinity = code.like(x, Double.POSITIVE_INFINITY);
    int zero = code.like(x, 0);
    int finite = code.select(code.less(x, infinity), y, x);
    int above = code.select(code.equal(u, zero), code.like(x, Double.NEGATIVE_INFINITY), finite);
    int known = code.select(code.less(u, zero), code.like(x, Double.NaN), above);
    return code.select(code.equal(x, zero), x, known);
  }

  /** {@code log(x) + extra * ln 2 + correction} for a normal positive x. */
  private int logOfNormal(int x, int extra, int correction) {
    Coefficients c = of(x);
    int bits = code.bits(x);
    int offset = code.subtract(bits, bitsOf(x, SQRT_HALF));
    int exponent = code.shiftRight(offset, c.fractionBits());
    int mantissa = code.fromBits(code.subtract(bits, code.shiftLeft(exponent, c.fractionBits())));
    int magic = code.like(x, c.roundingMagic());
    int shifted = code.fromBits(code.add(exponent, bitsOf(x, c.roundingMagic())));
    int k = code.add(code.subtract(shifted, magic), extra);

    int f = code.subtract(mantissa, code.like(x, 1));
    int s = code.divide(f, code.add(code.like(x, 2), f));
    int z = code.multiply(s, s);
    int series = code.multiply(z, polynomial(c.log(), z));
    int halfSquare = code.multiply(code.multiply(f, f), code.like(x, 0.5));
    int low = code.fma(k, code.like(x, c.ln2Low()), correction);
    int tail = code.fma(s, code.add(halfSquare, series), low);
    int part = code.subtract(f, code.subtract(halfSquare, tail));
    return code.fma(k, code.like(x, c.ln2High()), part);
  }

  int tanh(int x) {
    int two = code.like(x, 2);
    int doubled = atMost(code.multiply(two, code.absolute(x)), of(x).tanhBound());
    int e = expm1(doubled);
    return copySign(code.divide(e, code.add(e, two)), x);
  }

  /**
   * With {@code R = r coth(r / 2)}, {@code e^-r} is {@code (R - r) / (R + r)}, and so {@code 1 / (1
   * + 2^-n e^-r)} is {@code (R + r) / (R + r + 2^-n (R - r))}: one division in all. A common small
   * factor keeps the second term from infinity, so results may be subnormal.
   */
  int sigmoid(int x) {
    Coefficients c = of(x);
    // As integers numbers are in order: positive ones as they are, negative ones without a sign.
    int atMost = code.min(code.bits(x), bitsOf(x, c.tanhBound()));
    int bounded = code.unsignedMin(atMost, bitsOf(x, c.expUnderflow()));
    Reduced reduced = reduce(code.fromBits(bounded));
    int r = reduced.r();
    double factor = Math.scalb(1.0, -2 * c.fractionBits());
    int even = polynomial(scaled(c.halfCotangent(), factor), code.multiply(r, r));
    int sum = code.fma(r, code.like(x, factor), even);
    int difference = code.fma(r, code.like(x, -factor), even);
    int term = code.fromBits(code.subtract(code.bits(difference), exponent(reduced)));
    int y = code.divide(sum, code.add(sum, term));
    return code.select(code.equal(x, x), y, x);
  }

  private static double[] scaled(double[] numbers, double factor) {
    return Arrays.stream(numbers).map(number -> number * factor).toArray();
  }

  int softplus(int x) {
    int e = expOfNegative(code.negate(code.absolute(x)));
    int one = code.like(x, 1);
    int u = code.add(one, e);
    int lost = code.subtract(e, code.subtract(u, one));
    int log1p = logOfNormal(u, code.like(x, 0), code.divide(lost, u));
    return code.add(code.max(x, code.like(x, 0)), log1p);
  }

  /** Below 1 a polynomial in x^2, beyond it one less the complement. */
  int erf(int x) {
    Coefficients c = of(x);
    int size = atMost(code.absolute(x), c.erfBound());
    int square = code.multiply(size, size);
    int near = code.fma(x, polynomial(c.erf(), square), x);
    int two = code.like(x, 2);
    int t = code.subtract(code.divide(two, code.add(two, size)), code.like(x, 0.5));
    int decay = expOfNegative(code.negate(square));
    int one = code.like(x, 1);
    int far = code.fma(code.negate(decay), polynomial(c.erfc(), t), one);
    return code.select(code.less(size, one), near, copySign(far, x));
  }

  /** The nearest integer, ties to even; a zero keeps its sign. */
  int round(int x) {
    // From here on all numbers are integers, and adding it to smaller ones rounds them.
    int large = code.like(x, 1 / of(x).ulpOfOne());
    int size = code.absolute(x);
    int rounded = copySign(code.subtract(code.add(size, large), large), x);
    return code.select(code.less(size, large), rounded, x);
  }

  int floor(int x) {
    int nearest = round(x);
    int below = code.subtract(nearest, code.like(x, 1));
    return code.select(code.less(x, nearest), below, nearest);
  }

  /** A number that is not negative, with the sign of another. */
  private int copySign(int size, int sign) {
    DType integer = Code.integerOf(code.type(size));
    long mask = integer == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    int signBit = code.and(code.bits(sign), code.integer(integer, mask));
    return code.fromBits(code.or(code.bits(size), signBit));
  }

  /** Comparisons with NaN are false, so NaN stays. */
  private int atLeast(int x, double bound) {
    int number = code.like(x, bound);
    return code.select(code.less(x, number), number, x);
  }

  private int atMost(int x, double bound) {
    int number = code.like(x, bound);
    return code.select(code.less(number, x), number, x);
  }

  private int polynomial(double[] coefficients, int x) {
    int y = code.like(x, coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      y = code.fma(y, x, code.like(x, coefficients[i]));
    }
    return y;
  }

  /** The bits of a number of the dtype that x has. */
  private int bitsOf(int x, double number) {
    return code.type(x) == DType.FLOAT32
        ? code.integer(DType.INT32, Float.floatToRawIntBits((float) number))
        : code.integer(DType.INT64, Double.doubleToRawLongBits(number));
  }

  private Coefficients of(int x) {
    return Coefficients.of(code.type(x));
  }
}
