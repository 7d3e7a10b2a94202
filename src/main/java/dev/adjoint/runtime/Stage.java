package dev.adjoint.runtime;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;

/**
 * Tasks that may run at the same time: a phase of one step, or of several that do not depend on
 * each other, on the arrays of one run.
 */
final class Stage {
  /**
   * A phase of a step.
   *
   * @param step the step
   * @param phase of its kernel
   * @param arguments its arrays
   * @param firstTask where its tasks begin among the stage's
   */
  record Part(Step step, int phase, Arguments arguments, int firstTask) {}

  private final Part[] parts;
  private final int tasks;

  Stage(Part[] parts, int tasks) {
    this.parts = parts;
    this.tasks = tasks;
  }

  int tasks() {
    return tasks;
  }

  Part partOf(int task) {
    int part = parts.length - 1;
    while (parts[part].firstTask > task) {
      part--;
    }
    return parts[part];
  }

  void run(int task, Workspace workspace) {
    Part part = partOf(task);
    part.step.kernel().run(part.phase, task - part.firstTask, part.arguments, workspace);
  }

  Part[] parts() {
    return parts;
  }
}
