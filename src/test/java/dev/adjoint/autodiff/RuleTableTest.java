package dev.adjoint.autodiff;

import dev.adjoint.check.GradientCheck;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Control;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each gradient rule once against central differences, first and second order. */
class RuleTableTest {
  /** A small function of {@code x} [2, 3, 4] and {@code y} of the same type. */
  record Rule(String name, BinaryOperator<Value> function, DType dtype) {
    @Override
    public String toString() {
      return name + " " + dtype;
    }
  }

  private static Rule one(String name, UnaryOperator<Value> function) {
    return two(name, (x, _) -> function.apply(x));
  }

  private static Rule two(String name, BinaryOperator<Value> function) {
    return new Rule(name, function, DType.FLOAT32);
  }

  private static Value positive(Value x) {
    return x.mul(x).add(0.5);
  }

  private static Value integers(Value x, int... elements) {
    return x.builder().constant(Tensor.vector(elements));
  }

  private static Stream<Rule> pointwise() {
    return Stream.of(
        two("add", Value::add),
        two("sub", Value::sub),
        two("mul", Value::mul),
        two("div", (x, y) -> x.div(positive(y))),
        two("pow", (x, y) -> positive(x).pow(y)),
        two("max", Value::max),
        two("min", Value::min),
        two("mod", (x, y) -> x.mul(5).mod(positive(y))),
        one("neg", Value::neg),
        one("abs", Value::abs),
        one("exp", Value::exp),
        one("expm1", Value::expm1),
        one("log", x -> positive(x).log()),
        one("log1p", x -> positive(x).log1p()),
        one("sqrt", x -> positive(x).sqrt()),
        one("rsqrt", x -> positive(x).rsqrt()),
        one("sin", Value::sin),
        one("cos", Value::cos),
        one("tanh", Value::tanh),
        one("sigmoid", Value::sigmoid),
        one("softplus", Value::softplus),
        one("erf", Value::erf),
        two("select", (x, y) -> Logic.select(x.gt(y), x, y)),
        two("clamp", (x, y) -> x.mul(3).clamp(y, y.add(1))),
        one("identity", Value::identity),
        one("cast", x -> x.cast(DType.FLOAT64).cast(x.dtype())),
        two("barrier", (x, y) -> x.builder().add(new Control.Barrier(), x, y)),
        two("recompute", (x, y) -> Control.recompute(x.builder(), () -> x.sin().mul(y))),
        two(
            "custom_gradient",
            (x, y) ->
                Control.customGradient(
                    List.of(x, y),
                    v -> v.get(0).mul(v.get(1)),
                    (_, dy) -> List.of(dy.mul(y), dy.mul(x)))));
  }

  private static Stream<Rule> movement() {
    return Stream.of(
        one("reshape", x -> x.reshape(4, 3, 2)),
        one("transpose", x -> x.transpose(2, 0, 1)),
        one("broadcast", x -> x.slice(1, 0, 1).broadcast(Shape.of(5, 2, 6, 4))),
        one(
            "slice",
            x ->
                x.slice(
                    List.of(
                        new Movement.SliceAxis(Dim.of(1), Dim.of(2), 1),
                        new Movement.SliceAxis(Dim.of(0), Dim.of(3), 2),
                        new Movement.SliceAxis(Dim.of(1), Dim.of(4), 2)))),
        two(
            "pad",
            (x, y) ->
                x.pad(
                    List.of(
                        new Movement.PadAxis(Dim.of(1), Dim.of(0), 2),
                        new Movement.PadAxis(Dim.of(-1), Dim.of(2), 0),
                        new Movement.PadAxis(Dim.of(2), Dim.of(-3), 1)),
                    y.sum())),
        two("concat", (x, y) -> Movement.concat(1, List.of(x, y, x))),
        one("reverse", x -> x.reverse(0, 2)),
        one("gather", x -> x.gather(1, integers(x, 2, 0, 2, 2))),
        two("scatter_add", (x, y) -> x.scatterAdd(1, integers(x, 2, 0, 2), y)),
        one("take_along_axis", x -> x.takeAlongAxis(2, x.argMax(2).expandDims(2))),
        two(
            "scatter_add_along_axis",
            (x, y) -> x.scatterAddAlongAxis(2, x.argMin(2).expandDims(2), y.slice(2, 1, 2))),
        one("top_k", x -> x.topK(2, 2)),
        one("cumulative_sum", x -> x.cumulativeSum(1, true, true)),
        two("linear_recurrence", (x, y) -> x.linearRecurrence(y, 2, false)),
        two("linear_recurrence reverse", (x, y) -> x.linearRecurrence(y, 1, true)));
  }

