package dev.adjoint.kernel;

import java.util.stream.IntStream;

/**
 * The terms of a sum of products: how both operands are walked along. There are {@code runs} of
 * {@code depth} terms each; a run begins at a place of its own, and within it both operands advance
 * by a constant number of elements.
 */
public final class Walk {
  /** A table should leave most of the second cache to what is multiplied. */
  private static final int MOST_IN_TABLE = 8192;

  private static final int[] NO_TERMS = {};

  private final int[] starts;
  private final int depth;
  private final int aStep;
  private final int bStep;
  private final int[] table;

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
    this.table = isEven(starts, depth, bStep) ? table(starts, depth, aStep) : NO_TERMS;
  }

  private static boolean isEven(int[] starts, int depth, int bStep) {
    long step = (long) depth * bStep;
    return starts.length > 0
        && starts.length / 2L * depth <= MOST_IN_TABLE
        && IntStream.range(1, starts.length / 2)
            .allMatch(run -> starts[2 * run + 1] - starts[2 * run - 1] == step);
  }

  private static int[] table(int[] starts, int depth, int aStep) {
    return IntStream.range(0, starts.length / 2 * depth)
        .map(term -> starts[term / depth * 2] + term % depth * aStep)
        .toArray();
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

  /** Whether there are terms, {@link #bStep} apart in b throughout, and few enough for a table. */
  public boolean isEven() {
    return table.length > 0;
  }

  /** The offset in a of each term, if the walk {@linkplain #isEven is even}. */
  public int[] table() {
    return table;
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
