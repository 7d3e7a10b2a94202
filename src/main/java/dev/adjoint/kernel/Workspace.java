package dev.adjoint.kernel;

/**
 * Arrays of one worker's own, in which a task packs, pads and gathers. Allocated once, for the
 * largest need of all kernels of a plan.
 */
public final class Workspace {
  private final float[] floats;
  private final double[] doubles;
  private final long[] words = new long[Philox.WORDS];
  private final Arguments pair = new Arguments(2);
  private Arguments copy = new Arguments(0);

  /** Arrays of the given lengths. */
  public Workspace(int floats, int doubles) {
    this.floats = new float[floats];
    this.doubles = new double[doubles];
  }

  /** For kernels whose first result is FLOAT32. */
  public float[] floats() {
    return floats;
  }

  /** For kernels whose first result is FLOAT64. */
  public double[] doubles() {
    return doubles;
  }

  /** For the words of random numbers: {@value Philox#WORDS} elements. */
  long[] words() {
    return words;
  }

  /** Two arguments, for a task to set. */
  public Arguments pair() {
    return pair;
  }

  /** A copy that the task may change, until it asks for the next. */
  public Arguments copyOf(Arguments arguments) {
    if (copy.count() < arguments.count()) {
      copy = new Arguments(arguments.count());
    }
    for (int i = 0; i < arguments.count(); i++) {
      copy.set(i, arguments.array(i), arguments.offset(i));
    }
    return copy;
  }
}
