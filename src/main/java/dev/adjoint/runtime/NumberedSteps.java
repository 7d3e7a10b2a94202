package dev.adjoint.runtime;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Steps whose buffers are numbers from 0 on, so that tables of buffers are arrays: for what looks
 * at the same steps many times.
 */
final class NumberedSteps {
  /** No buffer. */
  static final int NONE = -1;

  private final Map<Buffer, Integer> numbers = new LinkedHashMap<>();
  private final List<Buffer> buffers;
  private final List<Run> runs = new ArrayList<>();

  /**
   * What a step does with buffers.
   *
   * @param reads what it reads, each once
   * @param writes its results
   * @param waits what must be complete although it is not read
   * @param temporary the kernel's temporary array, or {@link #NONE}
   * @param inPlace what it reads and the first result may take over, if it dies; or {@link #NONE}
   * @param small whether it may share a stage
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Run(int[] reads, int[] writes, int[] waits, int temporary, int inPlace, boolean small) {
    /** What must be in memory while the step runs. */
    int[] arguments() {
      int[] temporaries = temporary == NONE ? new int[0] : new int[] {temporary};
      return Ints.concat(reads, writes, temporaries);
    }
  }

  /**
   * Numbers the buffers.
   *
   * @param first buffers that have the first numbers, whether a step uses them or not
   */
  NumberedSteps(List<Step> steps, Collection<Buffer> first) {
    first.forEach(this::add);
    steps.forEach(step -> step.arguments().forEach(this::add));
    steps.forEach(step -> step.waits().forEach(this::add));
    this.buffers = List.copyOf(numbers.keySet());
    steps.forEach(step -> runs.add(run(step)));
  }

  private void add(Buffer buffer) {
    numbers.putIfAbsent(buffer, numbers.size());
  }

  private Run run(Step step) {
    return new Run(
        of(step.reads()),
        of(step.writes()),
        of(step.waits()),
        step.temporary().map(this::number).orElse(NONE),
        step.inPlace()
            .filter(read -> mayTakeOver(read, step.writes().getFirst()))
            .map(this::number)
            .orElse(NONE),
        Schedule.isSmall(step));
  }

  private static boolean mayTakeOver(Buffer read, Buffer written) {
    return read != written
        && read.home() == Buffer.Home.ARENA
        && written.home() == Buffer.Home.ARENA
        && read.elements() == written.elements()
        && read.dtype() == written.dtype();
  }

  /** The numbers of some buffers, each once. */
  int[] of(Collection<Buffer> some) {
    return some.stream().mapToInt(this::number).distinct().toArray();
  }

  int number(Buffer buffer) {
    return Objects.requireNonNull(numbers.get(buffer));
  }

  /** The buffers in the order of their numbers. */
  List<Buffer> buffers() {
    return buffers;
  }

  /** The steps, in the order that they were given in. */
  List<Run> runs() {
    return runs;
  }

  /** What each buffer takes of the arena, a negative number for what is elsewhere. */
  long[] bytesInArena() {
    return buffers.stream()
        .mapToLong(buffer -> buffer.isInArena() ? buffer.bytes() : NONE)
        .toArray();
  }
}
