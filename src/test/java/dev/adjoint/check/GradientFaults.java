package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.index;
import static dev.adjoint.check.GradientFault.Given.positive;
import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.Given.truth;
import static dev.adjoint.check.GradientFault.change;
import static dev.adjoint.check.GradientFault.with;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.check.GradientFault.Rule;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction.Dot;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution.Correlation;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Mistakes as they are made in gradient rules; the sizes are such that the types still fit. */
final class GradientFaults {
  static final List<GradientFault> ALL = all();

  private final List<GradientFault> faults = new ArrayList<>();

  private GradientFaults() {}

  private static List<GradientFault> all() {
    GradientFaults all = new GradientFaults();
    all.arithmetic();
    all.pointwise();
    all.movement();
    all.choices();
    all.reductions();
    all.probabilities();
    all.scans();
    all.indexing();
    all.products();
    all.convolutions();
    all.pooling();
    all.higherOrder();
    return List.copyOf(all.faults);
  }

  private void add(String name, Differentiable truth, List<Given> operands, Rule rule) {
    faults.add(new GradientFault(name, 1, truth, operands, rule));
  }

  /** The true rule, the answer for one operand changed. */
  private void wrong(
      String name,
      Differentiable truth,
      List<Given> operands,
      int operand,
      UnaryOperator<Value> change) {
    add(name, truth, operands, at -> change(truth.vjp(at), operand, change));
  }

  /** The rule of an operator with other attributes. */
  private void ruleOf(
      String name, Differentiable truth, List<Given> operands, Differentiable other) {
    add(name, truth, operands, other::vjp);
  }

  private static UnaryOperator<Value> times(double factor) {
    return value -> value.mul(factor);
  }

  private void arithmetic() {
    List<Given> two = List.of(real(2, 3), real(2, 3));
    List<Given> positive = List.of(positive(2, 3), positive(2, 3));
    wrong("add forgets its second operand", new Arithmetic.Add(), two, 1, times(0));
    wrong("sub without the sign", new Arithmetic.Sub(), two, 1, times(-1));
    add(
        "mul without the other factor",
        new Arithmetic.Mul(),
        two,
        at -> at.cotangents(at::dy, () -> at.dy().mul(at.x())));
    add(
        "mul with the operands swapped",
        new Arithmetic.Mul(),
        two,
        at -> at.cotangents(() -> at.dy().mul(at.x()), () -> at.dy().mul(at.operand(1))));
    wrong("div with the wrong sign", new Arithmetic.Div(), positive, 1, times(-1));
    add(
        "div forgets to divide again",
        new Arithmetic.Div(),
        positive,
        at -> at.cotangents(() -> at.dy().div(at.operand(1)), () -> at.dy().mul(at.y()).neg()));
    add(
        "pow keeps the exponent",
        new Arithmetic.Pow(),
        positive,
        at ->
            at.cotangents(
                () -> at.dy().mul(at.operand(1)).mul(at.y()),
                () -> at.dy().mul(at.y()).mul(at.x().log())));
    add(
        "pow without the logarithm",
        new Arithmetic.Pow(),
        positive,
        at ->
            at.cotangents(
                () -> at.dy().mul(at.operand(1)).mul(at.y()).div(at.x()),
                () -> at.dy().mul(at.y())));
    add("max to both operands", new Arithmetic.Max(), two, at -> at.cotangents(at::dy, at::dy));
    ruleOf("min as max", new Arithmetic.Min(), two, new Arithmetic.Max());
    add(
        "mod without the floor",
        new Arithmetic.Mod(),
        positive,
        at -> at.cotangents(at::dy, () -> at.dy().mul(at.x().div(at.operand(1))).neg()));
    add(
        "mul by a subtly wrong factor",
        new Arithmetic.Mul(),
        two,
        at ->
            at.cotangents(
                () -> at.dy().mul(at.operand(1)).mul(1 + 1e-5), () -> at.dy().mul(at.x())));
    add(
        "mul loses one element",
        new Arithmetic.Mul(),
        List.of(real(10, 10), real(10, 10)),
        at ->
            at.cotangents(
                () ->
                    at.dy()
                        .mul(at.operand(1))
                        .slice(0, 1, 10)
                        .pad(List.of(Movement.PadAxis.of(1, 0), Movement.PadAxis.NONE)),
                () -> at.dy().mul(at.x())));
    wrong(
        "mul drops accumulation over a value used twice",
        new Arithmetic.Mul(),
        List.of(real(3), real(3)),
        0,
        times(0.5));
  }

