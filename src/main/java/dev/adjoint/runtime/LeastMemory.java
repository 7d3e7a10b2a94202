package dev.adjoint.runtime;

import static dev.adjoint.runtime.NumberedSteps.NONE;

import dev.adjoint.runtime.NumberedSteps.Run;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** What the arena cannot be smaller than, however much is computed again. */
final class LeastMemory {
  private final RecomputedOrder order;
  private final long[] bytes;

  /** From which position on a buffer is there in every order; later than {@link #to} if none. */
  private final int[] from;

  /** The last position that a buffer is there at. */
  private final int[] to;

  /**
   * Of the given kind of order.
   *
   * @param inputs alive from the start to the end
   * @param kept alive to the end
   */
  LeastMemory(RecomputedOrder order, List<Buffer> inputs, List<Buffer> kept) {
    this.order = order;
    this.bytes = order.numbered().bytesInArena();
    this.from = new int[bytes.length];
    this.to = new int[bytes.length];
    int end = order.size();
    int[] written = new int[bytes.length];
    Arrays.fill(from, end);
    Arrays.fill(to, NONE);
    for (int step = 0; step < end; step++) {
      for (int buffer : order.run(step).writes()) {
        written[buffer] = step;
        from[buffer] = order.mayRunAgain(step) ? end : step;
      }
      for (int buffer : order.run(step).reads()) {
        to[buffer] = step;
      }
    }
    for (int buffer : order.numbered().of(kept)) {
      from[buffer] = written[buffer];
      to[buffer] = end;
    }
    for (int buffer : order.numbered().of(inputs)) {
      from[buffer] = 0;
      to[buffer] = end;
    }
  }

  /** What the arguments of a step take, the largest of all steps. */
  long ofLargestStep() {
    long largest = 0;
    for (int step = 0; step < order.size(); step++) {
      largest = Math.max(largest, ofArguments(order.run(step), _ -> true));
    }
    return largest;
  }

  /**
   * What is there at a step in every order, and the step's arguments; the largest of all steps. No
   * order needs less.
   */
  long ofAnyOrder() {
    long[] there = thereInEveryOrder();
    long most = 0;
    for (int step = 0; step < order.size(); step++) {
      int at = step;
      Run run = order.run(step);
      long others = ofArguments(run, buffer -> at < from[buffer] || to[buffer] < at);
      long takenOver = run.inPlace() == NONE ? 0 : bytes[run.inPlace()];
      most = Math.max(most, there[step] + others - takenOver);
    }
    return most;
  }

  private long[] thereInEveryOrder() {
    long[] there = new long[order.size() + 2];
    for (int buffer = 0; buffer < bytes.length; buffer++) {
      if (from[buffer] <= to[buffer] && bytes[buffer] > 0) {
        there[from[buffer]] += bytes[buffer];
        there[to[buffer] + 1] -= bytes[buffer];
      }
    }
    Arrays.parallelPrefix(there, Long::sum);
    return there;
  }

  private long ofArguments(Run run, IntPredicate counts) {
    return Arrays.stream(run.arguments())
        .filter(counts)
        .mapToLong(buffer -> Math.max(0, bytes[buffer]))
        .sum();
  }
}
