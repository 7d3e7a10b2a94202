package dev.adjoint.check.generate;

import dev.adjoint.op.Indexing;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Reading and adding at indices, which repeat and leave out. */
final class IndexingSamplers {
  private IndexingSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(Indexing.Gather.class, IndexingSamplers::gather),
        OperatorSampler.of(Indexing.ScatterAdd.class, IndexingSamplers::scatterAdd),
        OperatorSampler.of(Indexing.TakeAlongAxis.class, IndexingSamplers::take),
        OperatorSampler.of(Indexing.ScatterAddAlongAxis.class, IndexingSamplers::scatterAlong),
        OperatorSampler.of(Indexing.TopKIndices.class, IndexingSamplers::topK));
  }

  private static OperatorSample gather(Choices choices) {
    TensorType x = ranked(choices, choices.dtype());
    int axis = choices.axis(x.rank());
    Operand indices = indices(choices, choices.shape(0, 2), x.dim(axis));
    return OperatorSample.of(new Indexing.Gather(axis), Operand.of(x), indices);
  }

  private static OperatorSample scatterAdd(Choices choices) {
    TensorType base = ranked(choices, choices.numeric());
    int axis = choices.axis(base.rank());
    Operand indices = indices(choices, choices.shape(0, 2), base.dim(axis));
    List<Dim> updates = new ArrayList<>(base.shape().dims());
    updates.remove(axis);
    updates.addAll(axis, indices.type().shape().dims());
    return OperatorSample.of(
        new Indexing.ScatterAdd(axis),
        Operand.of(base),
        indices,
        Operand.of(base.withShape(Shape.of(updates))));
  }

  private static OperatorSample take(Choices choices) {
    TensorType x = ranked(choices, choices.dtype());
    int axis = choices.axis(x.rank());
    return OperatorSample.of(
        new Indexing.TakeAlongAxis(axis), Operand.of(x), indicesAlong(choices, x, axis));
  }

  private static OperatorSample scatterAlong(Choices choices) {
    TensorType base = ranked(choices, choices.numeric());
    int axis = choices.axis(base.rank());
    Operand indices = indicesAlong(choices, base, axis);
    return OperatorSample.of(
        new Indexing.ScatterAddAlongAxis(axis),
        Operand.of(base),
        indices,
        Operand.of(base.withShape(indices.type().shape())));
  }

  private static OperatorSample topK(Choices choices) {
    TensorType x = ranked(choices, choices.numeric());
    int axis = choices.axis(x.rank());
    int most = Math.toIntExact(choices.valueOf(x.dim(axis)));
    int least = Math.min(most, choices.leastSize());
    int k = choices.between(least, most);
    return OperatorSample.of(new Indexing.TopKIndices(k, axis), new Operand(x, Domain.separated()));
  }

  private static TensorType ranked(Choices choices, DType dtype) {
    return new TensorType(dtype, choices.shape(1, choices.limits().maxRank()));
  }

  private static Operand indicesAlong(Choices choices, TensorType x, int axis) {
    return indices(choices, x.shape().withDim(axis, choices.dim()), x.dim(axis), axis);
  }

  private static Operand indices(Choices choices, Shape shape, Dim size) {
    Shape ranked = choices.valueOf(size) == 0 && shape.rank() == 0 ? Shape.of(0) : shape;
    return indices(choices, ranked, size, 0);
  }

  /** Indices of an axis of {@code size}; if it is empty there is none, thanks to {@code axis}. */
  private static Operand indices(Choices choices, Shape shape, Dim size, int axis) {
    long known = choices.valueOf(size);
    boolean impossible = known == 0 && choices.elements(shape) > 0;
    return new Operand(
        new TensorType(choices.integer(), impossible ? shape.withDim(axis, Dim.of(0)) : shape),
        Domain.indices(known));
  }
}
