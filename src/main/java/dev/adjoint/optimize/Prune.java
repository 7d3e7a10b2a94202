package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Subgraph;
import java.util.List;

/** Reduces a graph to one way of running it. */
public final class Prune {
  private Prune() {}

  /**
   * The part of a graph that one signature needs: its inputs, what it reads, and the parameters
   * that it updates. First values of parameters are left out: they are computed once, from the
   * whole graph.
   *
   * @throws dev.adjoint.graph.GraphException if there is no such signature
   */
  public static Graph to(Graph graph, String signature) {
    return Subgraph.of(graph, List.of(signature), _ -> false, Node::op);
  }
}
