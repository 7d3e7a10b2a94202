package dev.adjoint.runtime;

import static dev.adjoint.runtime.NumberedSteps.NONE;

import dev.adjoint.runtime.NumberedSteps.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When each of the numbered buffers is alive, which of them take over the memory of one that dies,
 * and how many bytes that makes at each stage. Steps are told one after the other; a search begins
 * anew for each order that it tries.
 */
final class Timeline {
  private final long[] bytes;
  private final int[] first;
  private final int[] last;
  private final int[] lastRead;
  private final int[] lastReaders;
  private final int[] heirs;
  private final boolean[] inherits;
  private final List<Run> runs = new ArrayList<>();
  private int[] stageOf = new int[16];
  private long[] alive = new long[16];
  private int stages;

  /** Over buffers that take so many bytes; none is alive where that is negative. */
  Timeline(long[] bytes) {
    this.bytes = bytes;
    this.first = new int[bytes.length];
    this.last = new int[bytes.length];
    this.lastRead = new int[bytes.length];
    this.lastReaders = new int[bytes.length];
    this.heirs = new int[bytes.length];
    this.inherits = new boolean[bytes.length];
    begin();
  }

  /** Forgets all steps. */
  void begin() {
    Arrays.fill(first, NONE);
    Arrays.fill(last, NONE);
    Arrays.fill(lastRead, NONE);
    Arrays.fill(heirs, NONE);
    Arrays.fill(inherits, false);
    runs.clear();
    stages = 0;
  }

  /** Adds a step to a stage: that of the step before, or the next. */
  void add(Run step, int stage) {
    stageOf = runs.size() < stageOf.length ? stageOf : Arrays.copyOf(stageOf, 2 * stageOf.length);
    stageOf[runs.size()] = stage;
    runs.add(step);
    stages = stage + 1;
    for (int read : step.reads()) {
      extend(read, stage);
      lastReaders[read] = lastRead[read] == stage ? lastReaders[read] + 1 : 1;
      lastRead[read] = stage;
    }
    for (int written : step.writes()) {
      extend(written, stage);
    }
    if (step.temporary() != NONE) {
      extend(step.temporary(), stage);
    }
  }

  private void extend(int buffer, int stage) {
    first[buffer] = first[buffer] == NONE ? stage : first[buffer];
    last[buffer] = stage;
  }

  /**
   * Ends with the stage after the last.
   *
   * @param inputs alive from before the first stage to the end
   * @param kept alive to the end
   */
  void end(int[] inputs, int[] kept) {
    for (int input : inputs) {
      first[input] = 0;
      last[input] = stages;
    }
    for (int buffer : kept) {
      extend(buffer, stages);
    }
    stages++;
    shareInPlace();
    countBytes();
  }

  private void shareInPlace() {
    for (int i = 0; i < runs.size(); i++) {
      int read = runs.get(i).inPlace();
      int written = runs.get(i).writes()[0];
      boolean dies =
          read != NONE && last[read] == stageOf[i] && heirs[read] == NONE && lastReaders[read] == 1;
      if (dies) {
        heirs[read] = written;
        inherits[written] = true;
      }
    }
  }

  private void countBytes() {
    alive = stages <= alive.length ? alive : new long[2 * stages];
    Arrays.fill(alive, 0, stages, 0);
    for (int buffer = 0; buffer < bytes.length; buffer++) {
      if (isBlock(buffer)) {
        alive[first[buffer]] += bytes[buffer];
        int after = last[lastHeir(buffer)] + 1;
        if (after < stages) {
          alive[after] -= bytes[buffer];
        }
      }
    }
    for (int stage = 1; stage < stages; stage++) {
      alive[stage] += alive[stage - 1];
    }
  }

  private int lastHeir(int buffer) {
    int heir = buffer;
    while (heirs[heir] != NONE) {
      heir = heirs[heir];
    }
    return heir;
  }

  /** Whether a buffer is alive at any time and takes over no other's memory. */
  boolean isBlock(int buffer) {
    return bytes[buffer] >= 0 && first[buffer] != NONE && !inherits[buffer];
  }

  /** What takes over a buffer's memory, or {@link NumberedSteps#NONE}. */
  int heir(int buffer) {
    return heirs[buffer];
  }

  /** The stage that writes a buffer first. */
  int first(int buffer) {
    return first[buffer];
  }

  /** The stage that reads a buffer last. */
  int last(int buffer) {
    return last[buffer];
  }

  /** How many stages there are, and a last one after them that stands for the end. */
  int stages() {
    return stages;
  }

  /** How many bytes are alive while a stage runs. */
  long bytesAt(int stage) {
    return alive[stage];
  }

  /** The stage at which most bytes are alive, the first of them. */
  int fullest() {
    int fullest = 0;
    for (int stage = 1; stage < stages; stage++) {
      fullest = alive[stage] > alive[fullest] ? stage : fullest;
    }
    return fullest;
  }
}
