package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Elementwise operators of two numbers. Operands {@code a} and {@code b}: one numeric type, any
 * shape; result: that type. Floating point follows IEEE 754 in the dtype; integers wrap around in
 * two's complement. Each element depends on its own operands only, so the bits are the same on any
 * number of threads.
 */
public sealed interface Arithmetic extends Primitive, Differentiable {
  @Override
  default TensorType infer(Operands in) {
    TensorType type = in.same(2);
    in.numeric(0);
    return type;
  }

  /** {@code y = a + b}. Gradient: {@code da = dy}, {@code db = dy}. */
  record Add() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy, at::dy);
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /** {@code y = a - b}. Gradient: {@code da = dy}, {@code db = -dy}. */
  record Sub() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy, () -> at.dy().neg());
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /** {@code y = a * b}. Gradient: {@code da = dy * b}, {@code db = dy * a}. */
  record Mul() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.operand(1)), () -> at.dy().mul(at.operand(0)));
    }

    @Override
    public Linearity linearity() {
      return Linearity.MULTILINEAR;
    }
  }

  /**
   * {@code y = a / b}. Integers: the floor of the quotient, and a division by zero is an error when
   * the graph runs. Gradient: {@code da = dy / b}, {@code db = -(dy / b) * y}.
   */
  record Div() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value b = at.operand(1);
      return at.cotangents(() -> at.dy().div(b), () -> at.dy().div(b).mul(at.y()).neg());
    }
  }

  /**
   * {@code y = a^b}, with {@code 0^0 = 1}, as {@link Math#pow}. Integers: repeated multiplication,
   * and a negative exponent is an error when the graph runs.
   *
   * <p>Gradient: {@code da = dy * b * a^(b-1)}, taken as 0 where {@code a = b = 0}; {@code db = dy
   * * y * log(a)}, taken as 0 where {@code a = 0} and b is not negative (the limit for b &gt; 0),
   * and NaN where a is negative, or a is 0 and b negative.
   */
  record Pow() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value a = at.operand(0);
      Value b = at.operand(1);
      return at.cotangents(
          () -> {
            // Only where 0 * infinity would follow: elsewhere b - 1 has to stay for higher orders.
            Value undefined = b.eq(b.like(0)).and(a.eq(a.like(0)));
            Value exponent = Logic.select(undefined, b.like(1), b.sub(1));
            return at.dy().mul(b).mul(a.pow(exponent));
          },
          () -> {
            Value zero = a.eq(a.like(0));
            Value logarithm = Logic.select(zero, a.like(1), a).log();
            return at.dy().mul(at.y()).mul(logarithm);
          });
    }
  }

  /**
   * {@code y = max(a, b)}; NaN if either is; {@code max(-0.0, 0.0) = 0.0}. Gradient: dy goes to the
   * larger operand, at a tie to the first.
   */
  record Max() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value first = at.operand(0).ge(at.operand(1));
      return share(at, first);
    }
  }

  /**
   * {@code y = min(a, b)}; NaN if either is; {@code min(-0.0, 0.0) = -0.0}. Gradient: dy goes to
   * the smaller operand, at a tie to the first.
   */
  record Min() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value first = at.operand(0).le(at.operand(1));
      return share(at, first);
    }
  }

  /**
   * {@code y = a - b * floor(a / b)}: the remainder with the sign of b, which a zero has too.
   * Integers: a zero b is an error when the graph runs. Floating point: as if formed without
   * rounding, so large a lose nothing, and then rounded once; NaN if b is zero or a is infinite;
   * for an infinite b, a if it has the sign of b or is zero, else b. Gradient: {@code da = dy},
   * {@code db = -dy * floor(a / b)}; at the jumps, that of the branch taken.
   */
  record Mod() implements Arithmetic {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(
          at::dy, () -> at.dy().mul(at.operand(0).div(at.operand(1)).floor()).neg());
    }
  }

  private static List<Cotangent> share(Vjp at, Value first) {
    Value zero = at.dy().like(0);
    return at.cotangents(
        () -> Logic.select(first, at.dy(), zero), () -> Logic.select(first, zero, at.dy()));
  }

  /** The family's methods on values. A number stands for a constant of the value's dtype. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** The builder that new nodes go to. */
    GraphBuilder builder();

    /** {@link Add}: {@code this + other}. */
    default Value add(Value other) {
      return Broadcasting.apply(new Add(), self(), other);
    }

    /** {@link Add}: {@code this + other}. */
    default Value add(double other) {
      return add(self().scalar(other));
    }

    /** {@link Sub}: {@code this - other}. */
    default Value sub(Value other) {
      return Broadcasting.apply(new Sub(), self(), other);
    }

    /** {@link Sub}: {@code this - other}. */
    default Value sub(double other) {
      return sub(self().scalar(other));
    }

    /** {@link Mul}: {@code this * other}. */
    default Value mul(Value other) {
      return Broadcasting.apply(new Mul(), self(), other);
    }

    /** {@link Mul}: {@code this * other}. */
    default Value mul(double other) {
      return mul(self().scalar(other));
    }

    /** {@link Div}: {@code this / other}. */
    default Value div(Value other) {
      return Broadcasting.apply(new Div(), self(), other);
    }

    /** {@link Div}: {@code this / other}. */
    default Value div(double other) {
      return div(self().scalar(other));
    }

    /** {@link Pow}: {@code this ^ exponent}. */
    default Value pow(Value exponent) {
      return Broadcasting.apply(new Pow(), self(), exponent);
    }

    /** {@link Pow}: {@code this ^ exponent}. */
    default Value pow(double exponent) {
      return pow(self().scalar(exponent));
    }

    /** {@link Max}: the larger of {@code this} and {@code other}. */
    default Value max(Value other) {
      return Broadcasting.apply(new Max(), self(), other);
    }

    /** {@link Max}: the larger of {@code this} and {@code other}. */
    default Value max(double other) {
      return max(self().scalar(other));
    }

    /** {@link Min}: the smaller of {@code this} and {@code other}. */
    default Value min(Value other) {
      return Broadcasting.apply(new Min(), self(), other);
    }

    /** {@link Min}: the smaller of {@code this} and {@code other}. */
    default Value min(double other) {
      return min(self().scalar(other));
    }

    /** {@link Mod}: the remainder of {@code this} by {@code other}. */
    default Value mod(Value other) {
      return Broadcasting.apply(new Mod(), self(), other);
    }

    /** {@link Mod}: the remainder of {@code this} by {@code other}. */
    default Value mod(double other) {
      return mod(self().scalar(other));
    }

    /** {@code max(0, this)}; at 0 the gradient is 0. */
    default Value relu() {
      return Broadcasting.apply(new Max(), self().scalar(0), self());
    }
  }
}
