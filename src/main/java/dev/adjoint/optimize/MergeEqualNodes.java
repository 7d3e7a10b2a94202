package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Common subexpressions: of nodes with one operator and the same operands only the first is
 * computed. The operands of a commutative operator count in any order. Random numbers are a
 * function of key and counter, so they merge too.
 *
 * <p>Not merged: inputs, parameters, barriers, placeholders of cotangents, and a {@linkplain
 * RecomputedParts recomputed} node with one that is not: that is computed again so that the first
 * need not be kept. Bits: unchanged. Idempotent.
 */
record MergeEqualNodes() implements Pass {
  @Override
  public String name() {
    return "merge-equal-nodes";
  }

  @Override
  public String description() {
    return "Computes equal expressions once.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  private record Expression(Op op, List<Integer> operands, int part) {}

  @Override
  public Graph apply(Graph graph) {
    int[] parts = RecomputedParts.of(graph);
    Map<Expression, Value> first = new HashMap<>();
    return Rewriter.rewrite(
        graph,
        (y, _) -> {
          Node node = graph.node(y.name());
          if (isUnique(node.op())) {
            return y;
          }
          Value same = first.putIfAbsent(expression(y, parts[node.index()]), y);
          return same == null ? y : same;
        });
  }

  private static boolean isUnique(Op op) {
    return op instanceof Input
        || op instanceof Parameter
        || op instanceof Control.Barrier
        || op instanceof Control.CotangentPlaceholder;
  }

  private static Expression expression(Value y, int part) {
    var operands = y.operands().stream().map(Value::index);
    return new Expression(
        y.op(), (isCommutative(y.op()) ? operands.sorted() : operands).toList(), part);
  }

  private static boolean isCommutative(Op op) {
    return switch (op) {
      case Arithmetic.Add _, Arithmetic.Mul _, Arithmetic.Max _, Arithmetic.Min _ -> true;
      case Logic.Equal _, Logic.NotEqual _, Logic.And _, Logic.Or _, Logic.Xor _ -> true;
      default -> false;
    };
  }
}
