package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Comparisons, logical operators and choices, elementwise. The bits are the same on any number of
 * threads.
 */
public sealed interface Logic extends Primitive {
  /** What a BOOL result answers when asked for its derivative. */
  String BOOLEAN_RESULT = "its result is true or false, which does not vary smoothly";

  /**
   * Compares two values of one type; result: BOOL of the same shape. IEEE 754: a comparison with
   * NaN is false, except that it is not equal to anything; -0.0 equals 0.0.
   */
  sealed interface Comparison extends Logic, NotDifferentiable {
    @Override
    default TensorType infer(Operands in) {
      TensorType type = in.same(2);
      in.numeric(0);
      return type.withDType(DType.BOOL);
    }

    @Override
    default String reasonNotDifferentiable() {
      return BOOLEAN_RESULT;
    }
  }

  /** Combines values of BOOL and one shape; result: the same type. */
  sealed interface Connective extends Logic, NotDifferentiable {
    @Override
    default TensorType infer(Operands in) {
      TensorType type = in.same(2);
      in.dtype(0, d -> d == DType.BOOL, "BOOL");
      return type;
    }

    @Override
    default String reasonNotDifferentiable() {
      return BOOLEAN_RESULT;
    }
  }

  /** Whether {@code a} is equal to {@code b}; also for BOOL. */
  record Equal() implements Comparison {
    @Override
    public TensorType infer(Operands in) {
      return in.same(2).withDType(DType.BOOL);
    }
  }

  /** Whether {@code a} is not equal to {@code b}; also for BOOL. */
  record NotEqual() implements Comparison {
    @Override
    public TensorType infer(Operands in) {
      return in.same(2).withDType(DType.BOOL);
    }
  }

  /** Whether {@code a} is less than {@code b}. */
  record Less() implements Comparison {}

  /** Whether {@code a} is less or equal {@code b}. */
  record LessEqual() implements Comparison {}

  /** Whether {@code a} is greater than {@code b}. */
  record Greater() implements Comparison {}

  /** Whether {@code a} is greater or equal {@code b}. */
  record GreaterEqual() implements Comparison {}

  /** Whether both are true. */
  record And() implements Connective {}

  /** Whether at least one is true. */
  record Or() implements Connective {}

  /** Whether exactly one is true. */
  record Xor() implements Connective {}

  /** True where the only operand is false. */
  record Not() implements Connective {
    @Override
    public TensorType infer(Operands in) {
      TensorType type = in.single();
      in.dtype(0, d -> d == DType.BOOL, "BOOL");
      return type;
    }
  }

  /**
   * {@code y = condition ? a : b}. Operands: {@code condition} BOOL, {@code a} and {@code b} of one
   * type, any dtype. (C1) All have one shape. Moves elements: exact, and a NaN that is not chosen
   * does no harm. Gradient: dy where chosen, else 0.
   */
  record Select() implements Logic, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      in.count(3);
      in.dtype(0, d -> d == DType.BOOL, "BOOL");
      boolean fits = in.get(1).equals(in.get(2)) && in.get(0).shape().equals(in.get(1).shape());
      in.require(
          "C1",
          fits,
          "the condition and both choices must have one shape, and the choices one dtype.");
      return in.get(1);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value condition = at.operand(0);
      return at.answers(
          Cotangent.Rule.zero(),
          Vjp.rule(() -> Logic.select(condition, at.dy(), at.dy().like(0))),
          Vjp.rule(() -> Logic.select(condition, at.dy().like(0), at.dy())));
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * {@code y = min(max(x, low), high)}: NaN if any is NaN, and {@code high} where low is above
   * high. Operands {@code x}, {@code low}, {@code high}: one numeric type. Gradient: dy to x where
   * low &lt;= x &lt;= high, to low where x &lt; low, to high where x &gt; high or low &gt; high.
   */
  record Clamp() implements Logic, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      TensorType type = in.same(3);
      in.numeric(0);
      return type;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value x = at.x();
      Value low = at.operand(1);
      Value high = at.operand(2);
      Value zero = at.dy().like(0);
      Value atHigh = x.max(low).gt(high);
      Value atLow = x.lt(low).and(atHigh.not());
      return at.cotangents(
          () -> Logic.select(atHigh.or(atLow), zero, at.dy()),
          () -> Logic.select(atLow, at.dy(), zero),
          () -> Logic.select(atHigh, at.dy(), zero));
    }
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Equal}. */
    default Value eq(Value other) {
      return Broadcasting.apply(new Equal(), self(), other);
    }

    /** {@link Equal}, with a number. */
    default Value eq(double other) {
      return eq(self().scalar(other));
    }

    /** {@link NotEqual}. */
    default Value ne(Value other) {
      return Broadcasting.apply(new NotEqual(), self(), other);
    }

    /** {@link NotEqual}, with a number. */
    default Value ne(double other) {
      return ne(self().scalar(other));
    }

    /** {@link Less}. */
    default Value lt(Value other) {
      return Broadcasting.apply(new Less(), self(), other);
    }

    /** {@link Less}, with a number. */
    default Value lt(double other) {
      return lt(self().scalar(other));
    }

    /** {@link LessEqual}. */
    default Value le(Value other) {
      return Broadcasting.apply(new LessEqual(), self(), other);
    }

    /** {@link LessEqual}, with a number. */
    default Value le(double other) {
      return le(self().scalar(other));
    }

    /** {@link Greater}. */
    default Value gt(Value other) {
      return Broadcasting.apply(new Greater(), self(), other);
    }

    /** {@link Greater}, with a number. */
    default Value gt(double other) {
      return gt(self().scalar(other));
    }

    /** {@link GreaterEqual}. */
    default Value ge(Value other) {
      return Broadcasting.apply(new GreaterEqual(), self(), other);
    }

    /** {@link GreaterEqual}, with a number. */
    default Value ge(double other) {
      return ge(self().scalar(other));
    }

    /** {@link And}. */
    default Value and(Value other) {
      return Broadcasting.apply(new And(), self(), other);
    }

    /** {@link Or}. */
    default Value or(Value other) {
      return Broadcasting.apply(new Or(), self(), other);
    }

    /** {@link Xor}. */
    default Value xor(Value other) {
      return Broadcasting.apply(new Xor(), self(), other);
    }

    /** {@link Not}. */
    default Value not() {
      return self().builder().add(new Not(), self());
    }

    /** {@link Clamp}: this, but not below {@code low} nor above {@code high}. */
    default Value clamp(Value low, Value high) {
      return Broadcasting.apply(new Clamp(), self(), low, high);
    }

    /** {@link Clamp}: this, but not below {@code low} nor above {@code high}. */
    default Value clamp(double low, double high) {
      return clamp(self().scalar(low), self().scalar(high));
    }
  }

  /** {@link Select}: {@code condition ? whenTrue : whenFalse}, broadcast together. */
  static Value select(Value condition, Value whenTrue, Value whenFalse) {
    return Broadcasting.apply(new Select(), condition, whenTrue, whenFalse);
  }
}
