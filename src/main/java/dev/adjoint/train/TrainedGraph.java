package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Graphs that carry the values of their parameters with them. */
public final class TrainedGraph {
  private TrainedGraph() {}

  /**
   * The same graph with the given values as first values of its parameters. What only made the old
   * first values is left out, so that making one from another adds nothing.
   *
   * @param parameters values by parameter name; a parameter without one keeps its first value
   * @param metadata words to add, in place of old ones of the same key
   * @throws GraphException if a value belongs to no parameter, or is of another type
   */
  public static Graph of(
      Graph graph, Map<String, Tensor> parameters, Map<String, String> metadata) {
    return copy(
        graph, graph.signatures().values(), reach(graph.parameters()), parameters, metadata);
  }

  /**
   * The part of a graph that serves: some signatures with what they read, and the values of the
   * parameters that they read.
   *
   * @param signatures names of those to keep
   * @throws GraphException if there is no such signature, or as {@link #of} does
   */
  public static Graph serving(
      Graph graph, Collection<String> signatures, Map<String, Tensor> parameters) {
    List<Signature> kept = signatures.stream().map(graph::signature).toList();
    Set<Node> read = new HashSet<>();
    kept.forEach(signature -> read.addAll(reach(signature)));
    Map<String, Tensor> values = new LinkedHashMap<>(parameters);
    values.keySet().removeIf(name -> !read.contains(graph.node(name)));
    return copy(graph, kept, Set.of(), values, Map.of());
  }

  private static Graph copy(
      Graph graph,
      Collection<Signature> signatures,
      Set<Node> more,
      Map<String, Tensor> parameters,
      Map<String, String> metadata) {
    parameters.keySet().forEach(name -> requireParameter(graph, name));
    Set<Node> kept = new HashSet<>(more);
    signatures.forEach(signature -> kept.addAll(reach(signature)));
    Map<Node, Node> initials = new LinkedHashMap<>(graph.initials());
    initials.keySet().removeIf(node -> !kept.contains(node) || parameters.containsKey(node.name()));
    kept.addAll(reach(initials.values()));

    GraphBuilder builder = GraphBuilder.create(graph.name());
    for (Node node : graph.nodes()) {
      if (kept.contains(node)) {
        builder.add(node.name(), node.op(), same(node.operands(), builder));
      }
    }
    initials.forEach(
        (parameter, first) -> builder.initial(same(parameter, builder), same(first, builder)));
    try (GraphBuilder.Scope _ = builder.freshScope("values")) {
      parameters.forEach(
          (name, value) -> builder.initial(builder.value(name), builder.constant(value).as(name)));
    }
    signatures.forEach(signature -> copy(signature, builder));
    graph.metadata().forEach(builder::metadata);
    metadata.forEach(builder::metadata);
    return builder.build();
  }

  private static void requireParameter(Graph graph, String name) {
    Node node = graph.node(name);
    if (!(node.op() instanceof Parameter)) {
      throw new GraphException(
          name,
          "'%s' is given a value as a parameter, but is a node of %s."
              .formatted(name, node.op().operatorName()));
    }
  }

  private static void copy(Signature signature, GraphBuilder builder) {
    SignatureBuilder copy = builder.signature(signature.name());
    signature.inputs().forEach((name, node) -> copy.input(name, same(node, builder)));
    signature.outputs().forEach((name, node) -> copy.output(name, same(node, builder)));
    signature
        .updates()
        .forEach((parameter, next) -> copy.update(same(parameter, builder), same(next, builder)));
  }

  /** Copies keep their names. */
  private static Value same(Node node, GraphBuilder builder) {
    return builder.value(node.name());
  }

  private static List<Value> same(List<Node> nodes, GraphBuilder builder) {
    return nodes.stream().map(node -> same(node, builder)).toList();
  }

  private static Set<Node> reach(Signature signature) {
    Set<Node> roots = new HashSet<>(signature.inputs().values());
    roots.addAll(signature.outputs().values());
    roots.addAll(signature.updates().keySet());
    roots.addAll(signature.updates().values());
    return reach(roots);
  }

  private static Set<Node> reach(Collection<Node> roots) {
    Set<Node> reached = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (reached.add(node)) {
        open.addAll(node.operands());
      }
    }
    return reached;
  }
}
