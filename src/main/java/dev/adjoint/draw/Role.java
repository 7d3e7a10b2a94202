package dev.adjoint.draw;

import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import java.util.List;
import java.util.regex.Pattern;

/** What a node does in a graph, which decides its colours. */
enum Role {
  /** Passed on each run. */
  INPUT("#fff3c4", "#b7791f"),
  /** Named state. */
  PARAMETER("#e9d8fd", "#6b46c1"),
  /** Computes a result. */
  FORWARD("#dbeafe", "#2563eb"),
  /** Belongs to a derivative: stands below a scope {@code gradients}. */
  GRADIENT("#ffe0d1", "#c2410c"),
  /** Belongs to an optimiser: stands below a scope {@code optimizer}. */
  OPTIMIZER("#d1fae5", "#047857"),
  /** Where a signature's output or update leaves the graph. */
  RESULT("#ffffff", "#374151");

  private static final Pattern GRADIENTS = Pattern.compile("gradients(_\\d+)?");
  private static final String OPTIMIZERS = "optimizer";

  private final String fill;
  private final String stroke;

  Role(String fill, String stroke) {
    this.fill = fill;
    this.stroke = stroke;
  }

  /** The colour inside. */
  String fill() {
    return fill;
  }

  /** The colour of border and arrows. */
  String stroke() {
    return stroke;
  }

  static Role of(Node node) {
    return switch (node.op()) {
      case Input _ -> INPUT;
      case Parameter _ -> PARAMETER;
      default -> ofScope(Scopes.of(node.name()));
    };
  }

  /** The role of what is computed in a scope. */
  static Role ofScope(List<String> scope) {
    if (scope.stream().anyMatch(name -> GRADIENTS.matcher(name).matches())) {
      return GRADIENT;
    }
    return scope.contains(OPTIMIZERS) ? OPTIMIZER : FORWARD;
  }
}
