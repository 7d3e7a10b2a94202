package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;

/** What generated classes extend: a nest of two loops without state. */
abstract class GeneratedLoop {
  /**
   * Runs over {@code rows} times {@code columns} elements of the index space.
   *
   * @param outer the place on the outer axes, in row-major order
   * @param first whether folds begin here, else they go on from their targets
   */
  abstract void run(
      Arguments arguments,
      Workspace workspace,
      Geometry geometry,
      int outer,
      int row,
      int rows,
      int column,
      int columns,
      boolean first);
}
