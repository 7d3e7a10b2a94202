package dev.adjoint.reference;

import dev.adjoint.op.Arithmetic;

/** {@link Arithmetic}. */
final class ArithmeticRules {
  private static final Binary DIVIDE =
      new Binary((a, b) -> a / b, (a, b) -> Math.floorDiv(a, nonZero(b)));
  private static final Binary POWER = new Binary(StrictMath::pow, ArithmeticRules::power);
  private static final Binary MODULO =
      new Binary(ArithmeticRules::modulo, (a, b) -> Math.floorMod(a, nonZero(b)));

  private ArithmeticRules() {}

  static Grid apply(Arithmetic op, Call call) {
    return switch (op) {
      case Arithmetic.Add() -> call.zip(Binary.ADD);
      case Arithmetic.Sub() -> call.zip(Binary.SUBTRACT);
      case Arithmetic.Mul() -> call.zip(Binary.MULTIPLY);
      case Arithmetic.Div() -> call.zip(DIVIDE);
      case Arithmetic.Pow() -> call.zip(POWER);
      case Arithmetic.Max() -> call.zip(Binary.MAX);
      case Arithmetic.Min() -> call.zip(Binary.MIN);
      case Arithmetic.Mod() -> call.zip(MODULO);
    };
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new Fault("integer division by zero.");
    }
    return divisor;
  }

  /**
   * The product of {@code exponent} factors, grouped by squares since there may be 2^63 of them.
   */
  private static long power(long base, long exponent) {
    if (exponent < 0) {
      throw new Fault("the negative exponent %d of an integer power.", exponent);
    }
    long product = 1;
    long square = base;
    for (long rest = exponent; rest > 0; rest /= 2) {
      product = rest % 2 == 1 ? product * square : product;
      square *= square;
    }
    return product;
  }

  private static double modulo(double a, double b) {
    double remainder = a % b;
    if (remainder == 0) {
      return Math.copySign(0.0, b);
    }
    return (remainder < 0) == (b < 0) ? remainder : remainder + b;
  }
}
