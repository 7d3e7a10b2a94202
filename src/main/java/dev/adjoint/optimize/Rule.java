package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import java.util.function.UnaryOperator;

/**
 * A row of a table of rewrites.
 *
 * @param rewrite what becomes what, for readers
 * @param exactness what it may change about results
 * @param rewriting the rewrite of a value that it fits, the value itself of every other
 */
record Rule(String rewrite, Exactness exactness, Rewrite rewriting) {
  /** Keeps the bits. */
  static Rule exact(String rewrite, UnaryOperator<Value> rewriting) {
    return new Rule(rewrite, Exactness.BITS, (y, _) -> rewriting.apply(y));
  }

  /** May round otherwise. */
  static Rule rounding(String rewrite, UnaryOperator<Value> rewriting) {
    return new Rule(rewrite, Exactness.ROUNDING, (y, _) -> rewriting.apply(y));
  }
}
