package dev.adjoint.check;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates on the optimising executor. What it compiled is kept, for the many points at which one
 * graph is evaluated; the graph evaluated longest ago goes first. For one thread at a time.
 */
final class ExecutorEvaluator implements Evaluator {
  private static final int KEPT = 16;
  private static final String SIGNATURE = "evaluated values";

  /**
   * What was compiled. A graph is compared by identity: two equal ones are rare, and comparing is
   * slow.
   */
  private static final class Key {
    private final Graph graph;
    private final List<Node> nodes;

    Key(Graph graph, List<Node> nodes) {
      this.graph = graph;
      this.nodes = List.copyOf(nodes);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // See the class.
    public boolean equals(Object other) {
      return other instanceof Key that && graph == that.graph && nodes.equals(that.nodes);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(graph) + nodes.hashCode();
    }
  }

  private final Map<Key, Session> sessions =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Session> eldest) {
          if (size() > KEPT) {
            eldest.getValue().close();
            return true;
          }
          return false;
        }
      };

  @Override
  public List<Tensor> evaluate(Graph graph, List<Node> nodes, Map<String, Tensor> leaves) {
    if (nodes.isEmpty()) {
      return List.of();
    }
    Session session = sessions.computeIfAbsent(new Key(graph, nodes), _ -> open(graph, nodes));
    Signature signature = session.signature(SIGNATURE);
    Map<String, Tensor> parameters = new HashMap<>();
    leaves.forEach((name, value) -> {
      if (!(graph.node(name).op() instanceof Input)) {
        parameters.put(name, value);
      }
    });
    session.restore(parameters);
    ImmutableMap.Builder<String, Tensor> inputs = ImmutableMap.builder();
    signature
        .inputs()
        .forEach((name, node) -> {
          Tensor value = leaves.get(node.name());
          if (value != null) {
            inputs.put(name, value);
          }
        });
    Map<String, Tensor> outputs = session.run(SIGNATURE, inputs.buildOrThrow());
    return nodes.stream().map(node -> outputs.get(node.name())).toList();
  }

  private static Session open(Graph graph, List<Node> nodes) {
    GraphBuilder builder = graph.toBuilder();
    graph.signatures().keySet().forEach(builder::removeSignature);
    nodes.stream()
        .distinct()
        .forEach(
            node -> builder.signature(SIGNATURE).output(node.name(), builder.value(node.name())));
    return Session.open(builder.build(), SessionOptions.standard().withThreads(1));
  }
}
