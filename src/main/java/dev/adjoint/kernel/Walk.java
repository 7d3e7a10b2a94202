package dev.adjoint.kernel;

/**
 * The terms of a sum of products: how both operands are walked along. There are {@code runs} of
 * {@code depth} terms each; a run begins at a place of its own, and within it both operands advance
 * by a constant number of elements.
 */
public final class Walk {
  private final int[] starts;
  private final int depth;
  private final int aStep;
  private final int bStep;

  /**
   * A walk.
   *
   * @param starts for each run the offset of its first term in a, then that in b; not copied
   * @param depth terms in a run
   * @param aStep elements from one term to the next in a
   * @param bStep elements from one term to the next in b
   */
  public Walk(int[] starts, int depth, int aStep, int bStep) {
    this.starts = starts;
    this.depth = depth;
    this.aStep = aStep;
    this.bStep = bStep;
  }

  /** A walk of one run, from offset 0 in both operands. */
  public static Walk straight(int depth, int aStep, int bStep) {
    return new Walk(new int[] {0, 0}, depth, aStep, bStep);
  }

  /** Pairs of offsets, a pair a run. */
  public int[] starts() {
    return starts;
  }

  /** How many runs. */
  public int runs() {
    return starts.length / 2;
  }

  /** How many terms a run has. */
  public int depth() {
    return depth;
  }

  /** How many terms there are in all. */
  public int terms() {
    return runs() * depth;
  }

  /** Elements from one term to the next in a. */
  public int aStep() {
    return aStep;
  }

  /** Elements from one term to the next in b. */
  public int bStep() {
    return bStep;
  }
}
