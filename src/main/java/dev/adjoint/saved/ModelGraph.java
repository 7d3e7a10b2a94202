package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.Subgraph;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.Tensor;
import java.util.Collection;
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
    return Subgraph.of(
        graph, signatures, parameter -> !valued.contains(parameter.name()), Node::op);
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
    return Subgraph.of(graph, signatures, _ -> false, node -> operator(node, values));
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

  private static Op operator(Node node, Map<String, Tensor> frozen) {
    Tensor value = frozen.get(node.name());
    return node.op() instanceof Parameter && value != null ? new Source.Constant(value) : node.op();
  }
}
