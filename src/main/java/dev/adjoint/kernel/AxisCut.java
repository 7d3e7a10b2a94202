package dev.adjoint.kernel;

/**
 * How a loop nest is cut into tasks: a task covers a range along one axis, for one index of the
 * axes before it (its lead, counted in row-major order), and all of the axes behind.
 *
 * @param axis the axis that is cut
 * @param size of that axis
 * @param chunk how far a task goes along it
 * @param leads how many indices the axes before it have
 */
record AxisCut(int axis, int size, int chunk, int leads) {
  /** About how many elements a task moves: enough to hide what starting a task costs. */
  static final int TASK_ELEMENTS = 32 * 1024;

  /** Cuts sizes, of at least one axis, into tasks of about {@link #TASK_ELEMENTS}. */
  static AxisCut of(int[] sizes) {
    long inner = 1;
    int axis = sizes.length - 1;
    while (axis > 0 && inner * sizes[axis] < TASK_ELEMENTS) {
      inner *= sizes[axis];
      axis--;
    }
    int leads = 1;
    for (int a = 0; a < axis; a++) {
      leads *= sizes[a];
    }
    int size = inner == 0 ? 0 : sizes[axis];
    return new AxisCut(axis, size, (int) Math.max(1, TASK_ELEMENTS / Math.max(1, inner)), leads);
  }

  int tasks() {
    return leads * chunks();
  }

  private int chunks() {
    return Math.ceilDiv(size, chunk);
  }

  /** Which index of the axes before the cut one a task is for. */
  int lead(int task) {
    return task / chunks();
  }

  /** Where a task begins along the axis. */
  int from(int task) {
    return task % chunks() * chunk;
  }

  /** Where a task ends along the axis. */
  int to(int task) {
    return Math.min(size, from(task) + chunk);
  }
}
