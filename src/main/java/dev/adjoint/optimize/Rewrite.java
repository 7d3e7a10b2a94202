package dev.adjoint.optimize;

import dev.adjoint.graph.Value;

/** A local change: what to compute in the place of one value. */
@FunctionalInterface
interface Rewrite {
  /**
   * The replacement of {@code y}, of its type, built with the methods of values; {@code y} itself
   * if it is to stay. The operands of {@code y} are replaced already.
   */
  Value apply(Value y, Readers readers);
}
