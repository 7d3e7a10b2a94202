package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows that move over an array and combine what they cover. There is one window size and one
 * {@link WindowAxis} an axis of the array, size 1 and the unit axis for those not pooled. Padding
 * holds nothing: it is no candidate for a maximum and adds nothing to a sum. Numeric; the result
 * has the operand's dtype. The order is fixed by the sizes, so the bits are the same on any number
 * of threads.
 *
 * <p>(C1) There is one size and one entry an axis. (C2) Sizes are 1 or more. (C3) No size of the
 * result becomes negative. (C4) A maximum's array has no input dilation.
 */
public sealed interface Pooling extends Primitive, Differentiable {
  /** The window's size along each axis. */
  List<Long> sizes();

  /** How the window moves along each axis. */
  List<WindowAxis> window();

  /** The type of the pooled array, of the array {@code x}. */
  private static TensorType pooled(Pooling op, Operands in, TensorType x) {
    in.require(
        "C1",
        op.sizes().size() == x.rank() && op.window().size() == x.rank(),
        "%s sizes and %s window entries for %s axes.",
        op.sizes().size(),
        op.window().size(),
        x.rank());
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      long size = op.sizes().get(axis);
      in.require(
          "C2", size >= 1, "the window's size %s along axis %s must be 1 or more.", size, axis);
      Dim dim = op.window().get(axis).outputSize(x.dim(axis), Dim.of(size));
      in.require(
          "C3",
          !dim.isConstant() || dim.value() >= 0,
          "axis %s becomes %s: a window of %s does not fit %s elements with %s. Pad more, or use a"
              + " smaller window.",
          axis,
          dim,
          size,
          x.dim(axis),
          op.window().get(axis));
      dims.add(dim);
    }
    return x.withShape(Shape.of(dims));
  }

  private static void requireUndilated(Pooling op, Operands in) {
    in.require(
        "C4",
        op.window().stream().allMatch(axis -> axis.inputDilation() == 1),
        "the array of a maximum cannot be dilated.");
  }

  private static TensorType inferPair(Pooling op, Operands in, int expected, int result) {
    in.count(2);
    in.numeric(0);
    TensorType pooled = pooled(op, in, in.get(0));
    requireUndilated(op, in);
    List<TensorType> types = List.of(in.get(0), pooled);
    in.require(
        "C5",
        in.get(1).equals(types.get(expected)),
        "the second operand must be %s, it is %s.",
        types.get(expected),
        in.get(1));
    return types.get(result);
  }

  /**
   * The largest element in each window, 0.0 above -0.0; NaN if it covers one; -infinity, or the
   * smallest integer, if it covers nothing but padding. Gradient: dy to the first of the largest
   * elements of each window, see {@link MaxPoolScatter}.
   */
  record MaxPool(List<Long> sizes, List<WindowAxis> window) implements Pooling {
    /** Copies the lists. */
    public MaxPool {
      sizes = List.copyOf(sizes);
      window = List.copyOf(window);
    }

    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.numeric(0);
      requireUndilated(this, in);
      return pooled(this, in, x);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(
          () -> at.dy().builder().add(new MaxPoolScatter(sizes, window), at.x(), at.dy()));
    }
  }

  /**
   * Puts each value where its window has its maximum. Operands: {@code x}, the array whose maxima
   * count; {@code v}, of the pooled type. Result, of the type of x: zeros, to which each element of
   * v is added at the first largest element of its window of x, in row-major order (at the first
   * NaN if there is one); the value of a window of nothing but padding is dropped. (C5) v has the
   * pooled type. Gradient: linear in v, {@code dv = maxPoolGather(x, dy)}; piecewise constant in x.
   */
  record MaxPoolScatter(List<Long> sizes, List<WindowAxis> window) implements Pooling {
    /** Copies the lists. */
    public MaxPoolScatter {
      sizes = List.copyOf(sizes);
      window = List.copyOf(window);
    }

    @Override
    public TensorType infer(Operands in) {
      return inferPair(this, in, 1, 0);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Cotangent.Rule.zero(),
          Vjp.rule(() -> at.dy().builder().add(new MaxPoolGather(sizes, window), at.x(), at.dy())));
    }
  }

  /**
   * Takes values from where windows have their maxima. Operands: {@code x}, the array whose maxima
   * count; {@code v}, of the type of x. Result, of the pooled type: for each window the element of
   * v at the first largest element of x, as in {@link MaxPoolScatter}; 0 for a window of nothing
   * but padding. (C5) v has the type of x. Gradient: linear in v, {@code dv = maxPoolScatter(x,
   * dy)}; piecewise constant in x.
   */
  record MaxPoolGather(List<Long> sizes, List<WindowAxis> window) implements Pooling {
    /** Copies the lists. */
    public MaxPoolGather {
      sizes = List.copyOf(sizes);
      window = List.copyOf(window);
    }

    @Override
    public TensorType infer(Operands in) {
      return inferPair(this, in, 0, 1);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Cotangent.Rule.zero(),
          Vjp.rule(
              () -> at.dy().builder().add(new MaxPoolScatter(sizes, window), at.x(), at.dy())));
    }
  }

  /**
   * The sum of each window; 0 if it covers nothing. Integers wrap around. Gradient: the sums of dy
   * over the transposed windows: stride and input dilation change places.
   */
  record SumPool(List<Long> sizes, List<WindowAxis> window) implements Pooling {
    /** Copies the lists. */
    public SumPool {
      sizes = List.copyOf(sizes);
      window = List.copyOf(window);
    }

    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.numeric(0);
      return pooled(this, in, x);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      List<WindowAxis> transposed = new ArrayList<>();
      for (int axis = 0; axis < window.size(); axis++) {
        Dim size = Dim.of(sizes.get(axis));
        transposed.add(window.get(axis).inputGradient(at.x().dim(axis), size, at.y().dim(axis)));
      }
      return at.cotangents(() -> at.dy().builder().add(new SumPool(sizes, transposed), at.dy()));
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /** The family's methods on values: one size and one window entry an axis. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link MaxPool}. */
    default Value maxPool(List<Long> sizes, List<WindowAxis> window) {
      return self().builder().add(new MaxPool(sizes, window), self());
    }

    /** {@link SumPool}. */
    default Value sumPool(List<Long> sizes, List<WindowAxis> window) {
      return self().builder().add(new SumPool(sizes, window), self());
    }
  }
}
