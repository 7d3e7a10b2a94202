package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;

/**
 * Brings a correlation's kernel, argument 0, into the order in which it is read, argument 1.
 *
 * @param count how many parts are packed, each by a task
 * @param workspace how many elements of a worker's array a part takes
 * @param function see {@link #function()}
 */
record PackKernel(int count, int workspace, Pack pack, Object function) implements Kernel {
  /** Packs a part of one argument into another. */
  interface Pack {
    void part(int number, Arguments arguments, int from, int to, Workspace workspace);
  }

  @Override
  public int tasks(int phase) {
    return count;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    pack.part(task, arguments, 0, 1, workspace);
  }
}
