package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Default;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Operators that go along an axis and carry a state. The result has the operand's type. (C1) The
 * axis exists. The order is fixed by the axis, so the bits are the same on any number of threads.
 */
public sealed interface Scan extends Primitive, Differentiable {
  /**
   * Running sums along an axis: {@code y_i = x_0 + .. + x_i}, or without {@code x_i} if {@code
   * exclusive}; from the end if {@code reverse}. Numeric; integers wrap around. Gradient: the
   * running sums of dy in the other direction.
   */
  record CumulativeSum(
      int axis, @Default("false") boolean exclusive, @Default("false") boolean reverse)
      implements Scan {
    @Override
    public TensorType infer(Operands in) {
      TensorType type = in.single();
      in.axis("C1", 0, axis);
      in.numeric(0);
      return type;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(
          () -> at.dy().builder().add(new CumulativeSum(axis, exclusive, !reverse), at.dy()));
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * A linear recurrence along an axis: {@code h_0 = b_0}, then {@code h_i = a_i * h_(i-1) + b_i};
   * from the end if {@code reverse}. The first of {@code a} is not read. Operands {@code a}, {@code
   * b}: one type, floating point. Running products and sums are cases of it.
   *
   * <p>Gradient, itself a recurrence in the other direction: {@code g_i = dy_i + a_(i+1) *
   * g_(i+1)}, then {@code db = g} and {@code da_i = g_i * h_(i-1)}.
   */
  record LinearRecurrence(int axis, @Default("false") boolean reverse) implements Scan {
    @Override
    public TensorType infer(Operands in) {
      TensorType type = in.same(2);
      in.axis("C1", 0, axis);
      in.floating(0);
      return type;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value next = shift(at.operand(0), axis, !reverse);
      Value g = at.dy().builder().add(new LinearRecurrence(axis, !reverse), next, at.dy());
      return at.cotangents(() -> g.mul(shift(at.y(), axis, reverse)), () -> g);
    }
  }

  /** Each element's predecessor in the direction of a scan, 0 for the first. */
  private static Value shift(Value x, int axis, boolean reverse) {
    List<Movement.PadAxis> padding =
        new ArrayList<>(Collections.nCopies(x.rank(), Movement.PadAxis.NONE));
    padding.set(axis, reverse ? Movement.PadAxis.of(-1, 1) : Movement.PadAxis.of(1, -1));
    return x.pad(padding);
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link CumulativeSum}: each element and those before it. */
    default Value cumulativeSum(int axis) {
      return cumulativeSum(axis, false, false);
    }

    /** {@link CumulativeSum}. */
    default Value cumulativeSum(int axis, boolean exclusive, boolean reverse) {
      return self().builder().add(new CumulativeSum(self().axis(axis), exclusive, reverse), self());
    }

    /** {@link LinearRecurrence} with this as {@code a}. */
    default Value linearRecurrence(Value b, int axis, boolean reverse) {
      return self().builder().add(new LinearRecurrence(self().axis(axis), reverse), self(), b);
    }

    /**
     * The product of the elements before each one along an axis, behind it if {@code reverse}; 1
     * for the first. A {@link LinearRecurrence} of the shifted elements.
     */
    default Value productBefore(int axis, boolean reverse) {
      Value x = self();
      int along = x.axis(axis);
      Value position = Source.iota(x.builder(), x.type(), along);
      Value start =
          reverse
              ? position.eq(Source.size(x.builder(), x.dim(along).minus(1), x.dtype()))
              : position.eq(0);
      Value one = Logic.select(start, x.like(1), x.like(0));
      return shift(x, along, reverse).linearRecurrence(one, along, reverse);
    }
  }
}
