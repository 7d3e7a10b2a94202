package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;

/**
 * Drops the nodes that no output, update or first value depends on. Inputs and parameters stay.
 * Bits: unchanged. Idempotent. Every other pass leaves no dead code either.
 */
record RemoveDeadCode() implements Pass {
  @Override
  public String name() {
    return "remove-dead-code";
  }

  @Override
  public String description() {
    return "Drops nodes that no output, update or first value depends on.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, (y, _) -> y);
  }
}
