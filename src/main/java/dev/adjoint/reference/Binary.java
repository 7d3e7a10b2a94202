package dev.adjoint.reference;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * A function of two numbers, for floating point and for integers. Sums and products of integers are
 * formed in 64 bits and wrap around; cutting them to 32 bits afterwards gives what 32 bits would.
 */
record Binary(DoubleBinaryOperator floating, LongBinaryOperator integer) {
  static final Binary ADD = new Binary((a, b) -> a + b, (a, b) -> a + b);
  static final Binary SUBTRACT = new Binary((a, b) -> a - b, (a, b) -> a - b);
  static final Binary MULTIPLY = new Binary((a, b) -> a * b, (a, b) -> a * b);
  static final Binary MAX = new Binary(Math::max, Math::max);
  static final Binary MIN = new Binary(Math::min, Math::min);
}
