package dev.adjoint.optimize;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;

/** Operators that compute each element from the elements of the operands at its place. */
final class Elementwise {
  private Elementwise() {}

  static boolean is(Op op) {
    return op instanceof Arithmetic
        || op instanceof Pointwise
        || op instanceof Logic
        || op instanceof Control.Cast;
  }
}
