package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * NumPy's broadcasting, made explicit: shapes are aligned at their last axes, and an axis that is
 * absent or of size 1 is repeated. Two symbolic sizes fit only if they are equal expressions.
 */
final class Broadcasting {
  private Broadcasting() {}

  /** Adds {@code op} with the operands broadcast to their common shape. */
  static Value apply(Op op, Value... operands) {
    Shape common = operands[0].shape();
    for (int i = 1; i < operands.length; i++) {
      requireOperand(op, operands[0], operands[i], i);
      common = common(op, common, operands[0], operands[i]);
    }
    List<Value> aligned = new ArrayList<>(operands.length);
    for (Value operand : operands) {
      aligned.add(operand.broadcast(common));
    }
    return operands[0].builder().add(op, aligned);
  }

  /** Checked before any node is added: a foreign operand's builder would get the broadcast. */
  private static void requireOperand(Op op, Value first, Value operand, int index) {
    if (operand == null) {
      throw new GraphException(
          first.name(),
          "%s of '%s': operand %d is null. Pass a value."
              .formatted(op.operatorName(), first.name(), index));
    }
    first.builder().requireOwn(operand);
  }

  private static Shape common(Op op, Shape shape, Value first, Value other) {
    return common(shape, other.shape())
        .orElseThrow(() ->
            new GraphException(
                first.name(),
                "broadcast",
                ("%s: the shapes of '%s' %s and '%s' %s do not broadcast. Sizes, aligned at the"
                        + " last axis, must be equal or 1.")
                    .formatted(
                        op.operatorName(),
                        first.name(),
                        first.type(),
                        other.name(),
                        other.type())));
  }

  /** The common shape, if there is one. */
  static Optional<Shape> common(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> dims = new ArrayList<>(rank);
    for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
      Dim left = fromEnd(a, fromEnd);
      Dim right = fromEnd(b, fromEnd);
      if (!left.equals(right) && !left.is(1) && !right.is(1)) {
        return Optional.empty();
      }
      dims.add(left.is(1) ? right : left);
    }
    Collections.reverse(dims);
    return Optional.of(Shape.of(dims));
  }

  private static Dim fromEnd(Shape shape, int fromEnd) {
    return fromEnd <= shape.rank() ? shape.dim(shape.rank() - fromEnd) : Dim.of(1);
  }

  /** The axes of {@code to} along which {@code from} is repeated. */
  static Axes repeated(Shape from, Shape to) {
    int offset = to.rank() - from.rank();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < to.rank(); axis++) {
      if (axis < offset || !from.dim(axis - offset).equals(to.dim(axis))) {
        axes.add(axis);
      }
    }
    return new Axes(axes);
  }
}
