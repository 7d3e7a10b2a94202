package dev.adjoint.kernel;

/** {@link dev.adjoint.op.Source.Iota}. A task is a range of elements in row-major order. */
final class IotaKernel implements Kernel {
  private final Numbers numbers;
  private final int count;
  private final int size;
  private final int stride;

  IotaKernel(Numbers numbers, RowMajor y, int axis) {
    this.numbers = numbers;
    this.count = y.count();
    this.size = y.size(axis);
    this.stride = y.stride(axis);
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(count, AxisCut.TASK_ELEMENTS);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int first = task * AxisCut.TASK_ELEMENTS;
    int limit = Math.min(count, first + AxisCut.TASK_ELEMENTS);
    int repeated = first % stride;
    int value = first / stride % size;
    for (int i = first; i < limit; i++) {
      numbers.set(arguments.array(0), arguments.offset(0) + i, value);
      repeated++;
      if (repeated == stride) {
        repeated = 0;
        value = value + 1 == size ? 0 : value + 1;
      }
    }
  }
}
