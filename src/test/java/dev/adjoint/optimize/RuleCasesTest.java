package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Control;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of the tables, and near misses, which must stay as they are. */
class RuleCasesTest {
  private static final Tensor X =
      Tensor.of(new float[] {1.5f, -0.0f, 0.0f, -2, Float.NaN, Float.POSITIVE_INFINITY}, 2, 3);
  private static final Tensor Z = Tensor.of(new float[] {3, -0.0f, -1, 0.0f, 2, -7}, 2, 3);
  private static final Tensor I = Tensor.of(new int[] {0, -3, 7, Integer.MIN_VALUE, 2, 1}, 2, 3);
  private static final Tensor C =
      Tensor.of(new boolean[] {true, false, true, true, false, false}, 2, 3);
  private static final Tensor THREES = Tensor.fill(DType.FLOAT32, Shape.of(2, 3), 3);
  private static final Tensor ROWS = Tensor.of(new float[] {1, 2, 3, 1, 2, 3}, 2, 3);
  private static final Tensor COLUMNS = Tensor.of(new float[] {1, 1, 1, 2, 2, 2}, 2, 3);
  private static final Tensor SIGNS = Tensor.of(new float[] {1, 2, 0.0f, 1, 2, -0.0f}, 2, 3);
  private static final Tensor V = Tensor.vector(1f, -2f, 0.5f);

  /** The leaves that an expression may read. */
  private record Leaves(Value x, Value z, Value i, Value c, Value v) {
    Value constant(double number) {
      return x.scalar(number);
    }

    Value truth(boolean known) {
      return c.builder().constant(Tensor.scalar(known)).broadcast(c.shape());
    }
  }

  private static final class Cases {
    private final Map<String, Function<Leaves, Value>> all = new LinkedHashMap<>();

    void add(String title, Function<Leaves, Value> expression) {
      all.put(title, expression);
    }
  }

