package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading and adding at places that are computed. Indices are integers from 0; one outside its axis
 * is an error when the graph runs, naming the node and the index. Additions to one place go in the
 * order of the updates, so the bits are the same on any number of threads.
 */
public sealed interface Indexing extends Primitive {
  /** Moves or adds elements to places that its indices say: linear in everything but those. */
  sealed interface Placement extends Indexing, Differentiable {
    @Override
    default Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * Takes whole slices: {@code y[.., i, ..] = x[.., indices[i], ..]} along an axis, which is
   * replaced by all axes of the indices. Operands: {@code x} of any dtype, {@code indices}. Exact.
   * (C1) The axis exists. Gradient: dy added into zeros at the same places.
   */
  record Gather(int axis) implements Placement {
    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      in.integer(1);
      in.axis("C1", 0, axis);
      return in.get(0).withShape(gathered(in.get(0).shape(), in.get(1).shape(), axis));
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Vjp.rule(() -> at.x().like(0).scatterAdd(axis, at.operand(1), at.dy())),
          Cotangent.Rule.zero());
    }
  }

  /**
   * Adds whole slices: {@code y = base}, then {@code y[.., indices[i], ..] += updates[.., i, ..]}.
   * Operands: {@code base} numeric, {@code indices}, {@code updates} of the dtype of base and the
   * shape that {@link Gather} would give. (C1) The axis exists. (C2) The updates have that type.
   * Gradient: dy to base, gathered dy to updates.
   */
  record ScatterAdd(int axis) implements Placement {
    @Override
    public TensorType infer(Operands in) {
      in.count(3);
      in.numeric(0);
      in.integer(1);
      in.axis("C1", 0, axis);
      TensorType base = in.get(0);
      TensorType expected = base.withShape(gathered(base.shape(), in.get(1).shape(), axis));
      requireUpdates(in, "C2", expected);
      return base;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Vjp.rule(at::dy),
          Cotangent.Rule.zero(),
          Vjp.rule(() -> at.dy().gather(axis, at.operand(1))));
    }
  }

  /**
   * Takes one element a place: {@code y[.., i, ..] = x[.., indices[.., i, ..], ..]}. Operands:
   * {@code x} of any dtype; {@code indices}, of the shape of x but for the axis. Exact. (C1) The
   * axis exists. (C2) The shapes fit. Gradient: dy added into zeros at the same places.
   */
  record TakeAlongAxis(int axis) implements Placement {
    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      in.integer(1);
      in.axis("C1", 0, axis);
      requireAlong(in, axis);
      return in.get(0).withShape(in.get(1).shape());
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Vjp.rule(() -> at.x().like(0).scatterAddAlongAxis(axis, at.operand(1), at.dy())),
          Cotangent.Rule.zero());
    }
  }

  /**
   * Adds one element a place: {@code y = base}, then {@code y[.., indices[.., i, ..], ..] +=
   * updates[.., i, ..]}. Operands: {@code base} numeric; {@code indices}, of the shape of base but
   * for the axis; {@code updates} of their shape and the dtype of base. (C1) The axis exists. (C2)
   * The shapes fit. (C3) So do the updates. Gradient: dy to base, dy taken at the places to
   * updates.
   */
  record ScatterAddAlongAxis(int axis) implements Placement {
    @Override
    public TensorType infer(Operands in) {
      in.count(3);
      in.numeric(0);
      in.integer(1);
      in.axis("C1", 0, axis);
      requireAlong(in, axis);
      TensorType expected = in.get(0).withShape(in.get(1).shape());
      requireUpdates(in, "C3", expected);
      return in.get(0);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(
          Vjp.rule(at::dy),
          Cotangent.Rule.zero(),
          Vjp.rule(() -> at.dy().takeAlongAxis(axis, at.operand(1))));
    }
  }

  /**
   * The indices of the k largest elements along an axis, as INT64, largest first; equal elements in
   * the order of their indices; NaN before any number. Numeric. The axis gets size k. (C1) It
   * exists. (C2) {@code 0 <= k <= size}, as far as the size is known.
   */
  record TopKIndices(long k, int axis) implements Indexing, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.single();
      in.numeric(0);
      in.axis("C1", 0, axis);
      Dim size = x.dim(axis);
      in.require(
          "C2",
          k >= 0 && (!size.isConstant() || k <= size.value()),
          "cannot take the %s largest of %s elements.",
          k,
          size);
      return x.withShape(x.shape().withDim(axis, Dim.of(k))).withDType(DType.INT64);
    }

    @Override
    public String reasonNotDifferentiable() {
      return Reduction.INDEX_RESULT;
    }
  }

  private static Shape gathered(Shape x, Shape indices, int axis) {
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, axis));
    dims.addAll(indices.dims());
    dims.addAll(x.dims().subList(axis + 1, x.rank()));
    return Shape.of(dims);
  }

  private static void requireAlong(Operands in, int axis) {
    Shape x = in.get(0).shape();
    Shape indices = in.get(1).shape();
    in.require(
        "C2",
        indices.rank() == x.rank() && indices.withDim(axis, x.dim(axis)).equals(x),
        "the indices must have the shape %s but for axis %s, they have %s.",
        x,
        axis,
        indices);
  }

  private static void requireUpdates(Operands in, String constraint, TensorType expected) {
    in.require(
        constraint,
        in.get(2).equals(expected),
        "the updates must be %s, they are %s.",
        expected,
        in.get(2));
  }

  /** The family's methods on values. Negative axes count from the last. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Gather}: the slices at {@code indices} along an axis. */
    default Value gather(int axis, Value indices) {
      return self().builder().add(new Gather(self().axis(axis)), self(), indices);
    }

    /** {@link ScatterAdd}: this with slices added at {@code indices} along an axis. */
    default Value scatterAdd(int axis, Value indices, Value updates) {
      return self().builder().add(new ScatterAdd(self().axis(axis)), self(), indices, updates);
    }

    /** {@link TakeAlongAxis}. */
    default Value takeAlongAxis(int axis, Value indices) {
      return self().builder().add(new TakeAlongAxis(self().axis(axis)), self(), indices);
    }

    /** {@link ScatterAddAlongAxis}. */
    default Value scatterAddAlongAxis(int axis, Value indices, Value updates) {
      return self()
          .builder()
          .add(new ScatterAddAlongAxis(self().axis(axis)), self(), indices, updates);
    }

    /** {@link TopKIndices}: where the k largest elements are along an axis. */
    default Value topKIndices(long k, int axis) {
      return self().builder().add(new TopKIndices(k, self().axis(axis)), self());
    }

    /** The k largest elements along an axis, largest first: taken at their {@link TopKIndices}. */
    default Value topK(long k, int axis) {
      return takeAlongAxis(axis, topKIndices(k, axis));
    }

    /**
     * These indices as ones among zeros along a new axis before {@code axis}: 1 where the index is
     * the position, nothing but zeros for an index outside the depth.
     */
    default Value oneHot(int axis, Dim depth, DType dtype) {
      Value indices = self();
      Shape shape = Movement.withNewAxis(indices, axis, depth);
      int position = indices.newAxis(axis);
      Value places = Source.iota(indices.builder(), indices.type().withShape(shape), position);
      return places.eq(indices.expandDims(position)).cast(dtype);
    }
  }
}
