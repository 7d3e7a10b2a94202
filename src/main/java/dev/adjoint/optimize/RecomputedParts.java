package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.op.Control;
import java.util.Arrays;

/**
 * Which recomputed part of a graph each node belongs to. A recomputed part starts at {@linkplain
 * Control.Barrier barriers} that wait for one value, the cotangent of the region's result. What
 * depends on them belongs to it, and so does what depends on no barrier but is read only there: the
 * copies of the region's constants, and what is computed from constants alone.
 */
final class RecomputedParts {
  /** Belongs to no recomputed part. */
  private static final int NONE = 0;

  private static final int UNDECIDED = -1;
  private static final int SEVERAL = -2;

  private RecomputedParts() {}

  /** By node index: 0 for none, else a number of the part. */
  static int[] of(Graph graph) {
    int[] parts = dependingOnBarriers(graph);
    int[] readers = new int[parts.length];
    Arrays.fill(readers, UNDECIDED);
    graph
        .signatures()
        .values()
        .forEach(signature -> signature.results().forEach(node -> readers[node.index()] = SEVERAL));
    for (Node node : graph.nodes().reversed()) {
      int i = node.index();
      boolean only = parts[i] == NONE && readers[i] > NONE && !isLeaf(node);
      parts[i] = only ? readers[i] : parts[i];
      // A barrier is the part's edge: what it waits for lies outside.
      int reader = node.op() instanceof Control.Barrier ? NONE : parts[i];
      for (Node operand : node.operands()) {
        int known = readers[operand.index()];
        boolean agrees = known == UNDECIDED || known == reader;
        readers[operand.index()] = agrees ? reader : SEVERAL;
      }
    }
    return parts;
  }

  private static int[] dependingOnBarriers(Graph graph) {
    int[] parts = new int[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      int part = NONE;
      for (Node operand : node.operands()) {
        part = Math.max(part, parts[operand.index()]);
      }
      boolean starts = node.op() instanceof Control.Barrier;
      parts[node.index()] = starts ? node.operands().getLast().index() + 1 : part;
    }
    return parts;
  }

  private static boolean isLeaf(Node node) {
    return node.op() instanceof Input || node.op() instanceof Parameter;
  }
}
