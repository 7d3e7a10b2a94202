package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each node is read, by nodes and as an output, an update or a first value, before a
 * rewrite. A value that the rewrite added is read an unknown number of times.
 */
final class Readers {
  private final Map<String, Integer> counts = new HashMap<>();

  private Readers() {}

  static Readers of(Graph graph) {
    Readers readers = new Readers();
    graph.nodes().forEach(node -> node.operands().forEach(readers::count));
    graph
        .signatures()
        .values()
        .forEach(signature -> {
          signature.outputs().values().forEach(readers::count);
          signature.updates().values().forEach(readers::count);
        });
    graph.initials().values().forEach(readers::count);
    return readers;
  }

  private void count(Node node) {
    counts.merge(node.name(), 1, Integer::sum);
  }

  /** Whether the value was there before and exactly one reads it. */
  boolean isReadOnce(Value value) {
    return counts.getOrDefault(value.name(), 0) == 1;
  }
}
