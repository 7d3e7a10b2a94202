package dev.adjoint.runtime;

import java.util.Arrays;

/**
 * Cuts steps, told one after the other, into stages: small steps that follow each other and do not
 * depend on each other share one.
 */
final class StageCut {
  private static final int LARGEST_STAGE = 64;

  private final int[] writtenIn;
  private int stage;
  private int size;
  private boolean small;

  /** Over so many buffers. */
  StageCut(int buffers) {
    this.writtenIn = new int[buffers];
    begin();
  }

  /** Forgets all steps. */
  void begin() {
    Arrays.fill(writtenIn, NumberedSteps.NONE);
    stage = 0;
    size = 0;
    small = true;
  }

  /** The number of the stage that the next step is in. */
  int add(NumberedSteps.Run step) {
    if (size > 0 && !joins(step)) {
      stage++;
      size = 0;
    }
    size++;
    small = step.small();
    for (int written : step.writes()) {
      writtenIn[written] = stage;
    }
    return stage;
  }

  private boolean joins(NumberedSteps.Run step) {
    return small
        && size < LARGEST_STAGE
        && step.small()
        && !hasWrittenAny(step.reads())
        && !hasWrittenAny(step.waits());
  }

  private boolean hasWrittenAny(int[] buffers) {
    for (int buffer : buffers) {
      if (writtenIn[buffer] == stage) {
        return true;
      }
    }
    return false;
  }
}
