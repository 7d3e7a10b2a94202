package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.op.Source;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Two nodes that follow each other and are computed by two kernels.
 *
 * @param reader the node that reads
 * @param producer what computes the value that it reads
 * @param view the name, if any, by which it reads it: a node that no kernel computes
 * @param reason why not by one kernel
 */
record Separation(Node reader, Node producer, Optional<Node> view, Refusal reason) {
  /**
   * All of a graph. What is given, as inputs, parameters and constants are, has no kernel.
   *
   * @param isView whether a node gives its first operand's elements, where these lie
   */
  static ImmutableList<Separation> of(Graph graph, Grouping grouping, Predicate<Node> isView) {
    ImmutableList.Builder<Separation> separations = ImmutableList.builder();
    for (Node reader : graph.nodes()) {
      if (isView.test(reader)) {
        continue;
      }
      for (Node operand : new LinkedHashSet<>(reader.operands())) {
        Node producer = operand;
        while (isView.test(producer)) {
          producer = producer.operand(0);
        }
        if (!isGiven(producer) && grouping.areApart(reader, operand)) {
          Optional<Node> view = producer == operand ? Optional.empty() : Optional.of(operand);
          Refusal reason = grouping.refusal(reader, operand);
          separations.add(new Separation(reader, producer, view, reason));
        }
      }
    }
    return separations.build();
  }

  private static boolean isGiven(Node node) {
    return node.op() instanceof Input
        || node.op() instanceof Parameter
        || node.op() instanceof Source.Constant;
  }

  /** A sentence. */
  String text() {
    String through = view.map(node -> " (read as '%s')".formatted(node.name())).orElse("");
    return "'%s' not with '%s'%s: %s"
        .formatted(reader.name(), producer.name(), through, reason.text());
  }
}
