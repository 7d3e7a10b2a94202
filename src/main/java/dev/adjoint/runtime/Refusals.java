package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What was decided, last, of each operand that a node is not computed together with. */
final class Refusals {
  private record Edge(Node reader, Node operand) {}

  private final Map<Edge, Refusal> decided = new HashMap<>();

  void add(Node reader, Node operand, Refusal refusal) {
    decided.put(new Edge(reader, operand), refusal);
  }

  /** As {@link #add}, where there is one. */
  void add(Node reader, Node operand, Optional<Refusal> refusal) {
    refusal.ifPresent(reason -> add(reader, operand, reason));
  }

  /** Why a node is in another group than one of its operands. */
  Refusal of(Node reader, Node operand) {
    return decided.getOrDefault(new Edge(reader, operand), Refusal.untried());
  }
}
