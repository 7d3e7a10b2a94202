package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import java.util.List;

/**
 * Divides the time of a kernel that computes several nodes among them, by operations that are
 * counted and not measured: two a multiply-add; {@link CodeSize} an element of a node's largest
 * operand or result, so that an exponential counts more than a sum; none for what only moves
 * elements, because the kernel reads them where they lie.
 */
final class Apportionment {
  private Apportionment() {}

  /**
   * The parts of the nodes, in their order; they add up to the whole. Where no operation is counted
   * the parts are equal.
   */
  static long[] of(List<Node> nodes, long nanos) {
    double[] sums = new double[nodes.size()];
    double all = 0;
    for (int i = 0; i < sums.length; i++) {
      all += operations(nodes.get(i));
      sums[i] = all;
    }
    long[] parts = new long[sums.length];
    long before = 0;
    for (int i = 0; i < parts.length; i++) {
      double upTo = all == 0 ? (i + 1.0) / parts.length : sums[i] / all;
      long until = Math.round(nanos * upTo);
      parts[i] = until - before;
      before = until;
    }
    return parts;
  }

  private static double operations(Node node) {
    if (node.op() instanceof Movement || node.op() instanceof Control) {
      return 0;
    }
    double products = 2.0 * node.multiplyAdds();
    return products > 0 ? products : CodeSize.of(node) * (double) largest(node);
  }

  private static long largest(Node node) {
    long elements = node.type().shape().elementCount();
    for (Node operand : node.operands()) {
      elements = Math.max(elements, operand.type().shape().elementCount());
    }
    return elements;
  }
}
