package dev.adjoint.kernel;

/**
 * A computation for fixed sizes, on arrays that each run brings along.
 *
 * <p>It consists of phases that follow each other; the tasks of one phase are independent and may
 * run at the same time. How the work is cut depends on sizes only, never on the number of threads,
 * so that the result is the same bits for any number.
 *
 * <p>The arguments are, in this order: the operands, the results, and the temporary array if {@link
 * #temporary()} is not 0. A kernel writes each element of its results, and reads none that it has
 * not written. Results overlap no operand, unless the kernel says that it can work in place.
 */
public interface Kernel {
  /** How many phases there are, at least 1. */
  default int phases() {
    return 1;
  }

  /** How many tasks a phase has; may be 0. */
  int tasks(int phase);

  /**
   * How many elements the temporary array has, which keeps values from one phase to the next. It is
   * of the first result's dtype, and holds anything at the start.
   */
  default int temporary() {
    return 0;
  }

  /**
   * How many elements of the first result's dtype a worker's own array must have, see {@link
   * Workspace}.
   */
  default int workspace() {
    return 0;
  }

  /**
   * What the kernel computes: another whose function is equal writes the same results from the same
   * operands. Whoever has one kernel's results may take them for the other's.
   */
  default Object function() {
    return this;
  }

  /**
   * Computes one task.
   *
   * @param phase 0 to {@link #phases()} - 1, the earlier ones complete
   * @param task 0 to {@link #tasks} - 1
   * @param workspace of the worker that runs the task; holds anything at the start
   */
  void run(int phase, int task, Arguments arguments, Workspace workspace);
}
