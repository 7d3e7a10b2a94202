package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Default;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Operators that combine all elements along some axes into one. Operand {@code x}: any shape;
 * result: its shape without those axes, or with size 1 there if {@code keepDims}. (C1) The axes
 * exist. The order of combination is fixed by the sizes, so the bits are the same on any number of
 * threads.
 */
public sealed interface Reduction extends Primitive {
  /** The axes that are reduced. */
  Axes axes();

  /** Whether they stay, with size 1. */
  boolean keepDims();

  /** The result's shape with the operand's dtype. */
  default TensorType reduced(Operands in) {
    TensorType x = in.single();
    in.require("C1", axes().within(x.rank()), "%s lacks an axis of %s.", x, axes().indices());
    return x.withShape(axes().reduce(x.shape(), keepDims()));
  }

  private static TensorType inferNumbers(Reduction op, Operands in) {
    TensorType type = op.reduced(in);
    in.numeric(0);
    return type;
  }

  private static TensorType inferFloating(Reduction op, Operands in) {
    TensorType type = op.reduced(in);
    in.floating(0);
    return type;
  }

  private static TensorType inferBooleans(Reduction op, Operands in) {
    TensorType type = op.reduced(in);
    in.dtype(0, d -> d == DType.BOOL, "BOOL");
    return type;
  }

  /** A value of the result's shape, repeated to the operand's. */
  private static Value spread(Reduction op, Value value, Shape shape) {
    return value.reshape(op.axes().reduce(shape, true)).broadcast(shape);
  }

  /** The sum; 0 of nothing. Numeric; integers wrap around. Gradient: dy to every element. */
  record ReduceSum(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferNumbers(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> spread(this, at.dy(), at.x().shape()));
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * The arithmetic mean; NaN of nothing. Floating point. Gradient: dy over the count, everywhere.
   */
  record ReduceMean(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferFloating(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Dim count = axes.elements(at.x().shape());
      return at.cotangents(() -> {
        Value share = at.dy().div(Source.size(at.dy().builder(), count, at.dy().dtype()));
        return spread(this, share, at.x().shape());
      });
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * The product; 1 of nothing. Numeric; integers wrap around. Gradient: dy times the product of all
   * other elements, formed from the products before and behind each element, so that zeros do no
   * harm, in higher orders neither.
   */
  record ReduceProd(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferNumbers(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        Value others =
            alongOneAxis(
                at.x(), flat -> flat.productBefore(-1, false).mul(flat.productBefore(-1, true)));
        return others.mul(spread(this, at.dy(), at.x().shape()));
      });
    }

    private Value alongOneAxis(Value x, UnaryOperator<Value> function) {
      Permutation toEnd = Permutation.of(axes.complement(x.rank()).indices(), axes.indices());
      Value moved = x.transpose(toEnd);
      Shape outer = axes.reduce(x.shape(), false);
      Value flat = moved.reshape(outer.append(axes.elements(x.shape())));
      return function.apply(flat).reshape(moved.shape()).transpose(toEnd.inverse());
    }
  }

  /**
   * The largest element, 0.0 above -0.0; NaN if any is NaN; of nothing -infinity, or the smallest
   * integer. Numeric. Gradient: dy to the first of the largest elements, in row-major order.
   */
  record ReduceMax(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferNumbers(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> toFirst(axes, at, flat -> flat.argMax(-1)));
    }
  }

