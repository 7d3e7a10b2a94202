package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Layouts for the whole graph: operators that work in any order of axes do so in that in which
 * fewest elements are transposed before and behind them. Where all operands are transposed alike,
 * rules have moved the transposes already; here what is added to an image in one layout stands in
 * another, or a mask is drawn in one:
 *
 * <pre>
 *   transpose(transpose(x, p) + y, p inverse), two transposes of large arrays
 *   =&gt;  x + transpose(y, p inverse), one
 * </pre>
 *
 * For each order that a transpose makes, {@link LayoutCut} finds the cheapest choice for all nodes
 * together; it is taken if fewer elements are moved then. Bits: unchanged. Idempotent.
 */
record PlaceTransposes() implements Pass {
  @Override
  public String name() {
    return "place-transposes";
  }

  @Override
  public String description() {
    return "Chooses the layouts in which fewest elements are transposed.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  @Override
  public Graph apply(Graph graph) {
    Graph best = graph;
    for (Permutation permutation : permutations(graph)) {
      Graph candidate = LayoutCut.apply(best, permutation);
      if (movedElements(candidate) < movedElements(best)) {
        best = candidate;
      }
    }
    return best;
  }

  /** Of a permutation and its inverse only the one that is met first. */
  private static Set<Permutation> permutations(Graph graph) {
    Set<Permutation> permutations = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Movement.Transpose(var p) && !permutations.contains(p.inverse())) {
        permutations.add(p);
      }
    }
    return permutations;
  }

  private record Moved(Node array, Permutation permutation) {}

  /** By all transposes that are not mere reshapes; equal ones count once. */
  private static long movedElements(Graph graph) {
    Set<Moved> transposes = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Movement.Transpose(var p)) {
        transposes.add(new Moved(node.operand(0), p));
      }
    }
    return transposes.stream()
        .mapToLong(moved -> LayoutCut.movedElements(moved.array, moved.permutation))
        .sum();
  }
}
