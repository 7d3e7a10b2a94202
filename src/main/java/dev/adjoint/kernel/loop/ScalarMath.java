package dev.adjoint.kernel.loop;

/**
 * Functions that are computed one element at a time, with the same bits on every machine. Those of
 * FLOAT32 are computed in double and rounded once.
 */
final class ScalarMath {
  private ScalarMath() {}

  static double power(double a, double b) {
    return StrictMath.pow(a, b);
  }

  static float power(float a, float b) {
    return (float) StrictMath.pow(a, b);
  }

  static long power(long base, long exponent) {
    if (exponent < 0) {
      throw new ArithmeticException(
          "the negative exponent %d of an integer power.".formatted(exponent));
    }
    long product = 1;
    long square = base;
    for (long rest = exponent; rest > 0; rest /= 2) {
      product = rest % 2 == 1 ? product * square : product;
      square *= square;
    }
    return product;
  }

  static int power(int base, int exponent) {
    return (int) power((long) base, (long) exponent);
  }

  static double modulo(double a, double b) {
    double remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0.0, b);
    }
    return (remainder < 0) == (b < 0) ? remainder : remainder + b;
  }

  static float modulo(float a, float b) {
    return (float) modulo((double) a, (double) b);
  }

  static long modulo(long a, long b) {
    return Math.floorMod(a, nonZero(b));
  }

  static int modulo(int a, int b) {
    return Math.floorMod(a, (int) nonZero(b));
  }

  static long quotient(long a, long b) {
    return Math.floorDiv(a, nonZero(b));
  }

  static int quotient(int a, int b) {
    return Math.floorDiv(a, (int) nonZero(b));
  }

  static double sine(double x) {
    return StrictMath.sin(x);
  }

  static float sine(float x) {
    return (float) StrictMath.sin(x);
  }

  static double cosine(double x) {
    return StrictMath.cos(x);
  }

  static float cosine(float x) {
    return (float) StrictMath.cos(x);
  }

  static int unsignedMinimum(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0 ? a : b;
  }

  static long unsignedMinimum(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  /** The index as an int if it is one of an axis of the given size. */
  static int checkedIndex(long index, int size) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "index %d lies outside an axis of %d elements.".formatted(index, size));
    }
    return (int) index;
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("integer division by zero.");
    }
    return divisor;
  }
}
