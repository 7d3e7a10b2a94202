package dev.adjoint.optimize;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The algebra of elementwise operators. The rules that may round otherwise are those that XLA
 * applies without being asked for fast arithmetic; sums of floating point are never regrouped, and
 * nothing is assumed about NaN, infinities or overflow.
 */
final class AlgebraicRules {
  static final List<Rule> TABLE =
      Stream.of(Row.values()).map(row -> new Rule(row.rewrite, row.exactness, row)).toList();

  private AlgebraicRules() {}

  /**
   * The rows of the table. Constants of one class, since each start would link a method reference
   * for each row.
   */
  private enum Row implements Rewrite {
    REPEATED_CONSTANT(
        Exactness.BITS, "constant that repeats its elements along axes => broadcast(constant)"),
    NEUTRAL(Exactness.BITS, "x + -0.0, x - 0.0, int x + 0, x * 1, x / 1, x ^ 1 => x"),
    ADD_ZERO(Exactness.BITS, "x + 0.0 => x, where x is never -0.0"),
    ABSORBED(Exactness.BITS, "x ^ 0 => 1; int x * 0 => 0; int x - x => 0"),
    NEGATION(Exactness.BITS, "x * -1, x / -1, -0.0 - x => -x"),
    UNARY_PAIRS(
        Exactness.BITS,
        "-(-x) => x; not(not x) => x; |(-x)|, | |x| | => |x|; floor(floor x) => floor x"),
    SIGNS_OF_SUM(Exactness.BITS, "x + -y => x - y; x - -y => x + y; -x + y => y - x"),
    SIGNS_OF_PRODUCT(
        Exactness.BITS, "-x * -y => x * y; -x / -y => x / y; -x * c => x * -c; -x / c => x / -c"),
    DIVIDE_BY_POWER_OF_TWO(Exactness.BITS, "x / c => x * (1/c), where c is a power of two"),
    IDEMPOTENT(Exactness.BITS, "max(x, x), min(x, x), x and x, x or x => x"),
    EXTREMES_OF_CONSTANTS(Exactness.BITS, "max(max(x, c), d) => max(x, max(c, d)), and so for min"),
    INTEGER_CHAINS(Exactness.BITS, "int (x * c) * d => x * (c * d), and so for +"),
    CLAMP(Exactness.BITS, "min(max(x, c), d) => clamp(x, c, d)"),
    SELECT(
        Exactness.BITS,
        "select(c, x, x) => x; select(true, x, y) => x; select(not c, x, y) => select(c, y,"
            + " x)"),
    NESTED_SELECT(Exactness.BITS, "select(c, select(c, x, _), y) => select(c, x, y), and so for y"),
    CONNECTIVES(
        Exactness.BITS,
        "c and true, c or false, c xor false => c; c and false => false; c or true => true; c"
            + " xor true => not c"),
    NEGATED_COMPARISON(
        Exactness.BITS,
        "not(x == y) => x != y, and the reverse; not(x < y) => x >= y for integers"),
    CASTS(Exactness.BITS, "cast(cast(x, wider), d) => cast(x, d); cast(x, own) => x"),
    PRODUCT_CHAINS(
        Exactness.ROUNDING, "(x * c) * d => x * (c * d), where c * d is a normal number"),
    QUOTIENT_CHAINS(
        Exactness.ROUNDING, "(x * c) / d => x * (c / d), where c / d is a normal number"),
    POWERS(Exactness.ROUNDING, "x ^ 2 => x * x; x ^ 3 => x * x * x; x ^ -1 => 1 / x");

    private final Exactness exactness;
    private final String rewrite;

    Row(Exactness exactness, String rewrite) {
      this.exactness = exactness;
      this.rewrite = rewrite;
    }

    @Override
    public Value apply(Value y, Readers readers) {
      return switch (this) {
        case REPEATED_CONSTANT -> repeatedConstant(y);
        case NEUTRAL -> neutral(y);
        case ADD_ZERO -> addZero(y);
        case ABSORBED -> absorbed(y);
        case NEGATION -> negation(y);
        case UNARY_PAIRS -> unaryPairs(y);
        case SIGNS_OF_SUM -> signsOfSum(y);
        case SIGNS_OF_PRODUCT -> signsOfProduct(y);
        case DIVIDE_BY_POWER_OF_TWO -> divideByPowerOfTwo(y);
        case IDEMPOTENT -> idempotent(y);
        case EXTREMES_OF_CONSTANTS -> extremesOfConstants(y);
        case INTEGER_CHAINS -> integerChains(y);
        case CLAMP -> clamp(y);
        case SELECT -> select(y);
        case NESTED_SELECT -> nestedSelect(y);
        case CONNECTIVES -> connectives(y);
        case NEGATED_COMPARISON -> negatedComparison(y);
        case CASTS -> casts(y);
        case PRODUCT_CHAINS -> productChains(y);
        case QUOTIENT_CHAINS -> quotientChains(y);
        case POWERS -> powers(y);
      };
    }
  }

