package dev.adjoint.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** The part of a graph that some of its signatures need. */
public final class Subgraph {
  private final Graph graph;
  private final GraphBuilder builder;
  private final Map<Node, Value> copies = new HashMap<>();

  private Subgraph(Graph graph) {
    this.graph = graph;
    this.builder = GraphBuilder.create(graph.name());
  }

  /**
   * A graph of its own of what some signatures need: their inputs, what they read, the parameters
   * that they update, and what computes the first values of parameters. Nodes keep their names and
   * their order.
   *
   * @param withFirst which of those parameters keep their first values
   * @param operators the operators in the place of the nodes', for the same operands
   * @throws GraphException if there is no such signature
   */
  public static Graph of(
      Graph graph,
      Collection<String> signatures,
      Predicate<Node> withFirst,
      Function<Node, Op> operators) {
    return new Subgraph(graph).copy(signatures, withFirst, operators);
  }

  private Graph copy(
      Collection<String> names, Predicate<Node> withFirst, Function<Node, Op> operators) {
    List<Signature> signatures = new ArrayList<>();
    List<Node> roots = new ArrayList<>();
    for (String name : names) {
      Signature signature = graph.signature(name);
      signatures.add(signature);
      addRoots(signature, roots);
    }
    boolean[] needed = Reachability.of(graph, roots);
    Map<Node, Node> firsts = new LinkedHashMap<>(graph.initials());
    firsts.keySet().removeIf(parameter -> !needed[parameter.index()] || !withFirst.test(parameter));
    boolean[] neededByFirsts = Reachability.of(graph, firsts.values());
    for (Node node : graph.nodes()) {
      if (needed[node.index()] || neededByFirsts[node.index()]) {
        List<Value> operands = new ArrayList<>(node.operands().size());
        for (Node operand : node.operands()) {
          operands.add(copyOf(operand));
        }
        copies.put(node, builder.add(node.name(), operators.apply(node), operands));
      }
    }
    for (Map.Entry<Node, Node> first : firsts.entrySet()) {
      builder.initial(copyOf(first.getKey()), copyOf(first.getValue()));
    }
    graph.metadata().forEach(builder::metadata);
    for (Signature signature : signatures) {
      builder.signature(signature.name()).copy(signature, this::copyOf);
    }
    return builder.build();
  }

  private static void addRoots(Signature signature, List<Node> roots) {
    roots.addAll(signature.inputs().values());
    roots.addAll(signature.updates().keySet());
    roots.addAll(signature.results());
  }

  private Value copyOf(Node node) {
    Value copy = copies.get(node);
    if (copy == null) {
      throw new IllegalStateException("'%s' was not copied.".formatted(node.name()));
    }
    return copy;
  }
}