  private static Cases algebra() {
    Cases t = new Cases();
    t.add("x * 1", l -> l.x.mul(1));
    t.add("1 * x", l -> l.constant(1).mul(l.x));
    t.add("x + -0.0", l -> l.x.add(-0.0));
    t.add("x + 0.0 stays: -0.0 + 0.0 is 0.0", l -> l.x.add(0.0));
    t.add("relu(x) + 0.0", l -> l.x.relu().add(0.0));
    t.add("x - 0.0", l -> l.x.sub(0.0));
    t.add("x - -0.0 stays", l -> l.x.sub(-0.0));
    t.add("0.0 - x stays: 0.0 - 0.0 is 0.0", l -> l.constant(0.0).sub(l.x));
    t.add("-0.0 - x", l -> l.constant(-0.0).sub(l.x));
    t.add("i + 0", l -> l.i.add(0));
    t.add("i * 0", l -> l.i.mul(0));
    t.add("x * 0 stays: NaN * 0 is NaN", l -> l.x.mul(0));
    t.add("i - i", l -> l.i.sub(l.i));
    t.add("x - x stays: NaN - NaN is NaN", l -> l.x.sub(l.x));
    t.add("x * -1", l -> l.x.mul(-1));
    t.add("x / 4", l -> l.x.div(4));
    t.add("x / 3 stays", l -> l.x.div(3));
    t.add("i / 4 stays: it rounds down", l -> l.i.div(4));
    t.add("--x", l -> l.x.neg().neg());
    t.add("x + -z", l -> l.x.add(l.z.neg()));
    t.add("x - -z", l -> l.x.sub(l.z.neg()));
    t.add("-x + z", l -> l.x.neg().add(l.z));
    t.add("-x * -z", l -> l.x.neg().mul(l.z.neg()));
    t.add("-x * 3", l -> l.x.neg().mul(3));
    t.add("-x / -z", l -> l.x.neg().div(l.z.neg()));
    t.add("x / -1", l -> l.x.div(-1));
    t.add("|-x|", l -> l.x.neg().abs());
    t.add("floor(floor(x))", l -> l.x.floor().floor());
    t.add("x times threes", l -> l.x.mul(l.x.builder().constant(THREES)));
    t.add("x times one row twice", l -> l.x.mul(l.x.builder().constant(ROWS)));
    t.add("x times one column thrice", l -> l.x.mul(l.x.builder().constant(COLUMNS)));
    t.add(
        "x times rows that differ in the sign of 0 stays",
        l -> l.x.mul(l.x.builder().constant(SIGNS)));
    t.add(
        "x times what is computed of two repeated constants",
        l -> {
          Value row = l.x.builder().constant(V).broadcast(X.shape());
          return l.x.mul(row.add(l.constant(1).broadcast(X.shape()).exp()));
        });
    t.add("max(x, x)", l -> l.x.max(l.x));
    t.add("max(max(x, 1), 2)", l -> l.x.max(1).max(2));
    t.add("min(max(x, 0), 6)", l -> l.x.max(0).min(6));
    t.add("max(min(x, 6), 0) stays", l -> l.x.min(6).max(0));
    t.add("(x * 3) * 5", l -> l.x.mul(3).mul(5));
    t.add("(x * 1e30) * 1e30 stays: the product overflows", l -> l.x.mul(1e30).mul(1e30));
    t.add("(x + 3) + 5 stays", l -> l.x.add(3).add(5));
    t.add("(i + 3) + 5", l -> l.i.add(3).add(5));
    t.add("((i - i) + 3) + 5, constants all", l -> l.i.sub(l.i).add(3).add(5));
    t.add("max(max(x ^ 0, 2), 3), constants all", l -> l.x.pow(0).max(2).max(3));
    t.add("(i * 3) * 5", l -> l.i.mul(3).mul(5));
    t.add("(x * 6) / 3", l -> l.x.mul(6).div(3));
    t.add("x ^ 2", l -> l.x.pow(2));
    t.add("x ^ 3", l -> l.x.pow(3));
    t.add("x ^ -1", l -> l.x.pow(-1));
    t.add("x ^ 0", l -> l.x.pow(0));
    t.add("x ^ 1", l -> l.x.pow(1));
    t.add("x ^ 0.5 stays: of -0.0 it is 0.0", l -> l.x.pow(0.5));
    t.add("select(c, x, x)", l -> Logic.select(l.c, l.x, l.x));
    t.add("select(not c, x, z)", l -> Logic.select(l.c.not(), l.x, l.z));
    t.add(
        "select(c, select(c, x, z), v)", l -> Logic.select(l.c, Logic.select(l.c, l.x, l.z), l.v));
    t.add(
        "select(c, x, select(c, z, v))", l -> Logic.select(l.c, l.x, Logic.select(l.c, l.z, l.v)));
    t.add("select(true, x, z)", l -> Logic.select(l.truth(true), l.x, l.z));
    t.add("select(false, x, z)", l -> Logic.select(l.truth(false), l.x, l.z));
    t.add("not not c", l -> l.c.not().not());
    t.add("c and c", l -> l.c.and(l.c));
    t.add("c and true", l -> l.c.and(l.truth(true)));
    t.add("false and c", l -> l.truth(false).and(l.c));
    t.add("c or true", l -> l.c.or(l.truth(true)));
    t.add("false or c", l -> l.truth(false).or(l.c));
    t.add("c xor true", l -> l.c.xor(l.truth(true)));
    t.add("c xor false", l -> l.c.xor(l.truth(false)));
    t.add("not(x < z) stays: NaN", l -> l.x.lt(l.z).not());
    t.add("not(x == z)", l -> l.x.eq(l.z).not());
    t.add("not(i < 3)", l -> l.i.lt(3).not());
    t.add("f32 to f64 to f32", l -> l.x.cast(DType.FLOAT64).cast(DType.FLOAT32));
    t.add("f32 to f32", l -> l.x.builder().add(new Control.Cast(DType.FLOAT32), l.x));
    t.add("i32 to f32 to i32 stays", l -> l.i.cast(DType.FLOAT32).cast(DType.INT32));
    return t;
  }

