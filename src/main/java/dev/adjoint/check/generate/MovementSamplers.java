package dev.adjoint.check.generate;

import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Movements of elements, with parts and padding that differ at both ends and from axis to axis. */
final class MovementSamplers {
  private MovementSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(Movement.Reshape.class, MovementSamplers::reshape),
        OperatorSampler.of(Movement.Transpose.class, MovementSamplers::transpose),
        OperatorSampler.of(Movement.Broadcast.class, MovementSamplers::broadcast),
        OperatorSampler.of(Movement.Slice.class, MovementSamplers::slice),
        OperatorSampler.of(Movement.Pad.class, MovementSamplers::pad),
        OperatorSampler.of(Movement.Concat.class, MovementSamplers::concat),
        OperatorSampler.of(Movement.Reverse.class, MovementSamplers::reverse));
  }

  private static OperatorSample reshape(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    List<Dim> dims = new ArrayList<>(x.shape().dims());
    choices.repeat(0, 3, () -> changeAxes(choices, dims));
    return OperatorSample.of(new Movement.Reshape(Shape.of(dims)), Operand.of(x));
  }

  /** Adds an axis of size 1, merges two neighbours, or splits one in two. */
  private static void changeAxes(Choices choices, List<Dim> dims) {
    if (dims.size() > 1 && choices.chance(50)) {
      int axis = choices.axis(dims.size() - 1);
      dims.set(axis, dims.get(axis).times(dims.remove(axis + 1)));
      return;
    }
    int axis = choices.axis(dims.size() + 1);
    Optional<Long> factor = axis == dims.size() ? Optional.empty() : factor(dims.get(axis));
    if (factor.isPresent()) {
      dims.set(axis, dims.get(axis).floorDiv(factor.get()));
      dims.add(axis, Dim.of(factor.get()));
    } else {
      dims.add(axis, Dim.of(1));
    }
  }

  private static Optional<Long> factor(Dim dim) {
    return List.of(2L, 3L).stream()
        .filter(factor -> dim.isConstant() && dim.value() > 0 && dim.value() % factor == 0)
        .findFirst();
  }

  private static OperatorSample transpose(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    return OperatorSample.of(new Movement.Transpose(choices.permutation(x.rank())), Operand.of(x));
  }

  private static OperatorSample broadcast(Choices choices) {
    DType dtype = choices.dtype();
    Shape shape = choices.shape();
    TensorType x = new TensorType(dtype, choices.broadcastableTo(shape));
    return OperatorSample.of(new Movement.Broadcast(shape), Operand.of(x));
  }

  private static OperatorSample slice(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    List<Movement.SliceAxis> axes =
        x.shape().dims().stream().map(size -> sliceAxis(choices, size)).toList();
    return OperatorSample.of(new Movement.Slice(axes), Operand.of(x));
  }

  private static Movement.SliceAxis sliceAxis(Choices choices, Dim size) {
    int value = Math.toIntExact(choices.valueOf(size));
    int spare = value - Math.min(value, choices.leastSize(size));
    int before = choices.between(0, spare);
    int behind = choices.between(0, spare - before);
    return new Movement.SliceAxis(Dim.of(before), size.minus(behind), choices.between(1, 3));
  }

  private static OperatorSample pad(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    List<Movement.PadAxis> axes =
        x.shape().dims().stream().map(size -> padAxis(choices, size)).toList();
    return OperatorSample.of(
        new Movement.Pad(axes), Operand.of(x), Operand.of(TensorType.of(x.dtype())));
  }

  private static Movement.PadAxis padAxis(Choices choices, Dim size) {
    long value = choices.valueOf(size);
    int interior = choices.among(0, 0, 0, 0, 1, 2);
    long extent = value == 0 ? 0 : (value - 1) * (interior + 1) + 1;
    int low = choices.among(0, 1, 2, -1, -2);
    int high = choices.among(0, 1, 2, -1, -2);
    long missing = Math.max(0, choices.leastSize(size) - (extent + low + high));
    return new Movement.PadAxis(Dim.of(low), Dim.of(high + missing), interior);
  }

  private static OperatorSample concat(Choices choices) {
    TensorType first =
        new TensorType(choices.dtype(), choices.shape(1, choices.limits().maxRank()));
    int axis = choices.axis(first.rank());
    List<Operand> operands = new ArrayList<>(List.of(Operand.of(first)));
    choices
        .several(0, 2, choices::dim)
        .forEach(
            size -> operands.add(Operand.of(first.withShape(first.shape().withDim(axis, size)))));
    return OperatorSample.of(new Movement.Concat(axis), operands);
  }

  private static OperatorSample reverse(Choices choices) {
    TensorType x = choices.type(choices.dtype());
    return OperatorSample.of(new Movement.Reverse(choices.axes(x.rank())), Operand.of(x));
  }
}
