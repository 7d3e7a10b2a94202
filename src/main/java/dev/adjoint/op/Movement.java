package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Default;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operators that move elements and compute nothing: any dtype, exact, the same bits on any number
 * of threads. All are linear, so each gradient is the transposed movement.
 */
public sealed interface Movement extends Primitive, Differentiable {
  @Override
  default Linearity linearity() {
    return Linearity.LINEAR;
  }

  /**
   * The same elements in row-major order under another shape. (C1) Both shapes have equally many
   * elements. Gradient: dy in the operand's shape.
   */
  record Reshape(Shape shape) implements Movement {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.require(
          "C1",
          shape.elements().equals(x.shape().elements()),
          "%s has %s elements, the operand has %s. Pass a shape with as many.",
          shape,
          shape.elements(),
          x.shape().elements());
      return x.withShape(shape);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().reshape(at.x().shape()));
    }
  }

  /**
   * Reorders axes: axis k of the result is axis {@code permutation(k)} of the operand. (C1) The
   * permutation is of as many axes as the operand has. Gradient: dy in the inverse order.
   */
  record Transpose(Permutation permutation) implements Movement {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.require(
          "C1",
          permutation.size() == x.rank(),
          "%s orders %s axes, the operand has %s.",
          permutation.order(),
          permutation.size(),
          x.rank());
      return x.withShape(permutation.apply(x.shape()));
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().transpose(permutation.inverse()));
    }
  }

  /**
   * Repeats elements to fill a shape, by NumPy's rules: shapes are aligned at their last axes; an
   * axis that is absent or of size 1 is repeated. (C1) Every other axis has its size already.
   * Gradient: dy summed over the repeated axes.
   */
  record Broadcast(Shape shape) implements Movement {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.require(
          "C1",
          Broadcasting.common(x.shape(), shape).filter(shape::equals).isPresent(),
          "%s does not broadcast to %s. Sizes, aligned at the last axis, must be equal, or 1 in the"
              + " operand.",
          x.shape(),
          shape);
      return x.withShape(shape);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Axes repeated = Broadcasting.repeated(at.x().shape(), shape);
      return at.cotangents(() -> at.dy().reduceSum(repeated, false).reshape(at.x().shape()));
    }
  }

  /**
   * One axis of a {@link Slice}: the indices start, start + stride and so on below limit.
   *
   * @param start the first index, from 0
   * @param limit the index after the last, at most the size
   * @param stride the step, 1 or more
   */
  record SliceAxis(@Default("0") Dim start, Dim limit, @Default("1") long stride) {
    /** Checks the stride. */
    public SliceAxis {
      if (stride < 1) {
        throw new GraphException(
            "The stride of a slice must be 1 or more, given %d. Reverse the axis to go backwards."
                .formatted(stride));
      }
    }

    /** All of an axis. */
    public static SliceAxis all(Dim size) {
      return new SliceAxis(Dim.of(0), size, 1);
    }

    /** The length over the stride, rounded up, in the form in which windows count their steps. */
    Dim size() {
      return limit.minus(start).minus(1).floorDiv(stride).plus(1);
    }
  }

  /**
   * A strided part: {@code y[i, ..] = x[start + i * stride, ..]} along every axis. (C1) There is
   * one entry an axis. (C2) {@code 0 <= start <= limit <= size}, as far as the sizes are known.
   * Gradient: dy padded with zeros before, behind and between.
   */
  record Slice(List<SliceAxis> axes) implements Movement {
    /** Copies the list. */
    public Slice {
      axes = List.copyOf(axes);
    }

    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.require("C1", axes.size() == x.rank(), "%s entries for %s axes.", axes.size(), x.rank());
      List<Dim> dims = new ArrayList<>();
      for (int axis = 0; axis < axes.size(); axis++) {
        SliceAxis part = axes.get(axis);
        boolean ordered =
            isOrdered(Dim.of(0), part.start())
                && isOrdered(part.start(), part.limit())
                && isOrdered(part.limit(), x.dim(axis));
        in.require(
            "C2",
            ordered,
            "axis %s of size %s has no part from %s to %s. Pass 0 <= start <= limit <= size.",
            axis,
            x.dim(axis),
            part.start(),
            part.limit());
        dims.add(part.size());
      }
      return x.withShape(Shape.of(dims));
    }

    private static boolean isOrdered(Dim low, Dim high) {
      Dim difference = high.minus(low);
      return !difference.isConstant() || difference.value() >= 0;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      List<PadAxis> padding = new ArrayList<>();
      for (int axis = 0; axis < axes.size(); axis++) {
        SliceAxis part = axes.get(axis);
        Dim covered = WindowAxis.dilated(at.dy().dim(axis), part.stride());
        Dim behind = at.x().dim(axis).minus(part.start()).minus(covered);
        padding.add(new PadAxis(part.start(), behind, part.stride() - 1));
      }
      return at.cotangents(() -> at.dy().pad(padding));
    }
  }

  /**
   * One axis of a {@link Pad}.
   *
   * @param low how many elements to put before the first; negative takes away
   * @param high how many elements to put behind the last; negative takes away
   * @param interior how many elements to put between neighbours, 0 or more
   */
  record PadAxis(@Default("0") Dim low, @Default("0") Dim high, @Default("0") long interior) {
    /** Padding that changes nothing. */
    public static final PadAxis NONE = new PadAxis(Dim.of(0), Dim.of(0), 0);

    /** Checks the interior. */
    public PadAxis {
      if (interior < 0) {
        throw new GraphException(
            "The interior padding must be 0 or more, given %d.".formatted(interior));
      }
    }

    /** Padding before and behind. */
    public static PadAxis of(long low, long high) {
      return new PadAxis(Dim.of(low), Dim.of(high), 0);
    }

    Dim size(Dim size) {
      return WindowAxis.dilated(size, interior + 1).plus(low).plus(high);
    }
  }

  /**
   * Pads with a value before, behind and between the elements. Operands: {@code x}, and {@code
   * value}, a scalar of the same dtype. {@code y[o] = x[(o - low) / (interior + 1)]} where that is
   * an index of x, else the value: negative padding shifts the whole axis. (C1) There is one entry
   * an axis. (C2) No size becomes negative. (C3) The value is such a scalar. Gradient: dx is dy
   * padded by the negated amounts and sliced; the value's is the sum of dy where the value went.
   */
  record Pad(List<PadAxis> axes) implements Movement {
    /** Copies the list. */
    public Pad {
      axes = List.copyOf(axes);
    }

    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      TensorType x = in.get(0);
      in.require(
          "C3",
          in.get(1).equals(TensorType.of(x.dtype())),
          "the padding value must be a scalar %s, it is %s.",
          x.dtype(),
          in.get(1));
      in.require("C1", axes.size() == x.rank(), "%s entries for %s axes.", axes.size(), x.rank());
      List<Dim> dims = new ArrayList<>();
      for (int axis = 0; axis < axes.size(); axis++) {
        Dim size = axes.get(axis).size(x.dim(axis));
        in.require(
            "C2",
            !size.isConstant() || size.value() >= 0,
            "axis %s of size %s becomes %s. Take away less.",
            axis,
            x.dim(axis),
            size);
        dims.add(size);
      }
      return x.withShape(Shape.of(dims));
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> unpad(at), () -> sumOfPadding(at));
    }

    private Value unpad(Vjp at) {
      List<PadAxis> back = new ArrayList<>();
      List<SliceAxis> kept = new ArrayList<>();
      for (int axis = 0; axis < axes.size(); axis++) {
        PadAxis pad = axes.get(axis);
        back.add(new PadAxis(pad.low().negate(), pad.high().negate(), 0));
        Dim covered = WindowAxis.dilated(at.x().dim(axis), pad.interior() + 1);
        kept.add(new SliceAxis(Dim.of(0), covered, pad.interior() + 1));
      }
      Value shifted = at.dy().pad(back);
      return shifted.shape().equals(at.x().shape()) ? shifted : shifted.slice(kept);
    }

    private Value sumOfPadding(Vjp at) {
      Value none = at.dy().builder().constant(Tensor.scalar(false));
      Value some = at.dy().builder().constant(Tensor.scalar(true)).broadcast(at.x().shape());
      Value inside = at.dy().builder().add(this, some, none);
      return Logic.select(inside, at.dy().like(0), at.dy()).sum();
    }
  }

  /**
   * Puts values one behind the other along an axis. (C1) There is at least one. (C2) The axis
   * exists. (C3) They have one dtype and, but for that axis, one shape. Gradient: each operand's
   * part of dy.
   */
  record Concat(int axis) implements Movement {
    @Override
    public TensorType infer(Operands in) {
      in.require("C1", in.count() > 0, "takes at least one value, given none.");
      TensorType first = in.get(0);
      in.require("C2", axis >= 0 && axis < first.rank(), "%s has no axis %s.", first, axis);
      Dim size = first.dim(axis);
      for (int i = 1; i < in.count(); i++) {
        TensorType next = in.get(i);
        in.require(
            "C3",
            next.rank() == first.rank()
                && next.withShape(next.shape().withDim(axis, first.dim(axis))).equals(first),
            "operand %s is %s and does not fit behind %s along axis %s.",
            i,
            next,
            first,
            axis);
        size = size.plus(next.dim(axis));
      }
      return first.withShape(first.shape().withDim(axis, size));
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      List<Vjp.Expression> rules = new ArrayList<>();
      Dim start = Dim.of(0);
      for (Value operand : at.operands()) {
        Dim from = start;
        Dim limit = start.plus(operand.dim(axis));
        rules.add(() -> at.dy().slice(axis, from, limit));
        start = limit;
      }
      return at.cotangents(rules.toArray(Vjp.Expression[]::new));
    }
  }

  /**
   * Turns axes around: {@code y[.., i, ..] = x[.., size - 1 - i, ..]}. (C1) The axes exist.
   * Gradient: dy turned around.
   */
  record Reverse(Axes axes) implements Movement {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.require("C1", axes.within(x.rank()), "%s lacks an axis of %s.", x, axes.indices());
      return x;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().reverse(axes));
    }
  }

  /** {@link Concat}: the values one behind the other along {@code axis}. */
  static Value concat(int axis, List<Value> values) {
    if (values.isEmpty()) {
      throw new GraphException("", "C1", "concat takes at least one value, given none.");
    }
    Value first = values.getFirst();
    return first.builder().add(new Concat(first.axis(axis)), values);
  }

  /** The shape of the given sizes, -1 replaced by what is left of the elements of {@code x}. */
  private static Shape completed(Value x, long... sizes) {
    try {
      Dim others = Dim.of(1);
      for (long size : sizes) {
        others = size == -1 ? others : others.times(size);
      }
      Dim open = others.is(0) ? Dim.of(0) : x.shape().elements().floorDiv(others);
      if (Arrays.stream(sizes).filter(n -> n == -1).count() > 1) {
        throw new IllegalArgumentException("Only one size may be -1.");
      }
      return Shape.of(Arrays.stream(sizes).mapToObj(n -> n == -1 ? open : Dim.of(n)).toList());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new GraphException(
          x.name(),
          "reshape",
          "'%s' is %s and has no shape %s: %s"
              .formatted(x.name(), x.type(), Arrays.toString(sizes), e.getMessage()),
          e);
    }
  }

  /** The shape of {@code x} with one more axis before {@code axis}. */
  static Shape withNewAxis(Value x, int axis, Dim size) {
    if (x.rank() == Shape.MAX_RANK) {
      throw new GraphException(
          x.name(),
          "axis",
          "'%s' is %s: it has %d axes, which is the most; it cannot take another."
              .formatted(x.name(), x.type(), x.rank()));
    }
    return x.shape().insert(x.newAxis(axis), size);
  }

  /** The family's methods on values. None of them adds a node that would change nothing. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Reshape}: the same elements under another shape. */
    default Value reshape(Shape shape) {
      return shape.equals(self().shape())
          ? self()
          : self().builder().add(new Reshape(shape), self());
    }

    /**
     * {@link Reshape}; one size may be -1 and is then computed from the others.
     *
     * @throws GraphException if the sizes do not fit, or more than one is -1
     */
    default Value reshape(long... sizes) {
      return reshape(completed(self(), sizes));
    }

    /** {@link Transpose}: the axes in another order. */
    default Value transpose(Permutation permutation) {
      return permutation.isIdentity() && permutation.size() == self().rank()
          ? self()
          : self().builder().add(new Transpose(permutation), self());
    }

    /** {@link Transpose}: axis k of the result is axis {@code order[k]}; none means reversed. */
    default Value transpose(int... order) {
      IntStream axes =
          order.length == 0
              ? IntStream.range(0, self().rank()).map(k -> self().rank() - 1 - k)
              : Arrays.stream(order).map(self()::axis);
      return transpose(new Permutation(axes.boxed().toList()));
    }

    /** {@link Broadcast}: repeated to fill a shape. */
    default Value broadcast(Shape shape) {
      return shape.equals(self().shape())
          ? self()
          : self().builder().add(new Broadcast(shape), self());
    }

    /** {@link Slice}: a part, one entry an axis. */
    default Value slice(List<SliceAxis> axes) {
      return self().builder().add(new Slice(axes), self());
    }

    /** {@link Slice}: the indices from start, below limit, of one axis. */
    default Value slice(int axis, Dim start, Dim limit) {
      List<SliceAxis> axes =
          new ArrayList<>(self().shape().dims().stream().map(SliceAxis::all).toList());
      axes.set(self().axis(axis), new SliceAxis(start, limit, 1));
      return axes.equals(self().shape().dims().stream().map(SliceAxis::all).toList())
          ? self()
          : slice(axes);
    }

    /** {@link Slice}: the indices from start, below limit, of one axis. */
    default Value slice(int axis, long start, long limit) {
      return slice(axis, Dim.of(start), Dim.of(limit));
    }

    /** {@link Pad}, with zeros (false for BOOL): one entry an axis. */
    default Value pad(List<PadAxis> axes) {
      return axes.stream().allMatch(PadAxis.NONE::equals) ? self() : pad(axes, self().scalar(0));
    }

    /** {@link Pad}, with a value: one entry an axis. */
    default Value pad(List<PadAxis> axes, Value value) {
      return self().builder().add(new Pad(axes), self(), value);
    }

    /** {@link Reverse}: some axes turned around. */
    default Value reverse(Axes axes) {
      return axes.count() == 0 ? self() : self().builder().add(new Reverse(axes), self());
    }

    /** {@link Reverse}: some axes turned around. */
    default Value reverse(int... axes) {
      return reverse(Axes.of(self(), axes));
    }

    /** A {@link Reshape} that adds an axis of size 1 before {@code axis}. */
    default Value expandDims(int axis) {
      return reshape(withNewAxis(self(), axis, Dim.of(1)));
    }

    /** A {@link Reshape} that removes the given axes, of size 1; without any, all of that size. */
    default Value squeeze(int... axes) {
      Shape shape = self().shape();
      Axes removed =
          axes.length > 0
              ? Axes.of(self(), axes)
              : new Axes(
                  IntStream.range(0, shape.rank())
                      .filter(k -> shape.dim(k).is(1))
                      .boxed()
                      .toList());
      return reshape(removed.reduce(shape, false));
    }
  }
}