  /**
   * The smallest element, -0.0 below 0.0; NaN if any is NaN; of nothing infinity, or the largest
   * integer. Numeric. Gradient: dy to the first of the smallest elements, in row-major order.
   */
  record ReduceMin(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferNumbers(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> toFirst(axes, at, flat -> flat.argMin(-1)));
    }
  }

  /**
   * {@code log(sum(e^x))} without overflow: the largest element is taken out first. -infinity of
   * nothing; NaN if any is NaN. Floating point. Gradient: {@code dx = dy * softmax(x)}, which
   * {@code e^(x - y)} would be less accurately where y is large.
   */
  record ReduceLogSumExp(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferFloating(this, in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        Value weights = at.x().builder().add(new Probability.Softmax(axes), at.x());
        return spread(this, at.dy(), at.x().shape()).mul(weights);
      });
    }
  }

  /** Whether any element is true; false of nothing. BOOL. */
  record ReduceAny(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferBooleans(this, in);
    }

    @Override
    public String reasonNotDifferentiable() {
      return Logic.BOOLEAN_RESULT;
    }
  }

  /** Whether all elements are true; true of nothing. BOOL. */
  record ReduceAll(Axes axes, @Default("false") boolean keepDims)
      implements Reduction, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      return inferBooleans(this, in);
    }

    @Override
    public String reasonNotDifferentiable() {
      return Logic.BOOLEAN_RESULT;
    }
  }

  /**
   * The index of the largest element along one axis, as INT64; the first of several, and the first
   * NaN before any number. Numeric. The axis goes. (C1) It exists. (C2) It is not empty.
   */
  record ArgMax(int axis) implements Reduction, NotDifferentiable {
    @Override
    public Axes axes() {
      return Axes.of(axis);
    }

    @Override
    public boolean keepDims() {
      return false;
    }

    @Override
    public TensorType infer(Operands in) {
      return inferIndex(axis, in);
    }

    @Override
    public String reasonNotDifferentiable() {
      return INDEX_RESULT;
    }
  }

  /**
   * The index of the smallest element along one axis, as INT64; the first of several, and the first
   * NaN before any number. Numeric. The axis goes. (C1) It exists. (C2) It is not empty.
   */
  record ArgMin(int axis) implements Reduction, NotDifferentiable {
    @Override
    public Axes axes() {
      return Axes.of(axis);
    }

    @Override
    public boolean keepDims() {
      return false;
    }

    @Override
    public TensorType infer(Operands in) {
      return inferIndex(axis, in);
    }

    @Override
    public String reasonNotDifferentiable() {
      return INDEX_RESULT;
    }
  }

  /** What an index answers when asked for its derivative. */
  String INDEX_RESULT = "its result is an index, which does not vary smoothly";

  private static TensorType inferIndex(int axis, Operands in) {
    TensorType x = in.single();
    in.axis("C1", 0, axis);
    in.numeric(0);
    in.require("C2", !x.dim(axis).is(0), "axis %s is empty: it has no element.", axis);
    return x.withShape(x.shape().remove(axis)).withDType(DType.INT64);
  }

  private static Value toFirst(Axes axes, Vjp at, UnaryOperator<Value> index) {
    Value x = at.x();
    if (axes.elements(x.shape()).is(0)) {
      return x.like(0);
    }
    Permutation toEnd = Permutation.of(axes.complement(x.rank()).indices(), axes.indices());
    Value moved = x.transpose(toEnd);
    Value flat = moved.reshape(axes.reduce(x.shape(), false).append(axes.elements(x.shape())));
    Value chosen = index.apply(flat).expandDims(-1);
    Value scattered = flat.like(0).scatterAddAlongAxis(-1, chosen, at.dy().reshape(chosen.shape()));
    return scattered.reshape(moved.shape()).transpose(toEnd.inverse());
  }

  /**
   * The family's methods on values. No axes means all of them; negative ones count from the last.
   */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link ReduceSum} over a set of axes. */
    default Value reduceSum(Axes axes, boolean keepDims) {
      return axes.count() == 0
          ? self()
          : self().builder().add(new ReduceSum(axes, keepDims), self());
    }

    /** {@link ReduceSum}. */
    default Value sum(int... axes) {
      return self().builder().add(new ReduceSum(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceMean}. */
    default Value mean(int... axes) {
      return self().builder().add(new ReduceMean(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceProd}. */
    default Value prod(int... axes) {
      return self().builder().add(new ReduceProd(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceMax}. */
    default Value reduceMax(int... axes) {
      return self().builder().add(new ReduceMax(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceMin}. */
    default Value reduceMin(int... axes) {
      return self().builder().add(new ReduceMin(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceLogSumExp}. */
    default Value logSumExp(int... axes) {
      return self().builder().add(new ReduceLogSumExp(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceAny}. */
    default Value any(int... axes) {
      return self().builder().add(new ReduceAny(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceAll}. */
    default Value all(int... axes) {
      return self().builder().add(new ReduceAll(Axes.of(self(), axes), false), self());
    }

    /** {@link ReduceSum}, the axes kept with size 1. */
    default Value sumKeepDims(int... axes) {
      return self().builder().add(new ReduceSum(Axes.of(self(), axes), true), self());
    }

    /** {@link ReduceMean}, the axes kept with size 1. */
    default Value meanKeepDims(int... axes) {
      return self().builder().add(new ReduceMean(Axes.of(self(), axes), true), self());
    }

    /** {@link ArgMax}. */
    default Value argMax(int axis) {
      return self().builder().add(new ArgMax(self().axis(axis)), self());
    }

    /** {@link ArgMin}. */
    default Value argMin(int axis) {
      return self().builder().add(new ArgMin(self().axis(axis)), self());
    }
  }
}
