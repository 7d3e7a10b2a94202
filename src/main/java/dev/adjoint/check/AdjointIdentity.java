package dev.adjoint.check;

import dev.adjoint.autodiff.Derivatives;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The identity {@code <J v, u> = <v, J^T u>} for all targets and sources together. Both sides come
 * from the same forward values, so nothing but rounding can part them; how much that is, is
 * measured by scaling v a little.
 */
final class AdjointIdentity {
  /** How far the two sides may be apart, in standard deviations of the measured noise. */
  private static final double NOISE_BOUND = 8;

  private final CheckedGraph checked;
  private final Evaluator evaluator;
  private final Graph graph;
  private final List<Node> directions;
  private final List<Node> products;

  private AdjointIdentity(CheckedGraph checked, Evaluator evaluator) {
    this.checked = checked;
    this.evaluator = evaluator;
    GraphBuilder builder = checked.graph().toBuilder();
    List<Value> sources = values(builder, checked.sources());
    List<Value> moves = new ArrayList<>();
    try (GraphBuilder.Scope _ = builder.freshScope("adjoint-identity")) {
      for (int i = 0; i < sources.size(); i++) {
        moves.add(builder.input("direction" + i, sources.get(i).type()));
      }
    }
    List<Value> pushed =
        values(builder, checked.targets()).stream()
            .map(target -> Derivatives.jvp(target, sources, moves))
            .toList();
    this.graph = builder.build();
    this.directions = moves.stream().map(value -> graph.node(value.name())).toList();
    this.products = pushed.stream().map(value -> graph.node(value.name())).toList();
  }

  private static List<Value> values(GraphBuilder builder, List<Node> nodes) {
    return nodes.stream().map(node -> builder.value(node.name())).toList();
  }

  /**
   * Checks the identity at a point.
   *
   * @param name what the identity is about, for messages
   */
  static Identity at(
      Point point, CheckedGraph checked, Evaluator evaluator, String name, RandomGenerator random) {
    return new AdjointIdentity(checked, evaluator).at(point, name, random);
  }

  private Identity at(Point point, String name, RandomGenerator random) {
    Map<String, Tensor> moves = new HashMap<>();
    for (Node direction : directions) {
      Tensor drawn = Leaves.draw(direction.type(), random);
      moves.put(direction.name(), drawn.cast(evaluator.holds(direction.type().dtype())));
    }
    Sides here = sides(point, moves, 1);
    double noise =
        Noise.estimate(
            t -> {
              Sides there = sides(point, moves, 1 + t);
              return there.left - there.right;
            },
            0x1p-12);
    double least = checked.operations() * here.unitRoundoff * here.size;
    return new Identity(
        Identity.Kind.ADJOINT, name, here.left, here.right, NOISE_BOUND * noise + least);
  }

  private record Sides(double left, double right, double size, double unitRoundoff) {}

  private Sides sides(Point point, Map<String, Tensor> moves, double scale) {
    Map<String, Tensor> leaves = new HashMap<>(point.leaves());
    moves.forEach((name, move) -> leaves.put(name, Leaves.move(move, move.asDoubles(), scale - 1)));
    List<Tensor> pushed = evaluator.evaluate(graph, products, leaves);
    double left = 0;
    double right = 0;
    double size = 0;
    double unitRoundoff = 0x1p-53;
    for (int i = 0; i < pushed.size(); i++) {
      double[] u = point.cotangents().get(i);
      double[] jv = pushed.get(i).asDoubles();
      left += Leaves.dot(u, jv);
      size += Leaves.absoluteDot(u, jv);
      unitRoundoff = Math.max(unitRoundoff, Leaves.unitRoundoff(pushed.get(i).dtype()));
    }
    for (int i = 0; i < directions.size(); i++) {
      Tensor v = leaves.getOrDefault(directions.get(i).name(), point.gradients().get(i));
      double[] pulled = point.gradients().get(i).asDoubles();
      right += Leaves.dot(v.asDoubles(), pulled);
      size += Leaves.absoluteDot(v.asDoubles(), pulled);
      unitRoundoff = Math.max(unitRoundoff, Leaves.unitRoundoff(v.dtype()));
    }
    return new Sides(left, right, size, unitRoundoff);
  }
}