  private static Cases control() {
    Cases t = new Cases();
    t.add("identity(x)", l -> l.x.identity().exp());
    t.add("stop_gradient(x)", l -> l.x.stopGradient().exp());
    t.add("recompute(x)", l -> Control.recompute(l.x.builder(), () -> l.x.exp().neg()));
    t.add(
        "custom_gradient(x)",
        l ->
            Control.customGradient(
                List.of(l.x), x -> x.getFirst().exp(), (_, dy) -> List.of(dy.neg())));
    t.add("barrier(x) stays", l -> l.x.builder().add(new Control.Barrier(), l.x, l.z).exp());
    return t;
  }

  private static Cases movement() {
    Cases t = new Cases();
    t.add("transpose of transpose", l -> l.x.transpose(1, 0).transpose(1, 0));
    t.add(
        "transposes that do not commute",
        l -> {
          Value a = l.x.expandDims(2);
          Value b = l.z.expandDims(2);
          return Movement.concat(2, List.of(a, b, b, a)).transpose(1, 0, 2).transpose(0, 2, 1);
        });
    t.add("transpose of a unit axis", l -> l.x.expandDims(1).transpose(1, 0, 2));
    t.add("relu(transpose)", l -> l.x.transpose(1, 0).relu().transpose(1, 0));
    t.add("transpose + broadcast", l -> l.x.transpose(1, 0).add(l.z.transpose(1, 0)));
    t.add("transpose + other stays", l -> l.x.transpose(1, 0).add(l.z.reshape(3, 2)));
    t.add("reshape of reshape", l -> l.x.reshape(6).reshape(3, 2));
    t.add("exp(reshape)", l -> l.x.reshape(6).exp().reshape(2, 3));
    t.add("f(broadcast)", l -> l.v.broadcast(Shape.of(2, 3)).exp());
    t.add(
        "f(broadcast, broadcast)",
        l -> l.v.broadcast(Shape.of(2, 3)).mul(l.constant(3).broadcast(Shape.of(2, 3))));
    t.add("broadcast of broadcast", l -> l.v.broadcast(Shape.of(1, 3)).broadcast(Shape.of(2, 3)));
    t.add("transpose of broadcast", l -> l.v.broadcast(Shape.of(2, 3)).transpose(1, 0));
    t.add("reshape of broadcast", l -> l.v.broadcast(Shape.of(2, 3)).reshape(2, 1, 3));
    t.add("reverse of reverse", l -> l.x.reverse(0, 1).reverse(1));
    t.add("reverse of a unit axis", l -> l.x.expandDims(0).reverse(0));
    t.add("slice of slice", l -> l.x.slice(1, 1, 3).slice(1, 1, 2));
    t.add(
        "all of it",
        l -> l.x.slice(l.x.shape().dims().stream().map(Movement.SliceAxis::all).toList()));
    t.add(
        "slice of pad",
        l -> l.x.pad(List.of(Movement.PadAxis.NONE, Movement.PadAxis.of(2, 1))).slice(1, 2, 4));
    t.add(
        "slice of pad stays where it reads the padding",
        l -> l.x.pad(List.of(Movement.PadAxis.NONE, Movement.PadAxis.of(2, 1))).slice(1, 1, 4));
    t.add("transpose of reverse", l -> l.x.reverse(0).transpose(1, 0));
    t.add(
        "reshape of one element repeated",
        l -> l.v.slice(0, 1, 2).broadcast(Shape.of(2, 3)).reshape(6));
    t.add("reshape of others repeated stays", l -> l.v.broadcast(Shape.of(2, 3)).reshape(6));
    t.add("broadcast of reshape", l -> l.x.reshape(1, 2, 3).broadcast(Shape.of(4, 2, 3)));
    t.add(
        "broadcast of another reshape stays",
        l -> l.x.reshape(1, 3, 2).broadcast(Shape.of(4, 3, 2)));
    t.add("pad with nothing", l -> padded(l.x, 0, 0, 5));
    t.add("pad of pad", l -> padded(padded(l.x, 1, 0, 5), 2, 3, 5));
    t.add("pad of pad with another number stays", l -> padded(padded(l.x, 1, 0, 5), 2, 3, 4));
    t.add("pad that takes away of pad stays", l -> padded(padded(l.x, 1, 0, 5), -1, 3, 5));
    t.add("concat of one", l -> Movement.concat(0, List.of(l.x)).exp());
    t.add(
        "pooling of transpose",
        l -> l.z.transpose(1, 0).maxPool(List.of(2L, 1L), List.of(ALONG, WindowAxis.UNIT)));
    t.add(
        "pooling of both axes of transpose stays",
        l -> l.z.transpose(1, 0).sumPool(List.of(2L, 2L), List.of(ALONG, ALONG)));
    t.add("slice of concat", l -> Movement.concat(1, List.of(l.x, l.z)).slice(1, 3, 5));
    t.add(
        "concat of slices",
        l -> Movement.concat(1, List.of(l.x.slice(1, 0, 1), l.x.slice(1, 1, 3))));
    t.add(
        "concat of slices out of order stays",
        l -> Movement.concat(1, List.of(l.x.slice(1, 1, 3), l.x.slice(1, 0, 1))));
    return t;
  }

