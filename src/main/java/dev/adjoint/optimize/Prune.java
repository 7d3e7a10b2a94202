package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Reachability;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reduces a graph to one way of running it. */
public final class Prune {
  private Prune() {}

  /**
   * The part of a graph that one signature needs: its inputs, what it reads, and the parameters
   * that it updates. First values of parameters are left out: they are computed once, from the
   * whole graph.
   *
   * @throws dev.adjoint.graph.GraphException if there is no such signature
   */
  public static Graph to(Graph graph, String signatureName) {
    Signature signature = graph.signature(signatureName);
    boolean[] needed = Reachability.of(graph, roots(signature));
    GraphBuilder builder = GraphBuilder.create(graph.name());
    Map<Node, Value> copies = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (needed[node.index()]) {
        List<Value> operands = node.operands().stream().map(copies::get).toList();
        copies.put(node, builder.add(node.name(), node.op(), operands));
      }
    }
    graph.metadata().forEach(builder::metadata);
    SignatureBuilder same = builder.signature(signatureName);
    signature.inputs().forEach((name, node) -> same.input(name, copyOf(node, copies)));
    signature.outputs().forEach((name, node) -> same.output(name, copyOf(node, copies)));
    signature
        .updates()
        .forEach((parameter, next) -> same.update(copyOf(parameter, copies), copyOf(next, copies)));
    return builder.build();
  }

  private static List<Node> roots(Signature signature) {
    List<Node> roots = new ArrayList<>(signature.inputs().values());
    roots.addAll(signature.outputs().values());
    roots.addAll(signature.updates().keySet());
    roots.addAll(signature.updates().values());
    return roots;
  }

  private static Value copyOf(Node node, Map<Node, Value> copies) {
    Value copy = copies.get(node);
    if (copy == null) {
      throw new IllegalStateException("'%s' was not copied.".formatted(node.name()));
    }
    return copy;
  }
}
