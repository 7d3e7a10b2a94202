package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import java.util.List;

/**
 * Long reductions in two phases: parts of each row are reduced to the temporary array, then the
 * parts.
 *
 * @param parts of one size, then possibly a shorter one
 * @param merge reduces the parts
 * @param temporary see {@link #temporary()}
 */
record SplitKernel(List<LoopKernel> parts, LoopKernel merge, int temporary) implements LoopKernel {
  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? parts.stream().mapToInt(part -> part.tasks(0)).sum() : merge.tasks(0);
  }

  @Override
  public int workspace() {
    int largest = merge.workspace();
    for (LoopKernel part : parts) {
      largest = Math.max(largest, part.workspace());
    }
    return largest;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 1) {
      merge.run(0, task, arguments, workspace);
      return;
    }
    int rest = task;
    int part = 0;
    while (rest >= parts.get(part).tasks(0)) {
      rest -= parts.get(part).tasks(0);
      part++;
    }
    parts.get(part).run(0, rest, arguments, workspace);
  }
}
