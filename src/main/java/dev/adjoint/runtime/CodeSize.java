package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;

/**
 * About how much code a node adds to a loop, in hundredths of the longest method that the JVM
 * compiles: as many FLOAT64 nodes of its kind were seen to fit one loop.
 */
final class CodeSize {
  /** The most that an elementwise loop may have. */
  private static final int LIMIT = 90;

  /** A short loop that folds has several copies of its code, for as many partial results. */
  private static final int FOLDING_LIMIT = 30;

  private CodeSize() {}

  static int limit(boolean folds) {
    return folds ? FOLDING_LIMIT : LIMIT;
  }

  static int of(Node node) {
    return switch (node.op()) {
      case Pointwise pointwise -> of(pointwise);
      case Probability _ -> 35;
      case Reduction.ReduceLogSumExp _ -> 35;
      default -> 1;
    };
  }

  private static int of(Pointwise op) {
    return switch (op) {
      case Pointwise.Erf _ -> 33;
      case Pointwise.Softplus _ -> 25;
      case Pointwise.Tanh _ -> 20;
      case Pointwise.Expm1 _, Pointwise.Log1p _ -> 17;
      case Pointwise.Log _ -> 15;
      case Pointwise.Exp _, Pointwise.Sigmoid _ -> 13;
      case Pointwise.Floor _, Pointwise.Ceil _ -> 5;
      case Pointwise.Round _ -> 4;
      case Pointwise.Sign _ -> 2;
      case Pointwise.Neg _,
          Pointwise.Abs _,
          Pointwise.Sqrt _,
          Pointwise.Rsqrt _,
          Pointwise.Sin _,
          Pointwise.Cos _ ->
          1;
    };
  }
}
