package dev.adjoint.runtime;

import static dev.adjoint.runtime.NumberedSteps.NONE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What could run again in place of being kept over a position, most promising first: a step as it
 * is, and with the steps whose results it would need to keep.
 */
final class RecomputationChoices {
  /** An operand this many times smaller than a result is kept for it, not computed again. */
  private static final int SMALL = 8;

  private final RecomputedOrder order;
  private final int[] keptUntil;
  private final int position;
  private final List<Buffer> buffers;
  private final int[] lastBefore;
  private final int[] firstAfter;
  private final int[] last;
  private final Iterator<Candidate> candidates;
  private int[] closed = {};

  /**
   * A step that could run again.
   *
   * @param step its position
   * @param promise bytes times positions that its results are not read in, for an operation
   */
  private record Candidate(int step, double promise) {}

  /**
   * Choices beside those that are made already.
   *
   * @param work of each step
   * @param keptUntil what is chosen already, as {@link RecomputedOrder#walk} takes it
   * @param position that less is to be kept over
   */
  RecomputationChoices(RecomputedOrder order, long[] work, int[] keptUntil, int position) {
    this.order = order;
    this.keptUntil = keptUntil;
    this.position = position;
    this.buffers = order.numbered().buffers();
    this.lastBefore = filled();
    this.firstAfter = filled();
    this.last = filled();
    order.walk(keptUntil, this::addUses);
    List<Candidate> found = new ArrayList<>();
    for (int step = 0; step <= position; step++) {
      long held = heldOver(step);
      if (held > 0 && order.mayRunAgain(step) && keptUntil[step] != position) {
        found.add(new Candidate(step, held / (double) work[step]));
      }
    }
    found.sort(Comparator.comparingDouble(Candidate::promise).reversed());
    this.candidates = found.iterator();
  }

  private int[] filled() {
    int[] none = new int[buffers.size()];
    Arrays.fill(none, NONE);
    return none;
  }

  /** The next choice, unless there is none left. */
  Optional<int[]> next() {
    if (closed.length > 0) {
      Optional<int[]> next = Optional.of(closed);
      closed = new int[0];
      return next;
    }
    if (!candidates.hasNext()) {
      return Optional.empty();
    }
    int step = candidates.next().step;
    int[] alone = keptUntil.clone();
    alone[step] = position;
    int[] wider = alone.clone();
    close(step, wider);
    closed = Arrays.equals(alone, wider) ? closed : wider;
    return Optional.of(alone);
  }

  /** Notes when buffers are used, whichever run of its step wrote one. */
  private void addUses(int step, int at) {
    for (int written : order.run(step).writes()) {
      lastBefore[written] = lastBefore[written] == NONE ? at : lastBefore[written];
    }
    for (int read : order.run(step).reads()) {
      if (at <= position) {
        lastBefore[read] = Math.max(lastBefore[read], at);
      } else if (firstAfter[read] == NONE) {
        firstAfter[read] = at;
      }
      last[read] = Math.max(last[read], at);
    }
  }

  /** Bytes times positions between uses of a step's results before and after the position. */
  private long heldOver(int step) {
    long held = 0;
    for (int buffer : order.run(step).writes()) {
      if (firstAfter[buffer] != NONE && order.mayDie(buffer)) {
        held += buffers.get(buffer).bytes() * (firstAfter[buffer] - lastBefore[buffer]);
      }
    }
    return held;
  }

  /** Adds the steps whose large results a step would have to keep until it runs again. */
  private void close(int step, int[] choice) {
    int late = firstReader(step);
    long large = largestResult(step) / SMALL;
    List<Integer> open = new ArrayList<>(List.of(step));
    for (int at = 0; at < open.size(); at++) {
      for (int read : order.run(open.get(at)).reads()) {
        int writer = order.writer(read);
        if (writer != NONE
            && choice[writer] == RecomputedOrder.ALWAYS
            && last[read] < late
            && buffers.get(read).bytes() > large
            && order.mayRunAgain(writer)) {
          choice[writer] = position;
          open.add(writer);
        }
      }
    }
  }

  private int firstReader(int step) {
    return Arrays.stream(order.run(step).writes())
        .filter(buffer -> order.mayDie(buffer) && firstAfter[buffer] != NONE)
        .map(buffer -> firstAfter[buffer])
        .min()
        .orElseThrow();
  }

  private long largestResult(int step) {
    return Arrays.stream(order.run(step).writes())
        .mapToLong(buffer -> buffers.get(buffer).bytes())
        .max()
        .orElseThrow();
  }
}
