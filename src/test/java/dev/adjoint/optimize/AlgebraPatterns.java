package dev.adjoint.optimize;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.Operand;
import dev.adjoint.check.generate.OperatorSample;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.LongStream;

/** Elementwise expressions that the rules of algebra look for, and ones that nearly are. */
final class AlgebraPatterns {
  /** What a chain does next to x, with another value of its type and a number. */
  @FunctionalInterface
  private interface Step {
    Value apply(Value x, Value z, double number);
  }

  private static final List<Step> FLOATING =
      List.of(
          (x, _, c) -> x.mul(c),
          (x, _, c) -> x.div(c),
          (x, _, c) -> x.add(c),
          (x, _, c) -> x.sub(c),
          (x, _, c) -> x.scalar(c).sub(x),
          (x, _, c) -> x.max(c),
          (x, _, c) -> x.min(c),
          (x, _, c) -> x.pow(c),
          (x, _, _) -> x.neg(),
          (x, _, _) -> x.abs(),
          (x, _, _) -> x.floor(),
          (x, _, _) -> x.abs().add(0.0),
          (x, _, _) -> x.relu().add(0.0),
          (x, _, c) -> x.max(c).min(c + 1),
          (x, _, c) -> x.max(c).max(2),
          (x, _, c) -> x.min(c).min(2),
          (x, _, _) -> x.max(x),
          (x, z, _) -> x.add(z.neg()),
          (x, z, _) -> x.neg().add(z),
          (x, z, _) -> x.sub(z.neg()),
          (x, z, _) -> x.neg().mul(z.neg()),
          (x, z, _) -> x.neg().div(z.neg()));

  private static final List<Step> WHOLE =
      List.of(
          (x, _, c) -> x.mul(c),
          (x, _, c) -> x.add(c),
          (x, _, c) -> x.sub(c),
          (x, _, c) -> x.max(c),
          (x, _, c) -> x.min(c),
          (x, _, c) -> x.mul(3).mul(c),
          (x, _, c) -> x.add(2).add(c),
          (x, _, _) -> x.neg(),
          (x, _, _) -> x.sub(x),
          (x, z, _) -> x.sub(z.neg()));

  /** Of moderate numbers they make moderate ones, and none is where they jump. */
  private static final List<Step> SMOOTH =
      List.of(
          (x, _, c) -> x.mul(c),
          (x, _, c) -> x.div(c),
          (x, _, c) -> x.mul(c).div(3),
          (x, _, _) -> x.pow(2),
          (x, _, _) -> x.pow(3),
          (x, _, _) -> x.mul(x).add(1).pow(-1),
          (x, z, _) -> x.sub(z.neg()));

  private static final List<Double> NUMBERS = List.of(-1.0, 0.0, -0.0, 1.0, 2.0, 3.0, 0.5, 1e30);
  private static final List<Double> WHOLE_NUMBERS = List.of(-1.0, 0.0, 1.0, 2.0, 3.0);
  private static final List<Double> FACTORS = List.of(2.0, -3.0, 0.5, 1.5);

  private AlgebraPatterns() {}

  static List<OperatorSampler> all() {
    return List.of(
        Patterns.of(choices -> chain(choices, choices.floating(), FLOATING, NUMBERS)),
        Patterns.of(choices -> chain(choices, choices.integer(), WHOLE, WHOLE_NUMBERS)),
        Patterns.of(AlgebraPatterns::connectives),
        Patterns.of(AlgebraPatterns::negatedComparison),
        Patterns.of(AlgebraPatterns::selection),
        Patterns.of(AlgebraPatterns::casts),
        Patterns.of(AlgebraPatterns::repeatedConstant),
        Patterns.of(AlgebraPatterns::steering),
        Patterns.of(AlgebraPatterns::reluAndItsMask),
        Patterns.of(AlgebraPatterns::reluAndItsMask),
        Patterns.of(AlgebraPatterns::twice));
  }

  static List<OperatorSampler> smooth() {
    return List.of(
        Patterns.of(choices -> chain(choices, choices.floating(), SMOOTH, FACTORS)),
        Patterns.of(AlgebraPatterns::twice),
        Patterns.of(AlgebraPatterns::repeatedConstant));
  }

  private static OperatorSample chain(
      Choices choices, DType dtype, List<Step> kinds, List<Double> numbers) {
    TensorType type = choices.type(dtype);
    List<BinaryOperator<Value>> steps =
        choices.several(
            2,
            5,
            () -> {
              Step kind = choices.among(kinds);
              double number = choices.among(numbers);
              return (x, z) -> kind.apply(x, z, number);
            });
    return Patterns.binary(type, type, (x, z) -> inTurn(steps, x, z));
  }

