package dev.adjoint.optimize;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators on arrays whose axes stand in another order, with the same bits. */
final class Reordering {
  private Reordering() {}

  /**
   * Of an operator {@code f}, the {@code g} with {@code transpose(f(x, ..), p) = g(transpose(x, p),
   * ..)} for all operands of as many axes as p has, if there is one.
   */
  static Optional<Op> of(Op op, Permutation p) {
    return switch (op) {
      case Pooling pooling when keepsOrder(pooling, p.inverse()) -> Optional.of(of(pooling, p));
      case Movement.Slice(var axes) -> Optional.of(new Movement.Slice(through(p, axes)));
      case Movement.Pad(var axes) -> Optional.of(new Movement.Pad(through(p, axes)));
      case Movement.Concat(var axis) ->
          Optional.of(new Movement.Concat(p.inverse().order().get(axis)));
      case Movement.Reverse(var axes) ->
          Optional.of(new Movement.Reverse(ReverseRules.through(p.inverse(), axes)));
      default -> Optional.of(op).filter(Elementwise::is);
    };
  }

  private static <T> List<T> through(Permutation p, List<T> axes) {
    return p.order().stream().map(axes::get).toList();
  }

  /** The first maximum of a window, and the order of its sum, depend on the order of its axes. */
  private static boolean keepsOrder(Pooling pooling, Permutation p) {
    List<Integer> pooled = new ArrayList<>();
    for (int axis = 0; axis < p.size(); axis++) {
      boolean trivial =
          pooling.sizes().get(axis) == 1 && pooling.window().get(axis).equals(WindowAxis.UNIT);
      if (!trivial) {
        pooled.add(p.order().get(axis));
      }
    }
    return MovementRules.isAscending(pooled);
  }

  private static Op of(Pooling pooling, Permutation p) {
    List<Long> sizes = through(p, pooling.sizes());
    List<WindowAxis> window = through(p, pooling.window());
    return switch (pooling) {
      case Pooling.MaxPool _ -> new Pooling.MaxPool(sizes, window);
      case Pooling.MaxPoolScatter _ -> new Pooling.MaxPoolScatter(sizes, window);
      case Pooling.MaxPoolGather _ -> new Pooling.MaxPoolGather(sizes, window);
      case Pooling.SumPool _ -> new Pooling.SumPool(sizes, window);
    };
  }

  /** {@code transpose(x, p)}, without a transpose of a transpose or of a broadcast. */
  static Value of(Value x, Permutation p) {
    return switch (x.op()) {
      case Movement.Transpose(var q) -> x.operand(0).transpose(q.then(p));
      case Movement.Broadcast _ -> MovementRules.transposedBroadcast(x, p);
      default -> x.transpose(p);
    };
  }

  /** All operands with as many axes as p has, transposed. */
  static List<Value> ofOperands(Value y, Permutation p) {
    return y.operands().stream().map(x -> x.rank() == p.size() ? of(x, p) : x).toList();
  }
}
