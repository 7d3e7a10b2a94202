package dev.adjoint.kernel;

/**
 * {@link dev.adjoint.op.Indexing.ScatterAdd} and {@link
 * dev.adjoint.op.Indexing.ScatterAddAlongAxis}. The first phase checks the indices; a task of the
 * second copies its lanes of the base, then adds all updates of these lanes in their order, in the
 * dtype. A row is what lies behind the axis.
 */
final class ScatterAddKernel implements Kernel {
  private final Numbers numbers;
  private final AxisIndices indices;
  private final boolean along;
  private final int count;
  private final int rowSize;
  private final boolean adds;
  private final LaneCut cut;

  /**
   * Adds to a copy of {@code base}.
   *
   * @param along whether there is an index for each element, not for each row
   * @param count how many rows are added for each index of the axes before the axis
   */
  ScatterAddKernel(Numbers numbers, RowMajor base, AxisIndices indices, int count, boolean along) {
    int before = base.before(indices.axis());
    this.numbers = numbers;
    this.indices = indices;
    this.along = along;
    this.count = count;
    this.rowSize = base.stride(indices.axis());
    this.adds = before > 0 && rowSize > 0 && count > 0;
    this.cut = new LaneCut(before, rowSize, (long) indices.size() + count);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? (adds ? 1 : 0) : cut.tasks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 0) {
      indices.check(arguments);
      return;
    }
    for (int slice = cut.firstBefore(task); slice < cut.limitBefore(task); slice++) {
      copy(slice, cut.firstBehind(task), cut.limitBehind(task), arguments);
      add(slice, cut.firstBehind(task), cut.limitBehind(task), arguments);
    }
  }

  private void copy(int slice, int from, int to, Arguments arguments) {
    for (int i = 0; i < indices.size(); i++) {
      int place = (slice * indices.size() + i) * rowSize + from;
      System.arraycopy(
          arguments.array(0),
          arguments.offset(0) + place,
          arguments.array(3),
          arguments.offset(3) + place,
          to - from);
    }
  }

  private void add(int slice, int from, int to, Arguments arguments) {
    Object places = arguments.array(1);
    int y = arguments.offset(3) + slice * indices.size() * rowSize;
    for (int i = 0; i < count; i++) {
      int row = slice * count + i;
      int update = arguments.offset(2) + row * rowSize;
      if (along) {
        for (int c = from; c < to; c++) {
          int index = AxisIndices.at(places, arguments.offset(1) + row * rowSize + c);
          numbers.add(
              arguments.array(2), update + c, arguments.array(3), y + index * rowSize + c, 1);
        }
      } else {
        int index = AxisIndices.at(places, arguments.offset(1) + i);
        int target = y + index * rowSize + from;
        numbers.add(arguments.array(2), update + from, arguments.array(3), target, to - from);
      }
    }
  }
}
