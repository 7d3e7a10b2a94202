package dev.adjoint.kernel.loop;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.DType;
import java.util.List;

/** The elementwise operators as steps. */
final class Operators {
  private final Code code;
  private final FloatingMath math;

  Operators(Code code) {
    this.code = code;
    this.math = new FloatingMath(code);
  }

  /** Adds the steps of one operator; its value. */
  int apply(Primitive op, List<Integer> x) {
    return switch (op) {
      case Arithmetic arithmetic -> arithmetic(arithmetic, x.get(0), x.get(1));
      case Pointwise pointwise -> pointwise(pointwise, x.getFirst());
      case Logic logic -> logic(logic, x);
      case Control.Cast(var dtype) -> cast(x.getFirst(), dtype);
      case Control _ -> x.getFirst();
      default ->
          throw new IllegalArgumentException("%s is not elementwise.".formatted(op.operatorName()));
    };
  }

  private int arithmetic(Arithmetic op, int a, int b) {
    boolean floating = code.type(a).isFloating();
    return switch (op) {
      case Arithmetic.Add() -> code.add(a, b);
      case Arithmetic.Sub() -> code.subtract(a, b);
      case Arithmetic.Mul() -> code.multiply(a, b);
      case Arithmetic.Div() -> floating ? code.divide(a, b) : code.function(Opcode.QUOTIENT, a, b);
      case Arithmetic.Pow() -> code.function(Opcode.POWER, a, b);
      case Arithmetic.Max() -> code.max(a, b);
      case Arithmetic.Min() -> code.min(a, b);
      case Arithmetic.Mod() -> code.function(Opcode.MODULO, a, b);
    };
  }

  private int pointwise(Pointwise op, int x) {
    return switch (op) {
      case Pointwise.Neg() -> code.negate(x);
      case Pointwise.Abs() -> code.absolute(x);
      case Pointwise.Sign() -> sign(x);
      case Pointwise.Exp() -> math.exp(x);
      case Pointwise.Expm1() -> math.expm1(x);
      case Pointwise.Log() -> math.log(x);
      case Pointwise.Log1p() -> math.log1p(x);
      case Pointwise.Sqrt() -> code.squareRoot(x);
      case Pointwise.Rsqrt() -> code.divide(code.like(x, 1), code.squareRoot(x));
      case Pointwise.Sin() -> code.function(Opcode.SINE, x);
      case Pointwise.Cos() -> code.function(Opcode.COSINE, x);
      case Pointwise.Tanh() -> math.tanh(x);
      case Pointwise.Sigmoid() -> math.sigmoid(x);
      case Pointwise.Softplus() -> math.softplus(x);
      case Pointwise.Erf() -> math.erf(x);
      case Pointwise.Floor() -> math.floor(x);
      case Pointwise.Ceil() -> code.negate(math.floor(code.negate(x)));
      case Pointwise.Round() -> math.round(x);
    };
  }

  /** What is neither above nor below 0 stays: zeros with their signs, and NaN. */
  private int sign(int x) {
    int zero = code.like(x, 0);
    int negative = code.select(code.less(x, zero), code.like(x, -1), x);
    return code.select(code.less(zero, x), code.like(x, 1), negative);
  }

  private int logic(Logic op, List<Integer> x) {
    int a = x.getFirst();
    int b = x.size() > 1 ? x.get(1) : a;
    return switch (op) {
      case Logic.Equal() -> isBoolean(a) ? code.not(code.xor(a, b)) : code.equal(a, b);
      case Logic.NotEqual() -> isBoolean(a) ? code.xor(a, b) : code.notEqual(a, b);
      case Logic.Less() -> code.less(a, b);
      case Logic.LessEqual() -> code.lessEqual(a, b);
      case Logic.Greater() -> code.less(b, a);
      case Logic.GreaterEqual() -> code.lessEqual(b, a);
      case Logic.And() -> code.and(a, b);
      case Logic.Or() -> code.or(a, b);
      case Logic.Xor() -> code.xor(a, b);
      case Logic.Not() -> code.not(a);
      case Logic.Select() -> code.select(a, b, x.get(2));
      case Logic.Clamp() -> code.min(code.max(a, b), x.get(2));
    };
  }

  private boolean isBoolean(int x) {
    return code.type(x) == DType.BOOL;
  }

  private int cast(int x, DType dtype) {
    if (code.type(x) == dtype) {
      return x;
    }
    if (isBoolean(x)) {
      return code.select(x, code.constant(dtype, 1), code.constant(dtype, 0));
    }
    return dtype == DType.BOOL ? code.notEqual(x, code.like(x, 0)) : code.convert(x, dtype);
  }
}
