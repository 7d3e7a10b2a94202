package dev.adjoint.kernel;

/**
 * How work along an axis is cut into tasks: a lane is all elements along the axis for one index of
 * the axes before and one of the axes behind it. A task has a range of the former and a range of
 * the latter.
 */
public final class LaneCut {
  /** The least lanes behind, so that no two tasks write to a line of the cache. */
  private static final int LEAST_LANES = 16;

  private final int before;
  private final int behind;
  private final int beforeChunk;
  private final int behindChunk;

  /**
   * Cuts {@code before * behind} lanes.
   *
   * @param work how many elements are read and written for one lane
   */
  LaneCut(int before, int behind, long work) {
    long lanes = Math.max(1, AxisCut.TASK_ELEMENTS / Math.max(1, work));
    this.before = before;
    this.behind = behind;
    this.behindChunk = (int) Math.max(1, Math.min(behind, Math.max(LEAST_LANES, lanes)));
    this.beforeChunk = (int) Math.max(1, lanes / behindChunk);
  }

  private int behindChunks() {
    return Math.ceilDiv(behind, behindChunk);
  }

  /** How many tasks there are; 0 without lanes. */
  public int tasks() {
    return Math.ceilDiv(before, beforeChunk) * behindChunks();
  }

  /** Where a task's range of the axes before begins. */
  public int firstBefore(int task) {
    return task / behindChunks() * beforeChunk;
  }

  /** Where a task's range of the axes before ends. */
  public int limitBefore(int task) {
    return Math.min(before, firstBefore(task) + beforeChunk);
  }

  /** Where a task's range of the axes behind begins. */
  public int firstBehind(int task) {
    return task % behindChunks() * behindChunk;
  }

  /** Where a task's range of the axes behind ends. */
  public int limitBehind(int task) {
    return Math.min(behind, firstBehind(task) + behindChunk);
  }
}
