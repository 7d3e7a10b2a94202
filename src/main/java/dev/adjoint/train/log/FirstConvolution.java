package dev.adjoint.train.log;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import java.util.Optional;

/**
 * The first convolution over images that a graph's signature {@code predict} applies: what people
 * look at to see what a network has learned.
 *
 * @param node the correlation, of an input {@code [N, height, width, channels]}
 * @param kernel the name of the parameter {@code [height, width, channels, features]}
 */
public record FirstConvolution(Node node, String kernel) {
  /** The signature that {@link #withMaps} adds. */
  public static final String MAPS = "first_convolution";

  /** Finds it, if there is one. */
  public static Optional<FirstConvolution> of(Graph graph) {
    Signature predict = graph.signatures().get("predict");
    if (predict == null) {
      return Optional.empty();
    }
    return graph.nodes().stream()
        .filter(node -> isConvolution(node) && predict.inputs().containsValue(node.operand(0)))
        .filter(node -> !node.name().contains("gradients/"))
        .reduce((_, last) -> last)
        .map(node -> new FirstConvolution(node, node.operand(1).name()));
  }

  private static boolean isConvolution(Node node) {
    return node.op() instanceof Convolution.Correlation
        && node.type().rank() == 4
        && node.operand(1).op() instanceof Parameter;
  }

  /** The graph with a signature that gives the convolution's result, below 0 cut off. */
  public Graph withMaps(Graph graph) {
    GraphBuilder builder = graph.toBuilder();
    Value maps = builder.value(node.name());
    builder.signature(MAPS).output("maps", maps.relu());
    return builder.build();
  }
}
