package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names of new nodes: that of the node they were made for, a dot, their operator. */
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> nextSuffix = new HashMap<>();

  Names(Graph graph) {
    graph.nodes().forEach(node -> taken.add(node.name()));
  }

  /** A name that no node has: {@code origin.operator}, then {@code origin.operator_1} and so on. */
  String derived(Node origin, Op op) {
    String wanted = withoutOperator(origin.name()) + "." + op.operatorName();
    String candidate = wanted;
    int suffix = nextSuffix.getOrDefault(wanted, 0);
    while (!taken.add(candidate)) {
      suffix++;
      candidate = wanted + "_" + suffix;
    }
    nextSuffix.put(wanted, suffix);
    return candidate;
  }

  /** Names do not grow from pass to pass. */
  private static String withoutOperator(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }
}
