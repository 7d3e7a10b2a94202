package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of steps under construction. A step that is there already is used again, so what operators
 * have in common is computed once.
 */
final class Code {
  private final List<Step> steps = new ArrayList<>();
  private final Map<Step, Integer> known = new HashMap<>();

  List<Step> steps() {
    return steps;
  }

  DType type(int value) {
    return steps.get(value).type();
  }

  int step(Opcode opcode, DType type, long immediate, Integer... operands) {
    return add(new Step(opcode, type, immediate, List.of(operands)));
  }

  int add(Step step) {
    return known.computeIfAbsent(
        step,
        added -> {
          steps.add(added);
          return steps.size() - 1;
        });
  }

  int constant(DType type, double value) {
    long bits =
        type.isFloating()
            ? Double.doubleToRawLongBits(type == DType.FLOAT32 ? (float) value : value)
            : (long) value;
    return step(Opcode.CONSTANT, type, bits);
  }

  int integer(DType type, long value) {
    return step(Opcode.CONSTANT, type, value);
  }

  /** A number of the dtype that a value has. */
  int like(int value, double number) {
    return constant(type(value), number);
  }

  int add(int a, int b) {
    return binary(Opcode.ADD, a, b);
  }

  int subtract(int a, int b) {
    return binary(Opcode.SUBTRACT, a, b);
  }

  int multiply(int a, int b) {
    return binary(Opcode.MULTIPLY, a, b);
  }

  int divide(int a, int b) {
    return binary(Opcode.DIVIDE, a, b);
  }

  /** Of a number and 0 by a comparison, which vectors do faster; a NaN stays. */
  int max(int a, int b) {
    int zero = like(a, 0);
    if (type(a).isFloating() && (a == zero || b == zero)) {
      int x = a == zero ? b : a;
      return select(lessEqual(x, zero), zero, x);
    }
    return binary(Opcode.MAXIMUM, a, b);
  }

  int min(int a, int b) {
    return binary(Opcode.MINIMUM, a, b);
  }

  int unsignedMin(int a, int b) {
    return binary(Opcode.UNSIGNED_MINIMUM, a, b);
  }

  int and(int a, int b) {
    return binary(Opcode.AND, a, b);
  }

  int or(int a, int b) {
    return binary(Opcode.OR, a, b);
  }

  int xor(int a, int b) {
    return binary(Opcode.XOR, a, b);
  }

  int fma(int a, int b, int c) {
    return step(Opcode.FMA, type(a), 0, a, b, c);
  }

  int negate(int x) {
    return unary(Opcode.NEGATE, x);
  }

  int absolute(int x) {
    return unary(Opcode.ABSOLUTE, x);
  }

  int squareRoot(int x) {
    return unary(Opcode.SQUARE_ROOT, x);
  }

  int not(int x) {
    return unary(Opcode.NOT, x);
  }

  int shiftLeft(int x, int count) {
    return step(Opcode.SHIFT_LEFT, type(x), count, x);
  }

  int shiftRight(int x, int count) {
    return step(Opcode.SHIFT_RIGHT, type(x), count, x);
  }

  int equal(int a, int b) {
    return step(Opcode.EQUAL, DType.BOOL, 0, a, b);
  }

  int notEqual(int a, int b) {
    return step(Opcode.NOT_EQUAL, DType.BOOL, 0, a, b);
  }

  int less(int a, int b) {
    return step(Opcode.LESS, DType.BOOL, 0, a, b);
  }

  int lessEqual(int a, int b) {
    return step(Opcode.LESS_EQUAL, DType.BOOL, 0, a, b);
  }

  int select(int condition, int a, int b) {
    return step(Opcode.SELECT, type(a), 0, condition, a, b);
  }

  int bits(int x) {
    return step(Opcode.BITS, integerOf(type(x)), 0, x);
  }

  int fromBits(int x) {
    return step(Opcode.FROM_BITS, type(x) == DType.INT32 ? DType.FLOAT32 : DType.FLOAT64, 0, x);
  }

  int convert(int x, DType type) {
    return step(Opcode.CONVERT, type, 0, x);
  }

  /** One of the opcodes that {@link ScalarMath} computes. */
  int function(Opcode opcode, Integer... operands) {
    return step(opcode, type(operands[0]), 0, operands);
  }

  /** The integer dtype of a floating dtype's width. */
  static DType integerOf(DType floating) {
    return floating == DType.FLOAT32 ? DType.INT32 : DType.INT64;
  }

  private int unary(Opcode opcode, int x) {
    return step(opcode, type(x), 0, x);
  }

  private int binary(Opcode opcode, int a, int b) {
    return step(opcode, type(a), 0, a, b);
  }
}
