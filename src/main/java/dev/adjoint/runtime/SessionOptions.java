package dev.adjoint.runtime;

import dev.adjoint.optimize.Pipeline;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a {@link Session} runs. None of it changes a result: every run is deterministic, for any
 * number of threads.
 *
 * @param threads how many threads compute one run, the caller's among them
 * @param executor where the others come from; absent for threads of the session's own
 * @param memoryLimit how many bytes one run of a plan, parameters and constants may take together.
 *     A plan that needs more computes values again in place of keeping them; results stay the same
 *     bits. Several runs at the same time have an arena each, and no more arenas are kept after
 *     them than twice the number of processors
 * @param plans how many compiled plans are kept, for different sizes; the least recently used goes
 * @param fast whether algorithms may be used that need fewer products but round a little worse
 *     (Winograd's)
 * @param fuses whether one kernel may compute several nodes, which is what makes runs fast
 * @param checksNumbers whether each node is computed by itself, and a run ends at the first that
 *     gives NaN or an infinity, naming it; slow
 * @param pipeline the passes that optimise a graph
 */
public record SessionOptions(
    int threads,
    Optional<Executor> executor,
    long memoryLimit,
    int plans,
    boolean fast,
    boolean fuses,
    boolean checksNumbers,
    Pipeline pipeline) {
  /** Checks the ranges. */
  public SessionOptions {
    require(threads >= 1, "A session needs at least one thread, given %d.", threads);
    require(memoryLimit >= 0, "A memory limit is not negative, given %d bytes.", memoryLimit);
    require(plans >= 1, "A session keeps at least one plan, given %d.", plans);
  }

  private static void require(boolean condition, String message, long given) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(given));
    }
  }

  /** A thread for each processor, no memory limit, 16 plans, all passes. */
  public static SessionOptions standard() {
    return new SessionOptions(
        Runtime.getRuntime().availableProcessors(),
        Optional.empty(),
        Long.MAX_VALUE,
        16,
        true,
        true,
        false,
        Pipeline.standard());
  }

  /**
   * The same with another number of threads.
   *
   * @param count from 1 to 1,024, or to 16 for each processor if that is more. Threads beyond the
   *     processors do not make a run faster, and each takes memory: a number above is a mistake
   * @throws IllegalArgumentException if it is out of range
   */
  public SessionOptions withThreads(int count) {
    int most = Math.max(1_024, 16 * Runtime.getRuntime().availableProcessors());
    if (count > most) {
      throw new IllegalArgumentException(
          "A session has %,d threads at most, given %,d. More than there are processors make no run faster."
              .formatted(most, count));
    }
    return new SessionOptions(
        count, executor, memoryLimit, plans, fast, fuses, checksNumbers, pipeline);
  }

  /**
   * The same with the caller's threads, of any kind: a run asks the executor for up to {@code
   * threads} - 1 helpers, and computes with those that it gets before it ends. One that refuses, or
   * that runs its tasks at once on the thread that hands them in, only leaves the run alone.
   */
  public SessionOptions withExecutor(Executor callers) {
    return new SessionOptions(
        threads, Optional.of(callers), memoryLimit, plans, fast, fuses, checksNumbers, pipeline);
  }

  /** The same with a limit in bytes. */
  public SessionOptions withMemoryLimit(long bytes) {
    return new SessionOptions(
        threads, executor, bytes, plans, fast, fuses, checksNumbers, pipeline);
  }

  /** The same with another number of kept plans. */
  public SessionOptions withPlans(int count) {
    return new SessionOptions(
        threads, executor, memoryLimit, count, fast, fuses, checksNumbers, pipeline);
  }

  /**
   * The same without the algorithms that round worse than the direct ones. These also have a
   * smaller range: convolutions with 3 x 3 and 5 x 5 taps, and their gradients, give NaN or
   * infinities for FLOAT32 inputs from 1.5e36 and 1.5e34 on, where direct sums stay finite up to
   * 3.4e38; they are inaccurate for kernels below 1.2e-31; and an infinite or NaN pixel makes NaN
   * of results up to eight pixels away. {@link dev.adjoint.kernel.Correlations} has all bounds.
   */
  public SessionOptions direct() {
    return new SessionOptions(
        threads, executor, memoryLimit, plans, false, fuses, checksNumbers, pipeline);
  }

  /**
   * The same with a kernel of its own for each node of the optimised graph, so that a {@link
   * Profile} measures every node by itself. A sum over an outer axis may be rounded otherwise,
   * since which axes a loop goes over as one depends on all that it reads. Takes longer, and more
   * memory.
   */
  public SessionOptions unfused() {
    return new SessionOptions(
        threads, executor, memoryLimit, plans, fast, false, checksNumbers, pipeline);
  }

  /**
   * The same, ending a run at the first NaN or infinity. The graph is computed as it is written,
   * without passes, so that each of its nodes can be named; {@link #withPipeline} brings them back.
   *
   * <p>The node is the first that gave such a number, and each of its operands is told to be finite
   * or not. Inputs are not looked at before they are read. A convolution may be named that
   * overflows only by an algorithm of less range, and its element may be a neighbour of the one
   * that an infinite input meets: see {@link #direct}, which goes together with this.
   */
  public SessionOptions checkingNumbers() {
    return new SessionOptions(
        threads, executor, memoryLimit, plans, fast, false, true, pipeline.only());
  }

  /** The same with other passes. */
  public SessionOptions withPipeline(Pipeline passes) {
    return new SessionOptions(
        threads, executor, memoryLimit, plans, fast, fuses, checksNumbers, passes);
  }
}
