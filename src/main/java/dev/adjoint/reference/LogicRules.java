package dev.adjoint.reference;

import dev.adjoint.op.Logic;

/** {@link Logic}. */
final class LogicRules {
  private LogicRules() {}

  /** A comparison of two numbers, for floating point and for integers. */
  private record Relation(DoubleRelation floating, LongRelation integer) {
    boolean holds(Grid a, Grid b, int i) {
      return a.isFloating()
          ? floating.test(a.getDouble(i), b.getDouble(i))
          : integer.test(a.getLong(i), b.getLong(i));
    }
  }

  private interface DoubleRelation {
    boolean test(double a, double b);
  }

  private interface LongRelation {
    boolean test(long a, long b);
  }

  static Grid apply(Logic op, Call call) {
    return switch (op) {
      case Logic.Equal() -> compare(call, new Relation((a, b) -> a == b, (a, b) -> a == b));
      case Logic.NotEqual() -> compare(call, new Relation((a, b) -> a != b, (a, b) -> a != b));
      case Logic.Less() -> compare(call, new Relation((a, b) -> a < b, (a, b) -> a < b));
      case Logic.LessEqual() -> compare(call, new Relation((a, b) -> a <= b, (a, b) -> a <= b));
      case Logic.Greater() -> compare(call, new Relation((a, b) -> a > b, (a, b) -> a > b));
      case Logic.GreaterEqual() -> compare(call, new Relation((a, b) -> a >= b, (a, b) -> a >= b));
      case Logic.And() -> connect(call, (a, b) -> a & b);
      case Logic.Or() -> connect(call, (a, b) -> a | b);
      case Logic.Xor() -> connect(call, (a, b) -> a ^ b);
      case Logic.Not() -> connect(call, (a, _) -> 1 - a);
      case Logic.Select() -> select(call);
      case Logic.Clamp() -> clamp(call);
    };
  }

  private static Grid compare(Call call, Relation relation) {
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      y.set(i, relation.holds(call.operand(0), call.operand(1), i));
    }
    return y;
  }

  private static Grid connect(Call call, java.util.function.LongBinaryOperator connective) {
    Grid a = call.operands().getFirst();
    Grid b = call.operands().getLast();
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      y.set(i, connective.applyAsLong(a.getLong(i), b.getLong(i)));
    }
    return y;
  }

  private static Grid select(Call call) {
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      y.copy(i, call.operand(call.operand(0).getBoolean(i) ? 1 : 2), i);
    }
    return y;
  }

  private static Grid clamp(Call call) {
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      y.copy(i, call.x(), i);
      y.combine(i, Binary.MAX, call.operand(1), i);
      y.combine(i, Binary.MIN, call.operand(2), i);
    }
    return y;
  }
}
