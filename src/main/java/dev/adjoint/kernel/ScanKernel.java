package dev.adjoint.kernel;

/** Runs a loop along an axis for each lane. A task is a range of lanes. */
final class ScanKernel implements Kernel {
  /** The loop along one lane. */
  @FunctionalInterface
  interface Lane {
    /**
     * Runs it.
     *
     * @param place where the lane begins, counted from the start of each argument
     * @param step the distance of the elements that follow each other
     * @param count how many there are
     */
    void run(Arguments arguments, int place, int step, int count);
  }

  private final int size;
  private final int stride;
  private final boolean reverse;
  private final Lane loop;
  private final LaneCut cut;

  ScanKernel(RowMajor sizes, int axis, boolean reverse, Lane loop) {
    this.size = sizes.size(axis);
    this.stride = sizes.stride(axis);
    this.reverse = reverse;
    this.loop = loop;
    this.cut = new LaneCut(sizes.before(axis), stride, size);
  }

  @Override
  public int tasks(int phase) {
    return size == 0 ? 0 : cut.tasks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int start = reverse ? (size - 1) * stride : 0;
    for (int before = cut.firstBefore(task); before < cut.limitBefore(task); before++) {
      for (int lane = cut.firstBehind(task); lane < cut.limitBehind(task); lane++) {
        int place = before * size * stride + start + lane;
        loop.run(arguments, place, reverse ? -stride : stride, size);
      }
    }
  }
}
