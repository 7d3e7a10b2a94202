package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who reads each node before a rewrite: nodes, once for each operand, and signatures and first
 * values. A value that stands for a node has that node's readers; of any other value that the
 * rewrite added, nothing is known.
 */
final class Readers {
  private final Map<String, List<Node>> nodes = new HashMap<>();
  private final Set<String> roots = new HashSet<>();
  private final Map<String, String> standsFor = new HashMap<>();

  private Readers() {}

  static Readers of(Graph graph) {
    Readers readers = new Readers();
    for (Node node : graph.nodes()) {
      readers.nodes.put(node.name(), new ArrayList<>());
      node.operands().forEach(operand -> readers.ofName(operand.name()).add(node));
    }
    graph
        .signatures()
        .values()
        .forEach(signature -> {
          signature.outputs().values().forEach(node -> readers.roots.add(node.name()));
          signature.updates().values().forEach(node -> readers.roots.add(node.name()));
        });
    graph.initials().values().forEach(node -> readers.roots.add(node.name()));
    return readers;
  }

  private List<Node> ofName(String name) {
    return nodes.getOrDefault(name, List.of());
  }

  /** From here on {@code value} is read by whoever reads {@code node}. */
  void replace(Node node, Value value) {
    standsFor.put(value.name(), node.name());
  }

  private String nodeOf(Value value) {
    return standsFor.getOrDefault(value.name(), value.name());
  }

  /** Whether exactly one node, and no signature, is known to read the value, once. */
  boolean isReadOnce(Value value) {
    String name = nodeOf(value);
    return ofName(name).size() == 1 && !roots.contains(name);
  }

  /** The nodes that read the value; empty if a signature reads it too, or nothing is known. */
  List<Node> of(Value value) {
    String name = nodeOf(value);
    return roots.contains(name) ? List.of() : List.copyOf(ofName(name));
  }
}
