package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Reachability;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of a graph that is saved. */
public final class ModelGraph {
  private ModelGraph() {}

  /**
   * What some signatures need: their inputs, what they read, the parameters that they update, and
   * the first values of those parameters that have no value yet.
   *
   * @param valued the parameters whose values are known, so that their first ones are dropped
   * @throws GraphException if there is no such signature
   */
  public static Graph keep(Graph graph, Collection<String> signatures, Set<String> valued) {
    return copy(graph, signatures, valued, Map.of());
  }

  /**
   * What some signatures need, with constants in the place of parameters.
   *
   * @throws GraphException if there is no such signature, if one updates a parameter, or if one
   *     reads a parameter without a value
   */
  static Graph freeze(Graph graph, Collection<String> signatures, Map<String, Tensor> values) {
    signatures.forEach(name -> requireNoUpdates(graph.signature(name)));
    Graph kept = keep(graph, signatures, Set.of());
    kept.parameters().forEach(parameter -> requireValue(parameter, values));
    return copy(graph, signatures, values.keySet(), values);
  }

  private static void requireNoUpdates(Signature signature) {
    if (!signature.updates().isEmpty()) {
      throw new GraphException(
          "The signature '%s' updates parameters, so they cannot become constants. Save only signatures that do not, by SaveOptions.only."
              .formatted(signature.name()));
    }
  }

  private static void requireValue(Node parameter, Map<String, Tensor> values) {
    if (!values.containsKey(parameter.name())) {
      throw new GraphException(
          parameter.name(),
          "The parameter '%s' has no value to become a constant. Pass the parameters of a session."
              .formatted(parameter.name()));
    }
  }

  private static Graph copy(
      Graph graph, Collection<String> signatures, Set<String> valued, Map<String, Tensor> frozen) {
    boolean[] needed = Reachability.of(graph, roots(graph, signatures));
    List<Node> firsts = new ArrayList<>();
    graph
        .initials()
        .forEach((parameter, first) -> {
          if (needed[parameter.index()] && !valued.contains(parameter.name())) {
            firsts.add(first);
          }
        });
    boolean[] neededByFirsts = Reachability.of(graph, firsts);
    GraphBuilder builder = GraphBuilder.create(graph.name());
    Map<Node, Value> copies = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (needed[node.index()] || neededByFirsts[node.index()]) {
        List<Value> operands =
            node.operands().stream().map(operand -> copyOf(operand, copies)).toList();
        copies.put(node, builder.add(node.name(), operator(node, frozen), operands));
      }
    }
    graph
        .initials()
        .forEach((parameter, first) -> {
          if (needed[parameter.index()] && !valued.contains(parameter.name())) {
            builder.initial(copyOf(parameter, copies), copyOf(first, copies));
          }
        });
    graph.metadata().forEach(builder::metadata);
    signatures.forEach(name -> copy(graph.signature(name), builder.signature(name), copies));
    return builder.build();
  }

  private static Op operator(Node node, Map<String, Tensor> frozen) {
    Tensor value = frozen.get(node.name());
    return node.op() instanceof Parameter && value != null ? new Source.Constant(value) : node.op();
  }

  private static void copy(Signature from, SignatureBuilder to, Map<Node, Value> copies) {
    from.inputs().forEach((name, node) -> to.input(name, copyOf(node, copies)));
    from.outputs().forEach((name, node) -> to.output(name, copyOf(node, copies)));
    from.updates()
        .forEach((parameter, next) -> to.update(copyOf(parameter, copies), copyOf(next, copies)));
  }

  private static List<Node> roots(Graph graph, Collection<String> signatures) {
    List<Node> roots = new ArrayList<>();
    for (String name : signatures) {
      Signature signature = graph.signature(name);
      roots.addAll(signature.inputs().values());
      roots.addAll(signature.outputs().values());
      roots.addAll(signature.updates().keySet());
      roots.addAll(signature.updates().values());
    }
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
