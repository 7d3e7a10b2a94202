package dev.adjoint.tensor;

/** 64-bit arithmetic of sizes that fails in words instead of wrapping around. */
final class Exact {
  private Exact() {}

  static long add(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      throw overflow(a, "+", b);
    }
    return sum;
  }

  static long subtract(long a, long b) {
    long difference = a - b;
    if (((a ^ b) & (a ^ difference)) < 0) {
      throw overflow(a, "-", b);
    }
    return difference;
  }

  static long multiply(long a, long b) {
    long product = a * b;
    if (Math.multiplyHigh(a, b) != product >> 63) {
      throw overflow(a, "*", b);
    }
    return product;
  }

  static long negate(long a) {
    return multiply(a, -1);
  }

  static long floorDiv(long a, long b) {
    if (b == 0) {
      throw new ArithmeticException("A size is divided by zero: %d//0.".formatted(a));
    }
    if (b == -1) {
      return negate(a);
    }
    return Math.floorDiv(a, b);
  }

  /** The greatest common divisor, not negative unless it is 2^63, which does not fit. */
  static long gcd(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a == Long.MIN_VALUE ? a : Math.abs(a);
  }

  private static ArithmeticException overflow(long a, String operator, long b) {
    return new ArithmeticException(
        "A size does not fit 64 bits: %d %s %d.".formatted(a, operator, b));
  }
}