  private static OperatorSample connectives(Choices choices) {
    boolean known = choices.chance(50);
    List<BinaryOperator<Value>> steps =
        choices.several(
            1,
            3,
            () ->
                choices.among(
                    (c, truth) -> c.and(truth),
                    (c, truth) -> truth.or(c),
                    (c, truth) -> c.xor(truth),
                    (c, _) -> c.not().not(),
                    (c, _) -> c.or(c)));
    return Patterns.unary(
        choices.type(DType.BOOL),
        c -> inTurn(steps, c, c.builder().constant(Tensor.scalar(known)).broadcast(c.shape())));
  }

  private static Value inTurn(List<BinaryOperator<Value>> steps, Value x, Value z) {
    Value y = x;
    for (BinaryOperator<Value> step : steps) {
      y = step.apply(y, z);
    }
    return y;
  }

  private static OperatorSample negatedComparison(Choices choices) {
    TensorType type = choices.type(choices.numeric());
    BinaryOperator<Value> compared =
        choices.among(
            (x, z) -> x.eq(z),
            (x, z) -> x.ne(z),
            (x, z) -> x.lt(z),
            (x, z) -> x.le(z),
            (x, z) -> x.gt(z),
            (x, z) -> x.ge(z));
    return Patterns.binary(type, type, (x, z) -> compared.apply(x, z).not());
  }

  private static OperatorSample selection(Choices choices) {
    TensorType type = choices.type(choices.dtype());
    int kind = choices.between(0, 5);
    return new OperatorSample(
        List.of(Operand.of(type.withDType(DType.BOOL)), Operand.of(type), Operand.of(type)),
        (g, values) -> {
          Value c = values.get(0);
          Value x = values.get(1);
          Value z = values.get(2);
          Value truth = g.constant(Tensor.scalar(kind == 0)).broadcast(c.shape());
          return switch (kind) {
            case 0, 1 -> Logic.select(truth, x, z);
            case 2 -> Logic.select(c, x, x);
            case 3 -> Logic.select(c.not(), x, z);
            case 4 -> Logic.select(c, Logic.select(c, x, z), z);
            default -> Logic.select(c, z, Logic.select(c, x, z));
          };
        });
  }

  private static OperatorSample casts(Choices choices) {
    DType first = choices.among(DType.values());
    DType second = choices.dtype();
    return Patterns.unary(choices.type(choices.dtype()), x -> x.cast(first).cast(second));
  }

  /** Of one number, of one row again and again, or of different numbers. */
  private static OperatorSample repeatedConstant(Choices choices) {
    Shape shape = Patterns.knownShape(choices, 1, 3);
    double number = choices.among(FACTORS);
    DType dtype = choices.floating();
    int axis = choices.axis(shape.rank());
    long inner =
        shape.dims().subList(axis, shape.rank()).stream()
            .mapToLong(Dim::value)
            .reduce(1, (a, b) -> a * b);
    double[] rows =
        LongStream.range(0, shape.elementCount()).mapToDouble(i -> number + i % inner).toArray();
    Tensor constant =
        choices.chance(50)
            ? Tensor.fill(dtype, shape, number)
            : Tensor.of(rows, shape.sizes()).cast(dtype);
    return Patterns.unary(new TensorType(dtype, shape), x -> x.mul(x.builder().constant(constant)));
  }

  /** What steers differentiation. */
  private static OperatorSample steering(Choices choices) {
    int kind = choices.between(0, 3);
    return Patterns.unary(
        choices.type(choices.floating()),
        x ->
            switch (kind) {
              case 0 -> x.identity().neg();
              case 1 -> x.stopGradient().neg();
              case 2 -> Control.recompute(x.builder(), () -> x.neg().abs());
              default ->
                  Control.customGradient(
                      List.of(x), values -> values.getFirst().neg(), (_, dy) -> List.of(dy.neg()));
            });
  }

  private static OperatorSample reluAndItsMask(Choices choices) {
    TensorType type = choices.type(choices.floating());
    int kind = choices.between(0, 4);
    return Patterns.binary(
        type,
        type,
        (x, v) -> {
          Value z = x.add(v);
          Value relu = kind == 0 ? z.relu() : z.scalar(0).max(z);
          Value mask =
              switch (kind) {
                case 0 -> z.gt(0);
                case 1 -> z.le(0);
                case 2 -> z.scalar(0).lt(z);
                case 3 -> z.scalar(0).ge(z);
                default -> z.lt(0);
              };
          return Logic.select(mask, v, relu);
        });
  }

  private static OperatorSample twice(Choices choices) {
    return Patterns.unary(choices.type(choices.floating()), x -> x.tanh().add(x.tanh().mul(0.5)));
  }
}
