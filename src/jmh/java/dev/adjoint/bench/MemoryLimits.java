package dev.adjoint.bench;

import dev.adjoint.runtime.RunException;
import dev.adjoint.runtime.SessionOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What a memory limit costs a training step of Adjoint on one thread: for limits further and
 * further below what the step takes without one, the bytes of its plan and the least processor time
 * of many runs.
 *
 * <p>Arguments: the name of a training step, as {@link Comparison} lists it.
 */
public final class MemoryLimits {
  private static final int RUNS = 12;
  private static final int PERCENT_A_STEP = 5;

  private MemoryLimits() {}

  /** Prints a line a limit, and at last the refusal of one that nothing fits. */
  public static void main(String[] args) {
    if (!(Workload.named(String.join(" ", args)) instanceof Workload.TrainingStep step)) {
      throw new IllegalArgumentException("Name a training step, such as 'train MNIST SGD'.");
    }
    SessionOptions options = SessionOptions.standard().withThreads(1);
    long whole = measure(step, options);
    try {
      for (int percent = 100 - PERCENT_A_STEP; percent > 0; percent -= PERCENT_A_STEP) {
        System.out.printf("%3d%%  ", percent);
        measure(step, options.withMemoryLimit(whole * percent / 100));
      }
    } catch (RunException.MemoryLimit refused) {
      System.out.println(refused.getMessage());
    }
  }

  private static long measure(Workload.TrainingStep step, SessionOptions options) {
    try (AdjointTasks.Repeated task = AdjointTasks.training(step, options)) {
      ThreadMXBean clock = ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int run = 0; run < RUNS; run++) {
        long start = clock.getCurrentThreadCpuTime();
        task.run();
        least = Math.min(least, clock.getCurrentThreadCpuTime() - start);
      }
      System.out.printf("%,d bytes, %.1f ms%n", task.bytes(), least / 1e6);
      return task.bytes();
    }
  }
}
