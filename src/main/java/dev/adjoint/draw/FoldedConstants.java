package dev.adjoint.draw;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which nodes are written into the labels of their readers, and how. */
final class FoldedConstants {
  private static final int SHOWN_ELEMENTS = 4;

  private final Map<Node, String> texts = new HashMap<>();

  /**
   * Those of a graph.
   *
   * @param results nodes that need a box in any case
   */
  FoldedConstants(Graph graph, Set<Node> results) {
    for (Node node : graph.nodes()) {
      if (!results.contains(node)) {
        text(node).ifPresent(text -> texts.put(node, text));
      }
    }
  }

  /** What readers write for a node that has no box. */
  Optional<String> of(Node node) {
    return Optional.ofNullable(texts.get(node));
  }

  private Optional<String> text(Node node) {
    return switch (node.op()) {
      case Source.Constant(Tensor value) -> Optional.of(text(value));
      case Source.Size(var size) -> Optional.of(size.toString());
      case Movement.Broadcast _, Movement.Reshape _, Control.Cast _ -> of(node.operand(0));
      default -> Optional.empty();
    };
  }

  private static String text(Tensor value) {
    if (value.size() > SHOWN_ELEMENTS) {
      return value.type().toString();
    }
    String elements =
        value.toString().replaceAll("\\s+", " ").replace("[ ", "[").replace(" ]", "]");
    return value.dtype() == DType.BOOL ? elements : elements.replaceAll("\\.0\\b", "");
  }
}