  private static Cases reverses() {
    Cases t = new Cases();
    t.add("slice of reverse", l -> l.x.reverse(1).slice(1, 0, 2));
    t.add("one place of reverse", l -> l.x.reverse(1).slice(1, 0, 1));
    t.add("reshape of reverse", l -> l.x.reverse(0).reshape(2, 3, 1));
    t.add("reshape of an axis that is reversed stays", l -> l.x.reverse(1).reshape(3, 2));
    t.add("reverse of broadcast", l -> l.v.broadcast(X.shape()).reverse(0, 1));
    t.add("pad of reverse that shifts", l -> padded(l.x.reverse(1), 1, -1, 5));
    t.add("pad of reverse that grows stays", l -> padded(l.x.reverse(1), 1, 0, 5));
    t.add(
        "reverse of concat of one element each",
        l -> Movement.concat(1, List.of(l.x.slice(1, 0, 1), l.z.slice(1, 1, 2))).reverse(1));
    t.add("reverse of concat stays", l -> Movement.concat(1, List.of(l.x, l.z)).reverse(1));
    t.add(
        "concat of reverses",
        l -> Movement.concat(0, List.of(l.x.reverse(1), l.z.reverse(1))).reverse(1));
    t.add(
        "concat of reverses along its axis",
        l -> Movement.concat(1, List.of(l.x.reverse(1), l.z.reverse(1))).reverse(1));
    t.add("f(reverse, reverse)", l -> l.x.reverse(0).add(l.z.reverse(0)).tanh().reverse(0));
    t.add("f(reverse, other) stays", l -> l.x.reverse(0).add(l.z));
    t.add("f(reverse, broadcast)", l -> l.x.reverse(0, 1).add(l.v));
    t.add(
        "f(reverse) stays where the reverse is needed elsewhere",
        l -> {
          Value reversed = l.x.reverse(0);
          return Movement.concat(0, List.of(reversed, reversed.exp(), l.z));
        });
    t.add("running sums of reverse", l -> l.z.reverse(1).cumulativeSum(1).reverse(1));
    t.add("running sums along another axis", l -> l.z.reverse(0).cumulativeSum(1));
    t.add("recurrence of reverses", l -> l.z.reverse(1).linearRecurrence(l.z.reverse(1), 1, true));
    t.add("max(reverse)", l -> l.x.reverse(0, 1).reduceMax(1));
    t.add("sum(reverse) along other axes", l -> l.z.reverse(0).sum(1));
    t.add("sum(reverse) along its axes", l -> l.z.reverse(0, 1).sum(1));
    t.add("reverse(correlation)", l -> correlated(l.z, l.z.exp()).reverse(2));
    t.add(
        "reverse(correlation) of more places than taps stays",
        l -> correlated(l.z, l.z.slice(1, 0, 2)).reverse(2));
    t.add(
        "correlation(reverse, reverse)",
        l -> correlated(l.z.reverse(1), l.z.slice(1, 0, 2).reverse(1)));
    t.add(
        "correlation(reverse, _) of one tap", l -> correlated(l.z.reverse(1), l.z.slice(1, 0, 1)));
    t.add("correlation(reverse, _) stays", l -> correlated(l.z.reverse(1), l.z.slice(1, 0, 2)));
    return t;
  }

