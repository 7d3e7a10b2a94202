package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;

/** Makes the first value of a parameter, as graph, so that it is saved and repeatable. */
@FunctionalInterface
public interface Initializer {
  /**
   * Adds the nodes of the value to {@code builder}.
   *
   * @param name the parameter's full name, from which random ones derive a stream of their own
   * @param type the type that the value must have
   */
  Value initial(GraphBuilder builder, String name, TensorType type);
}
