package dev.adjoint.kernel;

/**
 * {@link dev.adjoint.op.Indexing.Gather} and {@link dev.adjoint.op.Indexing.TakeAlongAxis}. The
 * first phase checks the indices; a task of the second fills rows of the result, or parts of them.
 * A row is what lies behind the axis. Exact.
 */
final class GatherKernel implements Kernel {
  /** Below it, a loop is faster than finding out how to copy an array. */
  private static final int SHORT_ROW = 16;

  private final Elements elements;
  private final AxisIndices indices;
  private final boolean along;
  private final int count;
  private final int rowSize;
  private final AxisCut cut;

  /**
   * Takes from {@code x}.
   *
   * @param along whether there is an index for each element, not for each row
   * @param count how many rows are taken for each index of the axes before the axis
   */
  GatherKernel(Elements elements, RowMajor x, AxisIndices indices, int count, boolean along) {
    this.elements = elements;
    this.indices = indices;
    this.along = along;
    this.count = count;
    this.rowSize = x.stride(indices.axis());
    this.cut = AxisCut.of(new int[] {x.before(indices.axis()) * count, rowSize});
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? Math.min(1, cut.tasks()) : cut.tasks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 0) {
      indices.check(arguments);
    } else if (cut.axis() == 0) {
      rows(cut.from(task), cut.to(task), 0, rowSize, arguments);
    } else {
      int row = cut.lead(task);
      rows(row, row + 1, cut.from(task), cut.to(task), arguments);
    }
  }

  private void rows(int first, int limit, int from, int to, Arguments arguments) {
    for (int row = first; row < limit; row++) {
      int slice = row / count * indices.size();
      if (along) {
        takeRow(slice, row, from, to, arguments);
      } else {
        int index = AxisIndices.at(arguments.array(1), arguments.offset(1) + row % count);
        copyRow(slice + index, row, from, to, arguments);
      }
    }
  }

  private void copyRow(int source, int row, int from, int to, Arguments arguments) {
    int x = arguments.offset(0) + source * rowSize + from;
    int y = arguments.offset(2) + row * rowSize + from;
    if (to - from < SHORT_ROW) {
      elements.copy(arguments.array(0), x, 0, 1, arguments.array(2), y, 0, 1, 1, to - from);
    } else {
      System.arraycopy(arguments.array(0), x, arguments.array(2), y, to - from);
    }
  }

  private void takeRow(int slice, int row, int from, int to, Arguments arguments) {
    int y = arguments.offset(2) + row * rowSize;
    int index = arguments.offset(1) + row * rowSize;
    for (int c = from; c < to; c++) {
      int source = (slice + AxisIndices.at(arguments.array(1), index + c)) * rowSize + c;
      elements.move(arguments.array(0), arguments.offset(0) + source, arguments.array(2), y + c);
    }
  }
}