  private static Value like(Value y, Tensor scalar) {
    return y.builder().constant(scalar).broadcast(y.shape());
  }

  private static Value like(Value y, double number) {
    return y.like(number);
  }

  private static Value repeatedConstant(Value y) {
    if (!(y.op() instanceof Source.Constant(var tensor))) {
      return y;
    }
    Tensor smallest = Repetition.without(tensor);
    return smallest.shape().equals(tensor.shape())
        ? y
        : y.builder().constant(smallest).broadcast(y.shape());
  }

  /**
   * The operand that is not uniformly {@code number}, of a commutative operator with one that is.
   */
  private static Optional<Value> beside(Value y, double number) {
    if (Uniform.is(y.operand(1), number)) {
      return Optional.of(y.operand(0));
    }
    return Uniform.is(y.operand(0), number) ? Optional.of(y.operand(1)) : Optional.empty();
  }

  private static Value neutral(Value y) {
    boolean floating = y.dtype().isFloating();
    return switch (y.op()) {
      case Arithmetic.Add _ -> beside(y, floating ? -0.0 : 0.0).orElse(y);
      case Arithmetic.Mul _ -> beside(y, 1).orElse(y);
      case Arithmetic.Sub _ -> Uniform.is(y.operand(1), 0.0) ? y.operand(0) : y;
      case Arithmetic.Div _, Arithmetic.Pow _ -> Uniform.is(y.operand(1), 1) ? y.operand(0) : y;
      default -> y;
    };
  }

  private static Value addZero(Value y) {
    return y.op() instanceof Arithmetic.Add
        ? beside(y, 0.0).filter(AlgebraicRules::isNeverNegativeZero).orElse(y)
        : y;
  }

  private static boolean isNeverNegativeZero(Value x) {
    return switch (x.op()) {
      case Pointwise.Exp _, Pointwise.Sigmoid _, Pointwise.Softplus _, Pointwise.Abs _ -> true;
      case Arithmetic.Max _ -> isPositiveOrZero(x.operand(0)) || isPositiveOrZero(x.operand(1));
      case Arithmetic.Mul _ -> x.operand(0).equals(x.operand(1));
      case Control.Cast _ -> !x.operand(0).dtype().isFloating();
      default -> false;
    };
  }

  /** Known to be a number that is not below 0.0. */
  private static boolean isPositiveOrZero(Value x) {
    return Uniform.number(x).filter(n -> Double.compare(n, 0.0) >= 0 && !n.isNaN()).isPresent();
  }

  private static Value absorbed(Value y) {
    return switch (y.op()) {
      case Arithmetic.Pow _ when Uniform.is(y.operand(1), 0.0) -> like(y, 1);
      case Arithmetic.Mul _ when y.dtype().isInteger() && beside(y, 0).isPresent() -> like(y, 0);
      case Arithmetic.Sub _ when y.dtype().isInteger() && y.operand(0).equals(y.operand(1)) ->
          like(y, 0);
      default -> y;
    };
  }

  private static Value negation(Value y) {
    return switch (y.op()) {
      case Arithmetic.Mul _ -> beside(y, -1).map(Value::neg).orElse(y);
      case Arithmetic.Div _ when y.dtype().isFloating() && Uniform.is(y.operand(1), -1) ->
          y.operand(0).neg();
      case Arithmetic.Sub _ when Uniform.is(y.operand(0), y.dtype().isFloating() ? -0.0 : 0.0) ->
          y.operand(1).neg();
      default -> y;
    };
  }

  private static Value unaryPairs(Value y) {
    return switch (y.op()) {
      case Pointwise.Neg _ when isNegation(y.operand(0)) -> y.operand(0).operand(0);
      case Logic.Not _ when y.operand(0).op() instanceof Logic.Not -> y.operand(0).operand(0);
      case Pointwise.Abs _ when isNegation(y.operand(0)) -> y.operand(0).operand(0).abs();
      case Pointwise.Abs _, Pointwise.Floor _, Pointwise.Ceil _, Pointwise.Round _, Pointwise.Sign _
          when y.operand(0).op().equals(y.op()) ->
          y.operand(0);
      default -> y;
    };
  }

  private static boolean isNegation(Value x) {
    return x.op() instanceof Pointwise.Neg;
  }

  private static Value signsOfSum(Value y) {
    return switch (y.op()) {
      case Arithmetic.Add _ when isNegation(y.operand(1)) ->
          y.operand(0).sub(y.operand(1).operand(0));
      case Arithmetic.Add _ when isNegation(y.operand(0)) ->
          y.operand(1).sub(y.operand(0).operand(0));
      case Arithmetic.Sub _ when isNegation(y.operand(1)) ->
          y.operand(0).add(y.operand(1).operand(0));
      default -> y;
    };
  }

