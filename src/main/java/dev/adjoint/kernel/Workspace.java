package dev.adjoint.kernel;

/**
 * Arrays of one worker's own, in which a task packs, pads and gathers. Allocated once, for the
 * largest need of all kernels of a plan.
 */
public final class Workspace {
  private final float[] floats;
  private final double[] doubles;

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
}
