package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks every invariant of a graph, from scratch: names are unique; operands come first; each type
 * is what the shape rule gives; signatures and first values are sound. Changes nothing.
 */
public final class Verifier {
  private final Graph graph;

  private Verifier(Graph graph) {
    this.graph = graph;
  }

  /**
   * Checks {@code graph}.
   *
   * @throws GraphException naming the first node or signature that is wrong
   */
  public static void verify(Graph graph) {
    Verifier verifier = new Verifier(graph);
    verifier.verifyNodes();
    graph.initials().forEach(verifier::verifyInitial);
    verifier.verifyInitialsClosed();
    graph.signatures().forEach(verifier::verifySignature);
  }

  private void verifyNodes() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      require(node, node.index() == i, "is at position %d and says %d", i, node.index());
      require(node, names.add(node.name()), "has the name of another node");
      require(node, TextCursor.isPath(node.name()), "has a malformed name");
      for (Node operand : node.operands()) {
        require(node, isOwn(operand), "reads '%s' of another graph", operand.name());
        require(
            node, operand.index() < i, "reads '%s', which does not come before it", operand.name());
      }
      TensorType expected = node.describeOperands().infer(node.op());
      require(
          node, expected.equals(node.type()), "says %s, its rule says %s", node.type(), expected);
    }
  }

  private void verifyInitial(Node parameter, Node first) {
    require(
        parameter, parameter.op() instanceof Parameter, "has a first value and is no parameter");
    require(
        parameter,
        isOwn(parameter) && isOwn(first) && parameter.type().equals(first.type()),
        "has a first value '%s' of type %s",
        first.name(),
        first.type());
  }

  /** First values are computed before any input or parameter has a value. */
  private void verifyInitialsClosed() {
    boolean[] read = Reachability.of(graph, graph.initials().values());
    for (Node node : graph.nodes()) {
      require(
          node,
          !read[node.index()] || !isOpen(node),
          "is read by the first value of a parameter, which must not depend on inputs or"
              + " parameters");
    }
  }

  private static boolean isOpen(Node node) {
    return node.op() instanceof Input || node.op() instanceof Parameter;
  }

  private void verifySignature(String name, Signature signature) {
    String label = "signature '%s'".formatted(name);
    requireThat(name.equals(signature.name()), "%s is listed as '%s'", label, signature.name());
    requireThat(
        !signature.outputs().isEmpty() || !signature.updates().isEmpty(),
        "%s has neither an output nor an update. Add one, or remove the signature",
        label);
    Set<Node> inputs = new HashSet<>();
    for (Node node : signature.inputs().values()) {
      require(node, isOwn(node) && node.op() instanceof Input, "is no input, as %s says", label);
      require(node, inputs.add(node), "is an input of %s under two names", label);
    }
    signature.outputs().forEach((_, node) -> require(node, isOwn(node), "is not of this graph"));
    signature.updates().forEach(this::verifyUpdate);
    requireInputs(signature, inputs);
  }

  private void verifyUpdate(Node parameter, Node next) {
    require(parameter, isOwn(parameter) && isOwn(next), "is updated by another graph");
    require(parameter, parameter.op() instanceof Parameter, "is updated and is no parameter");
    require(
        parameter,
        parameter.type().equals(next.type()),
        "is updated by a value of %s",
        next.type());
  }

  private void requireInputs(Signature signature, Set<Node> inputs) {
    boolean[] read = Reachability.of(graph, signature.results());
    for (Node node : graph.nodes()) {
      if (read[node.index()] && node.op() instanceof Input) {
        require(
            node,
            inputs.contains(node),
            "is read by the signature '%s' but is none of its inputs",
            signature.name());
      }
    }
  }

  private boolean isOwn(Node node) {
    return node.index() < graph.nodes().size() && graph.nodes().get(node.index()) == node;
  }

  private static void require(Node node, boolean holds, String what, Object... arguments) {
    if (!holds) {
      throw wrong(node, what, arguments);
    }
  }

  private static GraphException wrong(Node node, String what, Object... arguments) {
    return new GraphException(
        node.name(),
        "The node '%s' of %s is not valid: it %s."
            .formatted(node.name(), node.op().operatorName(), what.formatted(arguments)));
  }

  private static void requireThat(boolean holds, String what, Object... arguments) {
    if (!holds) {
      throw new GraphException(what.formatted(arguments) + ".");
    }
  }
}