  private static Value signsOfProduct(Value y) {
    return switch (y.op()) {
      case Arithmetic.Mul _ -> signsOfProduct(y, Value::mul);
      case Arithmetic.Div _ when y.dtype().isFloating() -> signsOfProduct(y, Value::div);
      default -> y;
    };
  }

  private static Value signsOfProduct(Value y, BinaryOperator<Value> operator) {
    Value a = y.operand(0);
    Value b = y.operand(1);
    if (isNegation(a) && isNegation(b)) {
      return operator.apply(a.operand(0), b.operand(0));
    }
    if (!y.dtype().isFloating()) {
      return y;
    }
    if (isNegation(a) && Uniform.of(b).isPresent()) {
      return operator.apply(a.operand(0), negated(b));
    }
    if (isNegation(b) && Uniform.of(a).isPresent()) {
      return operator.apply(negated(a), b.operand(0));
    }
    return y;
  }

  private static Value negated(Value uniform) {
    return like(uniform, -Uniform.number(uniform).orElseThrow());
  }

  private static Value divideByPowerOfTwo(Value y) {
    if (!(y.op() instanceof Arithmetic.Div) || !y.dtype().isFloating()) {
      return y;
    }
    return Uniform.number(y.operand(1))
        .filter(c -> isPowerOfTwo(c) && isNormal(1 / c, y.dtype()))
        .map(c -> y.operand(0).mul(1 / c))
        .orElse(y);
  }

  private static boolean isPowerOfTwo(double c) {
    return isNormal(c, DType.FLOAT64) && (Double.doubleToRawLongBits(c) & 0xfffffffffffffL) == 0;
  }

  /** Neither zero nor subnormal, infinite or NaN in the dtype. */
  private static boolean isNormal(double number, DType dtype) {
    double magnitude = Math.abs(number);
    return dtype == DType.FLOAT32
        ? magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE
        : magnitude >= Double.MIN_NORMAL && magnitude <= Double.MAX_VALUE;
  }

  private static Value idempotent(Value y) {
    return switch (y.op()) {
      case Arithmetic.Max _, Arithmetic.Min _, Logic.And _, Logic.Or _
          when y.operand(0).equals(y.operand(1)) ->
          y.operand(0);
      default -> y;
    };
  }

  /** A commutative operator's operands as the one that varies and the one that is uniform. */
  private record WithConstant(Value varying, Tensor constant) {
    static Optional<WithConstant> of(Value y, Class<? extends Op> op) {
      if (!op.isInstance(y.op())) {
        return Optional.empty();
      }
      Optional<Tensor> right = Uniform.of(y.operand(1));
      return right.isPresent()
          ? right.map(c -> new WithConstant(y.operand(0), c))
          : Uniform.of(y.operand(0)).map(c -> new WithConstant(y.operand(1), c));
    }

    Value scalar(Value y) {
      return y.builder().constant(constant);
    }
  }

  /**
   * {@code (x op c) op d => x op (c op d)}, the constants combined by another node. Of three
   * constants the rule would move one after the other for ever; they are folded.
   */
  private static Value regrouped(Value y, Class<? extends Op> op, BinaryOperator<Value> operator) {
    return WithConstant.of(y, op)
        .flatMap(outer ->
            WithConstant.of(outer.varying(), op)
                .filter(inner -> Uniform.of(inner.varying()).isEmpty())
                .map(inner ->
                    operator.apply(
                        inner.varying(), operator.apply(inner.scalar(y), outer.scalar(y)))))
        .orElse(y);
  }

  private static Value extremesOfConstants(Value y) {
    return switch (y.op()) {
      case Arithmetic.Max _ -> regrouped(y, Arithmetic.Max.class, Value::max);
      case Arithmetic.Min _ -> regrouped(y, Arithmetic.Min.class, Value::min);
      default -> y;
    };
  }

  private static Value integerChains(Value y) {
    return switch (y.op()) {
      case Arithmetic.Mul _ when y.dtype().isInteger() ->
          regrouped(y, Arithmetic.Mul.class, Value::mul);
      case Arithmetic.Add _ when y.dtype().isInteger() ->
          regrouped(y, Arithmetic.Add.class, Value::add);
      default -> y;
    };
  }

  private static Value clamp(Value y) {
    return WithConstant.of(y, Arithmetic.Min.class)
        .flatMap(outer ->
            WithConstant.of(outer.varying(), Arithmetic.Max.class)
                .map(inner ->
                    y.builder()
                        .add(
                            new Logic.Clamp(),
                            inner.varying(),
                            like(y, inner.constant()),
                            like(y, outer.constant()))))
        .orElse(y);
  }