  private void pointwise(String name, Differentiable truth, Given x, Rule rule) {
    add(name, truth, List.of(x), rule);
  }

  private void pointwise() {
    Given x = real(2, 3);
    Given positive = positive(2, 3);
    wrong("neg without the sign", new Pointwise.Neg(), List.of(x), 0, times(-1));
    pointwise("abs without the sign", new Pointwise.Abs(), x, at -> at.cotangents(at::dy));
    pointwise("exp forgets dy", new Pointwise.Exp(), x, at -> at.cotangents(at::y));
    pointwise(
        "exp with x for y", new Pointwise.Exp(), x, at -> at.cotangents(() -> at.dy().mul(at.x())));
    pointwise(
        "expm1 as exp", new Pointwise.Expm1(), x, at -> at.cotangents(() -> at.dy().mul(at.y())));
    ruleOf("log1p as log", new Pointwise.Log1p(), List.of(positive), new Pointwise.Log());
    pointwise(
        "log with a product",
        new Pointwise.Log(),
        positive,
        at -> at.cotangents(() -> at.dy().mul(at.x())));
    wrong("sqrt without the factor 2", new Pointwise.Sqrt(), List.of(positive), 0, times(2));
    pointwise(
        "rsqrt with the square",
        new Pointwise.Rsqrt(),
        positive,
        at -> at.cotangents(() -> at.dy().mul(at.y().mul(at.y())).mul(-0.5)));
    pointwise(
        "sin with a sine", new Pointwise.Sin(), x, at -> at.cotangents(() -> at.dy().mul(at.y())));
    wrong("cos without the sign", new Pointwise.Cos(), List.of(x), 0, times(-1));
    pointwise(
        "tanh with y not squared",
        new Pointwise.Tanh(),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.y().like(1).sub(at.y()))));
    pointwise(
        "sigmoid without 1 - y",
        new Pointwise.Sigmoid(),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.y())));
    pointwise(
        "softplus mirrored",
        new Pointwise.Softplus(),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.x().neg().sigmoid())));
    wrong(
        "erf with sqrt(2 / pi)",
        new Pointwise.Erf(),
        List.of(x),
        0,
        times(Math.sqrt(2 / Math.PI) / (2 / Math.sqrt(Math.PI))));
    pointwise(
        "erf with x not squared",
        new Pointwise.Erf(),
        x,
        at ->
            at.cotangents(() -> at.dy().mul(at.x().abs().neg().exp()).mul(2 / Math.sqrt(Math.PI))));
    pointwise("floor passes dy on", new Pointwise.Floor(), x, at -> at.cotangents(at::dy));
    pointwise("sign passes dy on", new Pointwise.Sign(), x, at -> at.cotangents(at::dy));
    wrong("identity doubles", new Control.Identity(), List.of(x), 0, times(2));
    pointwise(
        "a rule that is not linear in dy",
        new Pointwise.Neg(),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.dy().abs()).neg()));
  }

  private void movement() {
    add(
        "broadcast sums the wrong axis",
        new Movement.Broadcast(Shape.of(3, 3)),
        List.of(real(3, 1)),
        at -> at.cotangents(() -> at.dy().sum(0).reshape(3, 1)));
    wrong(
        "broadcast averages",
        new Movement.Broadcast(Shape.of(4, 3)),
        List.of(real(3)),
        0,
        times(0.25));
    add(
        "reshape in the wrong order",
        new Movement.Reshape(Shape.of(3, 2)),
        List.of(real(2, 3)),
        at -> at.cotangents(() -> at.dy().transpose()));
    add(
        "transpose not inverted",
        new Movement.Transpose(Permutation.of(1, 2, 0)),
        List.of(real(2, 2, 2)),
        at -> at.cotangents(() -> at.dy().transpose(1, 2, 0)));
    ruleOf("slice with its start off by one", slice(1, 4, 1), List.of(real(6)), slice(2, 5, 1));
    ruleOf("slice with its stride ignored", slice(0, 5, 2), List.of(real(6)), slice(0, 3, 1));
    ruleOf("pad with its interior ignored", pad(1, 2, 1), List.of(real(3), real()), pad(2, 3, 0));
    ruleOf("pad with low and high swapped", pad(1, 2, 0), List.of(real(3), real()), pad(2, 1, 0));
    wrong(
        "pad sums all of dy for its value",
        pad(1, 2, 0),
        List.of(real(3), real()),
        1,
        value -> value.mul(2));
    add(
        "concat with its offsets swapped",
        new Movement.Concat(0),
        List.of(real(2, 3), real(4, 3)),
        at -> at.cotangents(() -> at.dy().slice(0, 4, 6), () -> at.dy().slice(0, 0, 4)));
    add(
        "reverse not reversed",
        new Movement.Reverse(Axes.of(1)),
        List.of(real(2, 3)),
        at -> at.cotangents(at::dy));
    ruleOf(
        "reverse along the wrong axis",
        new Movement.Reverse(Axes.of(1)),
        List.of(real(2, 3)),
        new Movement.Reverse(Axes.of(0)));
  }

  private static Movement.Slice slice(long start, long limit, long stride) {
    return new Movement.Slice(
        List.of(new Movement.SliceAxis(Dim.of(start), Dim.of(limit), stride)));
  }

  private static Movement.Pad pad(long low, long high, long interior) {
    return new Movement.Pad(List.of(new Movement.PadAxis(Dim.of(low), Dim.of(high), interior)));
  }

  private void choices() {
    List<Given> select = List.of(truth(2, 3), real(2, 3), real(2, 3));
    add(
        "select with its branches swapped",
        new Logic.Select(),
        select,
        at ->
            at.answers(
                Cotangent.Rule.zero(),
                Vjp.rule(() -> Logic.select(at.x(), at.dy().like(0), at.dy())),
                Vjp.rule(() -> Logic.select(at.x(), at.dy(), at.dy().like(0)))));
    List<Given> clamp =
        List.of(
            real(4, 5),
            new Given(real(4, 5).type(), -1, -0.5),
            new Given(real(4, 5).type(), 0.5, 1));
    add(
        "clamp of one side only",
        new Logic.Clamp(),
        clamp,
        at ->
            change(
                new Logic.Clamp().vjp(at),
                0,
                _ -> Logic.select(at.x().lt(at.operand(1)), at.dy().like(0), at.dy())));
    wrong("clamp forgets its bound", new Logic.Clamp(), clamp, 2, times(0));
    add(
        "relu leaks on the negative side",
        new Arithmetic.Max(),
        List.of(real(4, 5), new Given(real(4, 5).type(), 0, 1e-9)),
        at -> at.cotangents(at::dy, () -> at.dy().like(0)));
  }

  private void reductions() {
    Axes last = Axes.of(1);
    List<Given> x = List.of(real(4, 3));
    wrong("sum divided by its count", new Reduction.ReduceSum(last, false), x, 0, times(1 / 3.0));
    add(
        "sum spread along the wrong axis, without keepDims",
        new Reduction.ReduceSum(last, false),
        List.of(real(3, 3)),
        at -> at.cotangents(() -> at.dy().broadcast(at.x().shape())));
    wrong("mean without its factor", new Reduction.ReduceMean(last, false), x, 0, times(3));
    wrong("mean by the count of all", new Reduction.ReduceMean(last, false), x, 0, times(0.25));
    add(
        "prod not divided by the element",
        new Reduction.ReduceProd(last, true),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.y()).broadcast(at.x().shape())));
    add(
        "max to all elements",
        new Reduction.ReduceMax(last, true),
        x,
        at -> at.cotangents(() -> at.dy().broadcast(at.x().shape())));
    ruleOf(
        "max to the smallest",
        new Reduction.ReduceMax(last, false),
        x,
        new Reduction.ReduceMin(last, false));
    wrong("min with the wrong sign", new Reduction.ReduceMin(last, false), x, 0, times(-1));
    add(
        "logSumExp without taking out the result",
        new Reduction.ReduceLogSumExp(last, true),
        x,
        at -> at.cotangents(() -> at.dy().broadcast(at.x().shape()).mul(at.x().exp())));
    add(
        "logSumExp as the maximum",
        new Reduction.ReduceLogSumExp(last, false),
        x,
        new Reduction.ReduceMax(last, false)::vjp);
  }

  private void probabilities() {
    List<Given> x = List.of(real(3, 3));
    add(
        "softmax without the sum term",
        new Probability.Softmax(Axes.of(1)),
        x,
        at -> at.cotangents(() -> at.dy().mul(at.y())));
    ruleOf(
        "softmax with the sum over the wrong axis",
        new Probability.Softmax(Axes.of(1)),
        x,
        new Probability.Softmax(Axes.of(0)));
    add(
        "logSoftmax without the sum of dy",
        new Probability.LogSoftmax(Axes.of(1)),
        x,
        at -> at.cotangents(() -> at.dy().sub(at.x().softmax(1))));
    List<Given> labelled = List.of(real(2, 3), positive(2, 3));
    add(
        "cross-entropy takes the labels' mass for 1",
        new Probability.SoftmaxCrossEntropy(1),
        labelled,
        at ->
            at.cotangents(
                () -> at.dy().expandDims(1).mul(at.x().softmax(1).sub(at.operand(1))),
                () -> at.dy().expandDims(1).mul(at.x().logSoftmax(1)).neg()));
    wrong(
        "cross-entropy with the labels' sign",
        new Probability.SoftmaxCrossEntropy(1),
        labelled,
        1,
        times(-1));
    List<Given> indexed = List.of(real(2, 3), index(3, 2));
    add(
        "sparse cross-entropy forgets dy",
        new Probability.SparseSoftmaxCrossEntropy(1),
        indexed,
        at ->
            at.answers(
                Vjp.rule(() ->
                    at.x().softmax(1).sub(at.operand(1).oneHot(1, Dim.of(3), at.x().dtype()))),
                Cotangent.Rule.zero()));
    wrong(
        "sparse cross-entropy as a mean over classes",
        new Probability.SparseSoftmaxCrossEntropy(1),
        indexed,
        0,
        times(1 / 3.0));
  }

  private void scans() {
    List<Given> x = List.of(real(2, 4));
    ruleOf(
        "cumulative sum in the same direction",
        new Scan.CumulativeSum(1, false, false),
        x,
        new Scan.CumulativeSum(1, false, true));
    ruleOf(
        "cumulative sum no longer exclusive",
        new Scan.CumulativeSum(1, true, false),
        x,
        new Scan.CumulativeSum(1, false, false));
    List<Given> recurrence = List.of(real(2, 4), real(2, 4));
    Differentiable truth = new Scan.LinearRecurrence(1, false);
    add(
        "recurrence without the shift of its factors",
        truth,
        recurrence,
        at -> {
          Value g = at.x().linearRecurrence(at.dy(), 1, true);
          return at.cotangents(() -> g.mul(at.y()), () -> g);
        });
    add(
        "recurrence with its own state for the one before",
        truth,
        recurrence,
        at -> {
          Value next = at.x().pad(List.of(Movement.PadAxis.NONE, Movement.PadAxis.of(-1, 1)));
          Value g = next.linearRecurrence(at.dy(), 1, true);
          return at.cotangents(() -> g.mul(at.y()), () -> g);
        });
  }

  private void indexing() {
    Differentiable gather = new Indexing.Gather(0);
    List<Given> gathered = List.of(real(3, 3), index(3, 3));
    ruleOf("gather along the wrong axis", gather, gathered, new Indexing.Gather(1));
    add(
        "gather drops accumulation",
        gather,
        gathered,
        at ->
            at.answers(
                Vjp.rule(() ->
                    at.x()
                        .like(0)
                        .scatterAdd(0, at.operand(1).slice(0, 1, 3), at.dy().slice(0, 1, 3))),
                Cotangent.Rule.zero()));
    ruleOf(
        "take along the wrong axis",
        new Indexing.TakeAlongAxis(1),
        List.of(real(3, 3), index(3, 3, 3)),
        new Indexing.TakeAlongAxis(0));
    List<Given> scattered = List.of(real(4, 3), index(4, 2), real(2, 3));
    wrong("scatter forgets its base", new Indexing.ScatterAdd(0), scattered, 0, times(0));
    wrong(
        "scatter's updates in the wrong order",
        new Indexing.ScatterAdd(0),
        scattered,
        2,
        value -> value.reverse(1));
    wrong(
        "scatter along an axis counts twice",
        new Indexing.ScatterAddAlongAxis(0),
        List.of(real(4, 3), index(4, 2, 3), real(2, 3)),
        2,
        times(2));
  }

  private void products() {
    Dot matmul = new Dot(List.of(1), List.of(0), List.of(), List.of());
    List<Given> square = List.of(real(3, 3), real(3, 3));
    add(
        "dot with an operand not transposed",
        matmul,
        square,
        at ->
            at.cotangents(
                () -> at.dy().matmul(at.operand(1)), () -> at.x().transpose().matmul(at.dy())));
    wrong("dot's gradient transposed", matmul, square, 0, Value::transpose);
    ruleOf(
        "dot with its batch axes swapped",
        new Dot(List.of(2), List.of(2), List.of(0, 1), List.of(0, 1)),
        List.of(real(2, 2, 3), real(2, 2, 3)),
        new Dot(List.of(2), List.of(2), List.of(0, 1), List.of(1, 0)));
    wrong("dot averages over the rows", matmul, square, 1, times(1 / 3.0));
  }

  private static Correlation correlation(WindowAxis... window) {
    return new Correlation(List.of(window), CorrelationLayout.featuresLast(window.length), 1, 1);
  }

  private static Correlation grouped(long groups) {
    return new Correlation(List.of(WindowAxis.UNIT), CorrelationLayout.featuresLast(1), groups, 1);
  }

  private static WindowAxis padded(long low, long high) {
    return WindowAxis.of(1, Dim.of(low), Dim.of(high));
  }

  private void convolutions() {
    List<Given> oneD = List.of(real(2, 7, 2), real(3, 2, 3));
    Correlation plain = correlation(WindowAxis.UNIT);
    add(
        "convolution without the flip",
        plain,
        oneD,
        at ->
            change(
                plain.vjp(with(at, 1, at.operand(1).reverse(0))), 1, _ -> trueKernel(plain, at)));
    Correlation strided = correlation(WindowAxis.of(2, Dim.of(0), Dim.of(0)));
    Correlation dilated = correlation(new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 2));
    ruleOf("convolution's stride used as dilation", strided, oneD, dilated);
    ruleOf("convolution's dilation used as stride", dilated, oneD, strided);
    ruleOf(
        "convolution's padding off by one",
        correlation(padded(1, 1)),
        oneD,
        correlation(padded(0, 2)));
    ruleOf(
        "negative padding taken for positive at the other end",
        correlation(padded(-1, 1)),
        oneD,
        correlation(padded(1, -1)));
    ruleOf(
        "transposed convolution's input dilation ignored",
        correlation(new WindowAxis(1, Dim.of(0), Dim.of(0), 2, 1)),
        oneD,
        correlation(padded(3, 3)));
    Correlation twoGroups = grouped(2);
    List<Given> grouped = List.of(real(2, 5, 4), real(3, 2, 6));
    add(
        "grouped convolution's kernel gradient in the wrong group order",
        twoGroups,
        grouped,
        at -> change(twoGroups.vjp(at), 1, GradientFaults::swapHalves));
    add(
        "grouped convolution reads the wrong group's kernel",
        twoGroups,
        grouped,
        at -> change(twoGroups.vjp(with(at, 1, swapHalves(at.operand(1)))), 1, value -> value));
    add(
        "grouped convolution forgets every group but the first",
        twoGroups,
        grouped,
        at ->
            change(
                twoGroups.vjp(at),
                1,
                value ->
                    value
                        .slice(2, 0, 3)
                        .pad(
                            List.of(
                                Movement.PadAxis.NONE,
                                Movement.PadAxis.NONE,
                                Movement.PadAxis.of(0, 3)))));
    Correlation depthwise = grouped(4);
    add(
        "depthwise convolution with its multipliers interleaved wrongly",
        depthwise,
        List.of(real(2, 5, 4), real(3, 1, 8)),
        at ->
            change(
                depthwise.vjp(at),
                1,
                value -> value.reshape(3, 1, 4, 2).transpose(0, 1, 3, 2).reshape(3, 1, 8)));
    wrong("convolution's kernel gradient as a mean over the batch", plain, oneD, 1, times(0.5));
    Correlation square = correlation(WindowAxis.UNIT, WindowAxis.UNIT);
    add(
        "convolution flips one axis only",
        square,
        List.of(real(1, 5, 4, 2), real(3, 2, 2, 3)),
        at ->
            change(
                square.vjp(with(at, 1, at.operand(1).reverse(1))), 1, _ -> trueKernel(square, at)));
    add(
        "convolution's kernel gradient with height and width swapped",
        square,
        List.of(real(1, 5, 5, 2), real(3, 3, 2, 3)),
        at -> change(square.vjp(at), 1, value -> value.transpose(1, 0, 2, 3)));
  }

  private static Value trueKernel(Correlation truth, Vjp at) {
    return ((Cotangent.Of) truth.vjp(at).get(1)).value();
  }

  private static Value swapHalves(Value kernel) {
    return Movement.concat(2, List.of(kernel.slice(2, 3, 6), kernel.slice(2, 0, 3)));
  }

  private void pooling() {
    List<Given> x = List.of(real(2, 6));
    List<Long> sizes = List.of(1L, 3L);
    List<WindowAxis> lowPadded = List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(1), Dim.of(0)));
    List<WindowAxis> highPadded = List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(0), Dim.of(1)));
    ruleOf(
        "max pooling scatters to the wrong window",
        new Pooling.MaxPool(sizes, lowPadded),
        x,
        new Pooling.MaxPool(sizes, highPadded));
    ruleOf(
        "max pooling scatters to every place",
        new Pooling.MaxPool(sizes, lowPadded),
        x,
        new Pooling.SumPool(sizes, lowPadded));
    add(
        "max pooling scatters to the minimum",
        new Pooling.MaxPool(sizes, lowPadded),
        x,
        at -> new Pooling.MaxPool(sizes, lowPadded).vjp(with(at, 0, at.x().neg())));
    wrong(
        "sum pooling divides by the window",
        new Pooling.SumPool(sizes, lowPadded),
        x,
        0,
        times(1 / 3.0));
    ruleOf(
        "sum pooling's padding off by one",
        new Pooling.SumPool(sizes, lowPadded),
        x,
        new Pooling.SumPool(sizes, highPadded));
    add(
        "max pooling's scatter scatters again",
        new Pooling.MaxPoolScatter(sizes, lowPadded),
        List.of(real(2, 6), real(2, 3)),
        at -> at.answers(Cotangent.Rule.zero(), Vjp.rule(() -> at.dy().maxPool(sizes, lowPadded))));
  }

  private void second(String name, Differentiable truth, List<Given> operands, Rule rule) {
    faults.add(new GradientFault(name, 2, truth, operands, rule));
  }

  private void higherOrder() {
    second(
        "tanh whose gradient holds the result constant",
        new Pointwise.Tanh(),
        List.of(real(2, 3)),
        at ->
            at.cotangents(() -> {
              Value y = at.y().stopGradient();
              return at.dy().mul(y.like(1).sub(y.mul(y)));
            }));
    second(
        "mul whose gradient holds the other factor constant",
        new Arithmetic.Mul(),
        List.of(real(2, 3), real(2, 3)),
        at ->
            at.cotangents(
                () -> at.dy().mul(at.operand(1).stopGradient()),
                () -> at.dy().mul(at.x().stopGradient())));
    second(
        "softmax whose gradient holds the sum constant",
        new Probability.Softmax(Axes.of(1)),
        List.of(real(2, 3)),
        at ->
            at.cotangents(() -> {
              Value weighted = at.dy().mul(at.y());
              return weighted.sub(at.y().mul(weighted.sumKeepDims(1).stopGradient()));
            }));
    second(
        "exp whose gradient is cut off from the result",
        new Pointwise.Exp(),
        List.of(real(2, 3)),
        at -> at.cotangents(() -> at.dy().mul(at.y().stopGradient())));
  }
}
