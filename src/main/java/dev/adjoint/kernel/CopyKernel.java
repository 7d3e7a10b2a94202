package dev.adjoint.kernel;

import java.util.List;

/** Copies each operand to its part of the one result. One task is a part of one operand's copy. */
final class CopyKernel implements Kernel {
  private final List<StridedCopy> copies;
  private final int tasks;

  /** One copy an operand; together they fill the result. */
  CopyKernel(List<StridedCopy> copies) {
    this.copies = List.copyOf(copies);
    this.tasks = copies.stream().mapToInt(StridedCopy::tasks).sum();
  }

  @Override
  public int tasks(int phase) {
    return tasks;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int operand = 0;
    int own = task;
    while (own >= copies.get(operand).tasks()) {
      own -= copies.get(operand).tasks();
      operand++;
    }
    int result = copies.size();
    copies
        .get(operand)
        .run(
            own,
            arguments.array(operand),
            arguments.offset(operand),
            arguments.array(result),
            arguments.offset(result));
  }
}