  /** Of rows as two features. */
  private static Value correlated(Value x, Value kernel) {
    WindowAxis along = new WindowAxis(2, Dim.of(1), Dim.of(2), 2, 1);
    CorrelationLayout layout = CorrelationLayout.featuresFirst(1);
    return x.expandDims(0).correlate(kernel.expandDims(0), List.of(along), layout, 1);
  }

  private static final WindowAxis ALONG = WindowAxis.of(1, Dim.of(0), Dim.of(0));

  private static Value padded(Value x, long low, long high, double number) {
    return x.pad(List.of(Movement.PadAxis.NONE, Movement.PadAxis.of(low, high)), x.scalar(number));
  }

  private static Cases poolings() {
    Cases t = new Cases();
    for (long stride = 1; stride <= 2; stride++) {
      WindowAxis along = WindowAxis.of(stride, Dim.of(0), Dim.of(0));
      WindowAxis padded = WindowAxis.of(stride, Dim.of(1), Dim.of(1));
      t.add(
          "masked gradient of a pooling, stride " + stride,
          l -> {
            Value zero = l.z.like(0);
            return Logic.select(zero.ge(l.z), zero, scatter(l.z, along));
          });
      t.add(
          "masked the other way, padded, stride " + stride,
          l -> Logic.select(l.z.gt(l.z.like(0.5)), scatter(l.z, padded), l.z.like(0)));
      t.add(
          "masked by another value stays, stride " + stride,
          l -> Logic.select(l.x.gt(l.x.like(0)), scatter(l.z, along), l.z.like(0)));
      t.add("sum of a pooling's gradient, stride " + stride, l -> scatter(l.z, along).sum(1));
      t.add("sum over other axes stays, stride " + stride, l -> scatter(l.z, along).sum(0));
      t.add("sum with padding stays, stride " + stride, l -> scatter(l.z, padded).sum(1));
    }
    return t;
  }

  private static Value scatter(Value x, WindowAxis along) {
    List<Long> sizes = List.of(1L, 2L);
    List<WindowAxis> window = List.of(WindowAxis.UNIT, along);
    Value v = x.maxPool(sizes, window).add(1);
    return x.builder().add(new Pooling.MaxPoolScatter(sizes, window), x, v);
  }

  private static Cases reductions() {
    Cases t = new Cases();
    t.add("reshape(sum)", l -> l.x.sum(0).reshape(1, 3));
    t.add("reshape(sum that keeps)", l -> l.x.sumKeepDims(0).reshape(3));
    t.add("sum(transpose)", l -> l.x.transpose(1, 0).sum(0));
    t.add("sum(transpose) over both axes stays", l -> l.x.transpose(1, 0).sum());
    t.add("max(transpose) over both axes", l -> l.x.transpose(1, 0).reduceMax());
    t.add("max(max)", l -> l.x.reduceMax(1).reduceMax());
    t.add("sum(sum)", l -> l.z.sum(1).sum());
    t.add("mean(sum) stays", l -> l.z.sum(1).mean());
    t.add("sum(broadcast)", l -> l.v.broadcast(Shape.of(2, 3)).sum(0));
    t.add("max(broadcast)", l -> l.v.broadcast(Shape.of(2, 3)).reduceMax(0));
    t.add("sum over a unit axis", l -> l.z.expandDims(1).sum(1));
    t.add("sum(reshape with unit axes)", l -> l.z.reshape(2, 1, 3, 1).sum(2));
    t.add("max over no axes", l -> l.x.builder().add(new Reduction.ReduceMax(NONE, false), l.x));
    t.add("int sum over no axes", l -> l.i.builder().add(new Reduction.ReduceSum(NONE, true), l.i));
    t.add("sum over no axes", l -> l.z.builder().add(new Reduction.ReduceSum(NONE, false), l.z));
    t.add(
        "product over no axes stays",
        l -> l.z.builder().add(new Reduction.ReduceProd(NONE, false), l.z));
    t.add("max over a unit axis", l -> l.x.expandDims(1).reduceMax(1));
    t.add("mean over a unit axis", l -> l.z.expandDims(1).mean(1));
    t.add("any(any)", l -> l.c.any(0).any());
    t.add("int sum(sum)", l -> l.i.sum(0).sum());
    t.add("mean(broadcast)", l -> l.v.broadcast(Shape.of(2, 3)).mean(0));
    t.add("product(broadcast) stays", l -> l.v.broadcast(Shape.of(2, 3)).prod(0));
    t.add("dot(transpose, _)", l -> l.x.transpose(1, 0).dot(l.z, List.of(1), List.of(0)));
    t.add("dot(_, transpose)", l -> l.x.matmul(l.z.transpose(1, 0)));
    t.add("transpose(dot)", l -> l.x.matmul(l.z.transpose(1, 0)).transpose(1, 0));
    t.add(
        "relu(x) and its mask",
        l -> {
          Value z = l.x.mul(l.z);
          Value relu = z.relu();
          return Logic.select(z.scalar(0).ge(z), l.v, relu);
        });
    t.add(
        "relu(x) and a mask of x that something else reads",
        l -> {
          Value z = l.x.mul(l.z);
          Value relu = z.relu();
          return Logic.select(z.scalar(0).ge(z), z, relu);
        });
    return t;
  }

