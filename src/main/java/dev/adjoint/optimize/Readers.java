package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who reads each node before a rewrite: nodes, once for each operand, and signatures and first
 * values. A value that stands for a node has that node's readers; of any other value that the
 * rewrite added, nothing is known.
 */
final class Readers {
  private final Graph graph;
  private final Map<String, Node> standsFor = new HashMap<>();

  /** Found when they are first asked for: most rewrites never do. */
  private List<List<Node>> readers = List.of();

  private final BitSet roots = new BitSet();

  private Readers(Graph graph) {
    this.graph = graph;
  }

  static Readers of(Graph graph) {
    return new Readers(graph);
  }

  private void find() {
    readers = new ArrayList<>(graph.nodes().size());
    for (Node node : graph.nodes()) {
      readers.add(new ArrayList<>(1));
      node.operands().forEach(operand -> readers.get(operand.index()).add(node));
    }
    graph
        .signatures()
        .values()
        .forEach(signature -> signature.results().forEach(node -> roots.set(node.index())));
    graph.initials().values().forEach(node -> roots.set(node.index()));
  }

  /** From here on {@code value} is read by whoever reads {@code node}. */
  void replace(Node node, Value value) {
    standsFor.put(value.name(), node);
  }

  /** Whether exactly one node, and no signature, is known to read the value, once. */
  boolean isReadOnce(Value value) {
    return of(value).size() == 1;
  }

  /** The nodes that read the value; empty if a signature reads it too, or nothing is known. */
  List<Node> of(Value value) {
    if (readers.isEmpty()) {
      find();
    }
    Node known = standsFor.get(value.name());
    return (known == null ? graph.find(value.name()) : Optional.of(known))
        .filter(node -> !roots.get(node.index()))
        .map(node -> readers.get(node.index()))
        .orElse(List.of());
  }
}
