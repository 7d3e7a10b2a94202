package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A call of a kernel in a plan.
 *
 * @param kind what kind of kernel it is, for tables and profiles
 * @param nodes the nodes that it computes, in the graph's order; the last one names the step
 * @param reads the kernel's operands
 * @param writes the kernel's results
 * @param temporary the kernel's temporary array
 * @param waits what must be complete although it is not read
 * @param inPlace the operand whose memory the first result may take, if nobody reads it later
 */
record Step(
    String kind,
    ImmutableList<Node> nodes,
    Kernel kernel,
    ImmutableList<Buffer> reads,
    ImmutableList<Buffer> writes,
    Optional<Buffer> temporary,
    ImmutableList<Buffer> waits,
    Optional<Buffer> inPlace) {
  /** The kind of what lays a value out anew for its reader, perhaps transformed. */
  static final String PACK = "pack";

  /** Whether no node is computed, but one's value packed for its reader. */
  boolean isPacking() {
    return kind.equals(PACK);
  }

  /** The name of the last node, which the step exists for. */
  String name() {
    return nodes.getLast().name();
  }

  /** The kernel's arguments, in its order. */
  ImmutableList<Buffer> arguments() {
    return ImmutableList.<Buffer>builder()
        .addAll(reads)
        .addAll(writes)
        .addAll(temporary.stream().iterator())
        .build();
  }

  /** How many tasks all phases have together. */
  long tasks() {
    long tasks = 0;
    for (int phase = 0; phase < kernel.phases(); phase++) {
      tasks += kernel.tasks(phase);
    }
    return tasks;
  }

  /** The nodes' operators, for people. */
  String description() {
    return description(nodes);
  }

  /** The operators of nodes that one kernel computes, for people. */
  static String description(List<Node> nodes) {
    return nodes.stream().map(node -> node.op().operatorName()).collect(Collectors.joining(" + "));
  }
}
