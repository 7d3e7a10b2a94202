package dev.adjoint.reference;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import java.util.List;

/** {@link Movement}. */
final class MovementRules {
  private MovementRules() {}

  static Grid apply(Movement op, Call call) {
    return switch (op) {
      case Movement.Reshape(_) -> call.x().reshape(call.type().shape());
      case Movement.Transpose(var permutation) -> transpose(call, permutation);
      case Movement.Broadcast(_) -> broadcast(call);
      case Movement.Slice(var axes) -> slice(call, axes);
      case Movement.Pad(var axes) -> pad(call, axes);
      case Movement.Concat(var axis) -> concat(call, axis);
      case Movement.Reverse(var axes) -> reverse(call, axes);
    };
  }

  private static Grid transpose(Call call, Permutation permutation) {
    return call.move(index -> {
      long[] source = new long[index.length];
      for (int k = 0; k < index.length; k++) {
        source[permutation.order().get(k)] = index[k];
      }
      return source;
    });
  }

  private static Grid broadcast(Call call) {
    Grid x = call.x();
    int added = call.type().rank() - x.rank();
    return call.move(index -> {
      long[] source = new long[x.rank()];
      for (int axis = 0; axis < source.length; axis++) {
        source[axis] = x.size(axis) == 1 ? 0 : index[added + axis];
      }
      return source;
    });
  }

  private static Grid slice(Call call, List<Movement.SliceAxis> axes) {
    return call.move(index -> {
      long[] source = new long[index.length];
      for (int axis = 0; axis < source.length; axis++) {
        Movement.SliceAxis part = axes.get(axis);
        source[axis] = part.start().value() + index[axis] * part.stride();
      }
      return source;
    });
  }

  private static Grid pad(Call call, List<Movement.PadAxis> axes) {
    Grid x = call.x();
    Grid value = call.operand(1);
    Grid y = call.result();
    long[] source = new long[x.rank()];
    y.extent()
        .forEach(index -> {
          boolean inside = true;
          for (int axis = 0; axis < source.length; axis++) {
            long step = axes.get(axis).interior() + 1;
            long distance = index[axis] - axes.get(axis).low().value();
            source[axis] = Math.floorDiv(distance, step);
            inside &=
                Math.floorMod(distance, step) == 0
                    && source[axis] >= 0
                    && source[axis] < x.size(axis);
          }
          y.copy(y.at(index), inside ? x : value, inside ? x.at(source) : 0);
        });
    return y;
  }

  private static Grid concat(Call call, int axis) {
    Grid y = call.result();
    long start = 0;
    for (Grid x : call.operands()) {
      long before = start;
      x.extent()
          .forEach(
              index -> y.copy(y.at(Index.with(index, axis, before + index[axis])), x, x.at(index)));
      start += x.size(axis);
    }
    return y;
  }

  private static Grid reverse(Call call, Axes axes) {
    return call.move(index -> {
      long[] source = index.clone();
      for (int axis : axes.indices()) {
        source[axis] = call.x().size(axis) - 1 - index[axis];
      }
      return source;
    });
  }
}
