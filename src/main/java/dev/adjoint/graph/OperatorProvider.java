package dev.adjoint.graph;

import java.util.List;

/**
 * Makes operators known to texts and files. The built-in ones use it too; a library or a user's
 * program lists its own in {@code META-INF/services/dev.adjoint.graph.OperatorProvider}, or passes
 * them to {@link OperatorCatalog#with}.
 */
public interface OperatorProvider {
  /** The record classes of the operators. */
  List<Class<? extends Op>> operators();
}
