package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;

/** A nest's code with the numbers of one loop. */
record BoundNest(GeneratedLoop code, Geometry geometry) {
  void run(
      Arguments arguments,
      Workspace workspace,
      int outer,
      int row,
      int rows,
      int column,
      int columns,
      boolean first) {
    code.run(arguments, workspace, geometry, outer, row, rows, column, columns, first);
  }
}
