package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.List;

/**
 * The structure of one nest of two loops: all that its class is generated from. Equal nests share a
 * class.
 *
 * @param accesses how arrays are read and written
 * @param steps what is computed
 * @param stores what is written for each element
 * @param rowStores what is written once a row
 * @param folds what is combined
 * @param floating the dtype of vectors
 * @param lanes how many lanes a vector of the floating dtype has; 1 for scalar code
 */
record Nest(
    List<Source> accesses,
    List<Step> steps,
    List<Store> stores,
    List<Store> rowStores,
    List<Accumulation> folds,
    DType floating,
    int lanes) {
  Nest {
    accesses = List.copyOf(accesses);
    steps = List.copyOf(steps);
    stores = List.copyOf(stores);
    rowStores = List.copyOf(rowStores);
    folds = List.copyOf(folds);
  }

  /** This nest with vectors. */
  Nest withVectors(DType type, int count) {
    return new Nest(accesses, steps, stores, rowStores, folds, type, count);
  }

  /** What an access reaches into. */
  enum Place {
    /** An argument of the kernel. */
    ARGUMENT,
    /** The worker's own array. */
    WORKSPACE,
    /** No array: the value is the place itself. */
    COUNTER
  }

  /** How an access moves from column to column. */
  enum Motion {
    FIXED,
    /** By one element. */
    UNIT,
    /** By the geometry's stride. */
    STRIDED
  }

  record Source(Place place, DType dtype, Motion motion) {}

  /** Value {@code value} goes to access {@code access}. */
  record Store(int value, int access) {}

  /**
   * A fold of {@code value} into {@code target}.
   *
   * @param target the access; fixed along columns if a row is folded, else there is one element a
   *     column
   * @param partials the access of the interleaved parts, or -1 if one element takes all
   */
  record Accumulation(Fold fold, int value, int target, int partials) {}

  /** Whether the value of each step differs from column to column. */
  boolean[] varying() {
    boolean[] varying = new boolean[steps.size()];
    for (int i = 0; i < varying.length; i++) {
      Step step = steps.get(i);
      boolean moves =
          (step.opcode() == Opcode.LOAD || step.opcode() == Opcode.GATHER)
              && accesses.get((int) step.immediate()).motion() != Motion.FIXED;
      varying[i] = moves || step.operands().stream().anyMatch(operand -> varying[operand]);
    }
    return varying;
  }
}
