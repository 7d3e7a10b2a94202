package dev.adjoint.kernel;

/** {@link dev.adjoint.op.Source.Size}: one INT64. */
record SizeKernel(long size) implements Kernel {
  @Override
  public int tasks(int phase) {
    return 1;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    arguments.longs(0)[arguments.offset(0)] = size;
  }
}
