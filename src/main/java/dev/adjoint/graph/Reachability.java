package dev.adjoint.graph;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** What a set of results depends on, without recursion, so that depth does not matter. */
public final class Reachability {
  private Reachability() {}

  /** Which nodes, by index, are among {@code roots} or are read by them, directly or not. */
  public static boolean[] of(Graph graph, Collection<Node> roots) {
    return of(graph.nodes().size(), roots, Node::operands, Node::index);
  }

  /** What no node reads and no parameter starts with: the results of a graph without signatures. */
  public static List<Node> unread(Graph graph) {
    boolean[] read = new boolean[graph.nodes().size()];
    graph.nodes().forEach(node -> node.operands().forEach(o -> read[o.index()] = true));
    graph.initials().values().forEach(first -> read[first.index()] = true);
    return graph.nodes().stream().filter(node -> !read[node.index()]).toList();
  }

  static <T> boolean[] of(
      int count, Collection<T> roots, Function<T, List<T>> operands, ToIntFunction<T> index) {
    boolean[] reached = new boolean[count];
    Deque<T> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      T node = open.pop();
      if (!reached[index.applyAsInt(node)]) {
        reached[index.applyAsInt(node)] = true;
        for (T operand : operands.apply(node)) {
          open.push(operand);
        }
      }
    }
    return reached;
  }
}
