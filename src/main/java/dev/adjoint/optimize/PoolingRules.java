package dev.adjoint.optimize;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What is done to the gradient of a maximum pooling is done before it is scattered, when there are
 * fewer elements of it.
 */
final class PoolingRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact(
              "select(x < c, 0, maxPoolScatter(x, v)) => maxPoolScatter(x, select(maxPool(x) < c,"
                  + " 0, v)), and so for every comparison with one number and either order",
              PoolingRules::maskOfScatter),
          Rule.rounding(
              "sum(maxPoolScatter(x, v)) over all pooled axes => sum(v), where no window is all"
                  + " padding",
              PoolingRules::sumOfScatter));

  private PoolingRules() {}

  /**
   * A scattered value stands where x is the maximum of its window, so x and the maximum compare
   * alike; everywhere else there are zeros, which a selected zero does not change.
   */
  private static Value maskOfScatter(Value y) {
    if (!(y.op() instanceof Logic.Select) || !(y.operand(0).op() instanceof Logic.Comparison)) {
      return y;
    }
    boolean zeroFirst = Uniform.is(y.operand(1), 0);
    Value scatter = y.operand(zeroFirst ? 2 : 1);
    Value zero = y.operand(zeroFirst ? 1 : 2);
    if (!Uniform.is(zero, 0) || !(scatter.op() instanceof Pooling.MaxPoolScatter op)) {
      return y;
    }
    Value x = scatter.operand(0);
    Value v = scatter.operand(1);
    Optional<Value> mask = ofMaxima(y.operand(0), x, op);
    return mask.map(m -> scattered(op, x, select(m, v, zeroFirst))).orElse(y);
  }

  private static Value select(Value mask, Value v, boolean zeroFirst) {
    Value zero = v.like(0);
    return v.builder().add(new Logic.Select(), mask, zeroFirst ? zero : v, zeroFirst ? v : zero);
  }

  private static Value scattered(Pooling.MaxPoolScatter op, Value x, Value v) {
    return v.builder().add(op, x, v);
  }

  /** The comparison of x with a number, made of the maxima of x instead. */
  private static Optional<Value> ofMaxima(Value mask, Value x, Pooling.MaxPoolScatter op) {
    int place = mask.operands().indexOf(x);
    if (place < 0) {
      return Optional.empty();
    }
    Optional<Tensor> number = Uniform.of(mask.operand(1 - place));
    if (number.isEmpty()) {
      return Optional.empty();
    }
    GraphBuilder builder = mask.builder();
    Value maxima = builder.add(new Pooling.MaxPool(op.sizes(), op.window()), x);
    Value compared = builder.constant(number.get()).broadcast(maxima.shape());
    return Optional.of(
        place == 0
            ? builder.add(mask.op(), maxima, compared)
            : builder.add(mask.op(), compared, maxima));
  }

  private static Value sumOfScatter(Value y) {
    boolean fits =
        y.op() instanceof Reduction.ReduceSum
            && y.operand(0).op() instanceof Pooling.MaxPoolScatter
            && y.dtype().isFloating();
    if (!fits) {
      return y;
    }
    Reduction.ReduceSum sum = (Reduction.ReduceSum) y.op();
    Pooling.MaxPoolScatter op = (Pooling.MaxPoolScatter) y.operand(0).op();
    for (int axis = 0; axis < op.sizes().size(); axis++) {
      WindowAxis window = op.window().get(axis);
      boolean still = op.sizes().get(axis) == 1 && window.equals(WindowAxis.UNIT);
      if (!still && !(sum.axes().contains(axis) && coversSomething(op, axis))) {
        return y;
      }
    }
    return y.builder().add(sum, y.operand(0).operand(1));
  }

  /** Without padding or holes in the input, every window has an element under each tap. */
  private static boolean coversSomething(Pooling.MaxPoolScatter op, int axis) {
    WindowAxis window = op.window().get(axis);
    return op.sizes().get(axis) > 0
        && window.low().is(0)
        && window.high().is(0)
        && window.inputDilation() == 1;
  }
}
