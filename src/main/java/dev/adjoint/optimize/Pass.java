package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;

/** One step of optimisation: a pure function from graph to graph. */
public interface Pass {
  /** A short name in lower case with hyphens, verb first, unique in a pipeline. */
  String name();

  /** One sentence on what it does. */
  String description();

  /** What it may change about results. */
  Exactness exactness();

  /**
   * The graph after this pass, or {@code graph} itself if there is nothing to do. Signatures,
   * inputs and parameters stay, and applying the pass again to what it returns changes nothing more
   * or comes to an end after a few times.
   */
  Graph apply(Graph graph);
}