  private static final Axes NONE = Axes.of();

  /** Of an image of one place a feature, so that only the order of axes matters. */
  private static Cases correlations() {
    Cases t = new Cases();
    t.add("planes first", l -> correlation(l.z.reshape(1, 2, 3, 1), "bf01", "oi01", "bf01"));
    t.add(
        "an input that is transposed to planes last stays",
        l -> correlation(l.z.reshape(1, 2, 3, 1).transpose(0, 2, 3, 1), "b01f", "01io", "b01f"));
    t.add(
        "an input that is transposed from planes last",
        l -> correlation(l.z.reshape(1, 3, 1, 2).transpose(0, 3, 1, 2), "bf01", "01io", "b01f"));
    t.add(
        "a result that is transposed to planes last",
        l -> correlation(l.z.reshape(1, 3, 1, 2), "b01f", "01io", "bf01").transpose(0, 2, 3, 1));
    t.add(
        "a kernel whose features are exchanged",
        l -> {
          Value x = l.z.reshape(1, 3, 1, 2);
          Value w = l.x.slice(1, 0, 2).reshape(1, 1, 2, 2).transpose(0, 1, 3, 2);
          return x.correlate(w, STILL, new CorrelationLayout("b01f", "01io", "b01f"), 1);
        });
    t.add(
        "a kernel that is transposed to planes last stays",
        l -> {
          Value x = l.z.reshape(1, 3, 1, 2);
          Value w = l.x.slice(1, 0, 2).reshape(2, 2, 1, 1).transpose(2, 3, 1, 0);
          return x.correlate(w, STILL, new CorrelationLayout("b01f", "01io", "b01f"), 1);
        });
    t.add(
        "a factor and an offset",
        l -> {
          Value y = correlation(l.z.reshape(1, 3, 1, 2), "b01f", "01io", "b01f");
          Value factor = y.builder().constant(Tensor.vector(2f, 3f, 4f));
          return y.add(factor).mul(factor);
        });
    t.add(
        "a factor that is computed stays",
        l -> correlation(l.z.reshape(1, 3, 1, 2), "b01f", "01io", "b01f").mul(l.v));
    return t;
  }

  private static final List<WindowAxis> STILL = List.of(WindowAxis.UNIT, WindowAxis.UNIT);

  /** With a kernel of one tap from two features to three. */
  private static Value correlation(Value x, String input, String kernel, String output) {
    Tensor numbers = Tensor.vector(1f, 2f, 3f, 4f, 5f, 6f);
    Tensor w = kernel.equals("oi01") ? numbers.reshape(3, 2, 1, 1) : numbers.reshape(1, 1, 2, 3);
    return x.correlate(
        x.builder().constant(w), STILL, new CorrelationLayout(input, kernel, output), 1);
  }

