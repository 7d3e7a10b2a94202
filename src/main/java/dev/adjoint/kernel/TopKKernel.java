package dev.adjoint.kernel;

/**
 * {@link dev.adjoint.op.Indexing.TopKIndices}. For each lane the result itself is a heap of the k
 * best so far, the worst of them on top; at the end it is taken apart from the worst to the best.
 * (Williams, "Algorithm 232: Heapsort", CACM 7(6), 1964.) Of n elements a lane takes n log k steps.
 */
final class TopKKernel implements Kernel {
  private final Numbers numbers;
  private final int size;
  private final int k;
  private final int step;
  private final LaneCut cut;

  TopKKernel(Numbers numbers, RowMajor x, int k, int axis) {
    this.numbers = numbers;
    this.size = x.size(axis);
    this.k = k;
    this.step = x.stride(axis);
    this.cut = new LaneCut(x.before(axis), step, (long) size + k);
  }

  @Override
  public int tasks(int phase) {
    return k == 0 ? 0 : cut.tasks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    for (int before = cut.firstBefore(task); before < cut.limitBefore(task); before++) {
      for (int lane = cut.firstBehind(task); lane < cut.limitBehind(task); lane++) {
        int from = arguments.offset(0) + before * size * step + lane;
        int to = arguments.offset(1) + before * k * step + lane;
        select(arguments.array(0), from, arguments.longs(1), to);
      }
    }
  }

  private void select(Object x, int from, long[] heap, int root) {
    for (int i = 0; i < k; i++) {
      heap[root + i * step] = i;
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
      sink(x, from, heap, root, i, k);
    }
    for (int i = k; i < size; i++) {
      if (isBetter(x, from, i, heap[root])) {
        heap[root] = i;
        sink(x, from, heap, root, 0, k);
      }
    }
    for (int end = k - 1; end > 0; end--) {
      long best = heap[root + end * step];
      heap[root + end * step] = heap[root];
      heap[root] = best;
      sink(x, from, heap, root, 0, end);
    }
  }

  /** Puts the entry at {@code start} below all that are worse, in a heap of {@code count}. */
  private void sink(Object x, int from, long[] heap, int root, int start, int count) {
    long sinking = heap[root + start * step];
    int place = start;
    while (2 * place + 1 < count) {
      int child = 2 * place + 1;
      if (child + 1 < count
          && isBetter(x, from, heap[root + child * step], heap[root + (child + 1) * step])) {
        child++;
      }
      long worse = heap[root + child * step];
      if (!isBetter(x, from, sinking, worse)) {
        break;
      }
      heap[root + place * step] = worse;
      place = child;
    }
    heap[root + place * step] = sinking;
  }

  /** Whether index i comes before j: its element is larger, or as large and i smaller. */
  private boolean isBetter(Object x, int from, long i, long j) {
    int a = from + (int) i * step;
    int b = from + (int) j * step;
    return numbers.isAbove(x, a, b) || (i < j && !numbers.isAbove(x, b, a));
  }
}
