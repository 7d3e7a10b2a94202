package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import java.util.List;

/**
 * Long reductions in several phases: parts of each row are reduced to the temporary array, then the
 * parts, as often as reductions depend on each other.
 *
 * @param stages the kernels of each phase, of one phase each, which are independent
 * @param temporary see {@link #temporary()}
 */
record SplitKernel(List<List<LoopKernel>> stages, int temporary) implements LoopKernel {
  @Override
  public int phases() {
    return stages.size();
  }

  @Override
  public int tasks(int phase) {
    return stages.get(phase).stream().mapToInt(kernel -> kernel.tasks(0)).sum();
  }

  @Override
  public int workspace() {
    return stages.stream().flatMap(List::stream).mapToInt(LoopKernel::workspace).max().orElse(0);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    List<LoopKernel> kernels = stages.get(phase);
    int rest = task;
    int kernel = 0;
    while (rest >= kernels.get(kernel).tasks(0)) {
      rest -= kernels.get(kernel).tasks(0);
      kernel++;
    }
    kernels.get(kernel).run(0, rest, arguments, workspace);
  }
}