  @Test
  void layoutsOfCorrelationsFollowTheirReaders() {
    check("correlations", correlations());
  }

  @Test
  void whatSteersDifferentiationGoes() {
    check("control", control());
  }

  /** Every row of the tables has a case, so that its text is read when it changes. */
  @Test
  void everyRuleAndEveryPassIsShown() {
    CountedPipeline pipeline = new CountedPipeline(Pipeline.standard());
    Stream.of(
            algebra(),
            control(),
            movement(),
            reverses(),
            poolings(),
            reductions(),
            correlations(),
            singlePasses())
        .flatMap(cases -> cases.all.values().stream())
        .forEach(expression -> pipeline.run(graph(expression)));
    assertEquals("", pipeline.firedLessThan(1));
  }

  /** By the names of passes that are no tables. */
  private static Cases singlePasses() {
    Cases t = new Cases();
    t.add(
        "remove-dead-code",
        l -> {
          Value unread = l.x.exp().add(l.z);
          return unread.builder().add(new Control.Cast(DType.FLOAT64), l.x);
        });
    t.add("merge-equal-nodes", l -> l.x.exp().mul(l.x.exp().add(l.z.exp())));
    t.add("fold-constants", l -> l.x.add(l.constant(3).add(4).exp()));
    return t;
  }

  @Test
  void passesAreShownByThemselves() {
    StringBuilder text = new StringBuilder();
    singlePasses()
        .all
        .forEach((pass, expression) -> {
          Graph before = graph(expression);
          text.append("# before ").append(pass).append('\n').append(lines(before));
          Graph after = Pipeline.standard().only(pass).run(before);
          text.append("# after ").append(pass).append('\n').append(lines(after)).append('\n');
        });
    Golden.assertMatches(RuleCasesTest.class, "single-passes", text.toString());
  }

  @Test
  void algebraIsApplied() {
    check("algebra", algebra());
  }

  @Test
  void movementsCancel() {
    check("movements", movement());
  }

  @Test
  void reversesSinkAndCancel() {
    check("reverses", reverses());
  }

  @Test
  void reductionsAndProductsAreMerged() {
    check("reductions", reductions());
  }

  @Test
  void gradientsOfPoolingsAreMaskedAndSummedEarly() {
    check("poolings", poolings());
  }

  private static void check(String golden, Cases cases) {
    StringBuilder text = new StringBuilder();
    cases.all.forEach((title, expression) -> {
      Graph before = graph(expression);
      Graph after = Pipeline.standard().run(before);
      text.append("# ").append(title).append('\n').append(lines(after)).append('\n');
      Tensor expected = run(before);
      Tensor actual = run(after);
      assertTrue(expected.closeTo(actual, 1e-6, 0), () -> title + ": " + expected + actual);
    });
    Golden.assertMatches(RuleCasesTest.class, golden, text.toString());
  }

  private static Graph graph(Function<Leaves, Value> expression) {
    GraphBuilder g = GraphBuilder.create("rule");
    Value y =
        expression.apply(
            new Leaves(
                g.input("x", X.type()),
                g.input("z", Z.type()),
                g.input("i", I.type()),
                g.input("c", C.type()),
                g.input("v", V.type())));
    g.signature("run").output("y", y);
    return g.build();
  }

  /** Everything but the inputs. */
  private static String lines(Graph graph) {
    StringBuilder text = new StringBuilder();
    for (Node node : graph.nodes().subList(5, graph.nodes().size())) {
      text.append(node.toString().strip()).append('\n');
    }
    return text.append("y = ").append(graph.signature("run").outputs().get("y").name()) + "\n";
  }

  private static Tensor run(Graph graph) {
    Map<String, Tensor> all = Map.of("x", X, "z", Z, "i", I, "c", C, "v", V);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    graph.signature("run").inputs().keySet().forEach(name -> inputs.put(name, all.get(name)));
    return Interpreter.create().run(graph, "run", inputs).output("y");
  }
}