  private static Stream<Rule> reductions() {
    return Stream.of(
        one("reduce_sum", x -> x.sum(1)),
        one("reduce_sum keep", x -> x.sumKeepDims(0, 2)),
        one("reduce_mean", x -> x.mean(0, 2)),
        one("reduce_prod", x -> x.prod(0, 2)),
        one("reduce_max", x -> x.reduceMax(0, 2)),
        one("reduce_min", x -> x.reduceMin(1)),
        one("reduce_logsumexp", x -> x.logSumExp(0, 2)),
        one(
            "reduce_logsumexp keep",
            x -> x.builder().add(new Reduction.ReduceLogSumExp(Axes.of(1), true), x)),
        one("softmax", x -> x.softmax(0, 2)),
        one("log_softmax", x -> x.logSoftmax(1)),
        two("softmax_cross_entropy", (x, y) -> x.softmaxCrossEntropy(y)),
        one("sparse_softmax_cross_entropy", x -> x.sparseSoftmaxCrossEntropy(x.argMin(2))));
  }

  private static Stream<Rule> windows() {
    WindowAxis unit = WindowAxis.UNIT;
    List<WindowAxis> window =
        List.of(
            unit,
            new WindowAxis(2, Dim.of(1), Dim.of(1), 1, 1),
            new WindowAxis(1, Dim.of(-1), Dim.of(2), 1, 2));
    List<WindowAxis> dilated =
        List.of(
            unit,
            new WindowAxis(2, Dim.of(1), Dim.of(1), 3, 2),
            new WindowAxis(3, Dim.of(-1), Dim.of(2), 2, 1));
    return Stream.of(
        one("max_pool", x -> x.maxPool(List.of(1L, 2L, 2L), window)),
        one("sum_pool", x -> x.sumPool(List.of(1L, 2L, 2L), dilated)),
        two(
            "correlation",
            (x, y) ->
                x.correlate(
                    y.reshape(2, 4, 3),
                    List.of(new WindowAxis(2, Dim.of(1), Dim.of(-1), 3, 2)),
                    CorrelationLayout.featuresLast(1),
                    1)),
        two(
            "correlation groups",
            (x, y) ->
                x.correlate(
                    y.reshape(3, 2, 4),
                    List.of(WindowAxis.of(2, Dim.of(1), Dim.of(2))),
                    CorrelationLayout.featuresLast(1),
                    2)),
        two("dot", (x, y) -> x.dot(y, List.of(2, 0), List.of(2, 0))),
        two("einsum", (x, y) -> x.einsum("bij,bkj->kbi", y)));
  }

  static Stream<Rule> rules() {
    return Stream.of(pointwise(), movement(), reductions(), windows())
        .flatMap(s -> s)
        .flatMap(rule -> Stream.of(rule, new Rule(rule.name(), rule.function(), DType.FLOAT64)));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void agreesWithCentralDifferences(Rule rule) {
    GraphBuilder g = GraphBuilder.create("rule");
    Value x = g.input("x", rule.dtype(), 2, 3, 4);
    Value y = g.input("y", rule.dtype(), 2, 3, 4);
    // Curved, so that no derivative is constant or zero by the linearity of an operator.
    Value result = rule.function().apply(x.tanh(), y.tanh());
    Value both = result.add(result.mul(result)).sum().add(y.sin().sum());
    g.signature("f").output("f", both);
    for (int order = 1; order <= 2; order++) {
      GradientCheck.of(g.build(), "f").tries(1).order(order).seed(11).run().assertPassed();
    }
  }
}