  private static Value select(Value y) {
    if (!(y.op() instanceof Logic.Select)) {
      return y;
    }
    Value condition = y.operand(0);
    if (y.operand(1).equals(y.operand(2)) || Uniform.isTrue(condition)) {
      return y.operand(1);
    }
    if (Uniform.isFalse(condition)) {
      return y.operand(2);
    }
    return condition.op() instanceof Logic.Not
        ? Logic.select(condition.operand(0), y.operand(2), y.operand(1))
        : y;
  }

  private static Value nestedSelect(Value y) {
    if (!(y.op() instanceof Logic.Select)) {
      return y;
    }
    Value condition = y.operand(0);
    Value a = y.operand(1);
    Value b = y.operand(2);
    if (a.op() instanceof Logic.Select && a.operand(0).equals(condition)) {
      return Logic.select(condition, a.operand(1), b);
    }
    if (b.op() instanceof Logic.Select && b.operand(0).equals(condition)) {
      return Logic.select(condition, a, b.operand(2));
    }
    return y;
  }

  private static Value connectives(Value y) {
    return switch (y.op()) {
      case Logic.And _ when beside(y, 0).isPresent() -> like(y, Tensor.scalar(false));
      case Logic.Or _ when beside(y, 1).isPresent() -> like(y, Tensor.scalar(true));
      case Logic.And _ -> beside(y, 1).orElse(y);
      case Logic.Or _ -> beside(y, 0).orElse(y);
      case Logic.Xor _ -> beside(y, 0).or(() -> beside(y, 1).map(Value::not)).orElse(y);
      default -> y;
    };
  }

  private static Value negatedComparison(Value y) {
    if (!(y.op() instanceof Logic.Not)) {
      return y;
    }
    Value compared = y.operand(0);
    boolean ordered = compared.operands().size() == 2 && compared.operand(0).dtype().isInteger();
    return switch (compared.op()) {
      case Logic.Equal _ -> compared.operand(0).ne(compared.operand(1));
      case Logic.NotEqual _ -> compared.operand(0).eq(compared.operand(1));
      case Logic.Less _ when ordered -> compared.operand(0).ge(compared.operand(1));
      case Logic.LessEqual _ when ordered -> compared.operand(0).gt(compared.operand(1));
      case Logic.Greater _ when ordered -> compared.operand(0).le(compared.operand(1));
      case Logic.GreaterEqual _ when ordered -> compared.operand(0).lt(compared.operand(1));
      default -> y;
    };
  }

  private static Value casts(Value y) {
    if (!(y.op() instanceof Control.Cast(var dtype))) {
      return y;
    }
    Value x = y.operand(0);
    if (x.dtype() == dtype) {
      return x;
    }
    return x.op() instanceof Control.Cast && holdsExactly(x.dtype(), x.operand(0).dtype())
        ? x.operand(0).cast(dtype)
        : y;
  }

  private static boolean holdsExactly(DType wide, DType narrow) {
    return switch (narrow) {
      case BOOL -> true;
      case INT32 -> wide == DType.INT64 || wide == DType.FLOAT64;
      case FLOAT32 -> wide == DType.FLOAT64;
      case INT64, FLOAT64 -> false;
    };
  }

  private static Value productChains(Value y) {
    return WithConstant.of(y, Arithmetic.Mul.class)
        .filter(_ -> y.dtype().isFloating())
        .flatMap(outer ->
            WithConstant.of(outer.varying(), Arithmetic.Mul.class)
                .flatMap(inner ->
                    scaled(
                        y, inner.varying(), number(inner.constant()) * number(outer.constant()))))
        .orElse(y);
  }

  private static Value quotientChains(Value y) {
    if (!(y.op() instanceof Arithmetic.Div) || !y.dtype().isFloating()) {
      return y;
    }
    return Uniform.number(y.operand(1))
        .flatMap(divisor ->
            WithConstant.of(y.operand(0), Arithmetic.Mul.class)
                .flatMap(inner -> scaled(y, inner.varying(), number(inner.constant()) / divisor)))
        .orElse(y);
  }

  private static Optional<Value> scaled(Value y, Value x, double factor) {
    return isNormal(factor, y.dtype()) ? Optional.of(x.mul(factor)) : Optional.empty();
  }

  private static double number(Tensor scalar) {
    return scalar.cast(DType.FLOAT64).getDouble(0);
  }

  private static Value powers(Value y) {
    if (!(y.op() instanceof Arithmetic.Pow) || !y.dtype().isFloating()) {
      return y;
    }
    Value x = y.operand(0);
    if (Uniform.is(y.operand(1), 2)) {
      return x.mul(x);
    }
    if (Uniform.is(y.operand(1), 3)) {
      return x.mul(x).mul(x);
    }
    return Uniform.is(y.operand(1), -1) ? x.like(1).div(x) : y;
  }
}
