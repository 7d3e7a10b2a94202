package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The order of a plan's steps in which some run a second time, and write other buffers then. A step
 * runs again right before the first step that reads its results late; what it reads is computed
 * again before it, where that is not kept either. No step runs more than twice.
 */
final class RecomputedOrder {
  /** The position that a step's results are kept until which is not computed again. */
  static final int ALWAYS = Integer.MAX_VALUE;

  private static final int NOBODY = -1;

  private final List<Step> steps;
  private final Set<Buffer> kept;
  private final Map<Buffer, Integer> writers = new HashMap<>();
  private final Map<Buffer, Buffer> seconds = new HashMap<>();

  /**
   * A step and where it runs.
   *
   * @param step what runs
   * @param original the position of the step that it is, or is another run of
   * @param at the position of the step that it runs for: its own, or of a late reader
   */
  record Placed(Step step, int original, int at) {
    boolean isAgain() {
      return at != original;
    }
  }

  /**
   * Starts with each step once.
   *
   * @param steps in the order of their running
   * @param kept buffers that are there to the end in any case
   */
  RecomputedOrder(List<Step> steps, Set<Buffer> kept) {
    this.steps = steps;
    this.kept = kept;
    for (int i = 0; i < steps.size(); i++) {
      for (Buffer written : steps.get(i).writes()) {
        writers.put(written, i);
      }
    }
  }

  List<Step> steps() {
    return steps;
  }

  /** Whether a step may run again: it changes nothing but the arena. */
  boolean mayRunAgain(int step) {
    return steps.get(step).writes().stream().allMatch(buffer -> buffer.home() == Buffer.Home.ARENA);
  }

  /** Whether a buffer dies with its last reader, and may be written again for a later one. */
  boolean mayDie(Buffer buffer) {
    return buffer.home() == Buffer.Home.ARENA && !kept.contains(buffer);
  }

  /** The step that writes a buffer of the arena which {@link #mayDie may die}. */
  int writer(Buffer buffer) {
    return mayDie(buffer) ? writers.getOrDefault(buffer, NOBODY) : NOBODY;
  }

  /**
   * The order.
   *
   * @param keptUntil by step: the position of the last step that reads what its first run wrote;
   *     later ones read what its second run wrote
   */
  List<Placed> order(int[] keptUntil) {
    List<Placed> order = new ArrayList<>(steps.size());
    BitSet done = new BitSet();
    for (int at = 0; at < steps.size(); at++) {
      BitSet needed = neededAgain(at, keptUntil, done);
      for (int again : needed.stream().toArray()) {
        order.add(new Placed(secondRun(steps.get(again), at, keptUntil), again, at));
      }
      done.or(needed);
      order.add(new Placed(reading(steps.get(at), at, keptUntil), at, at));
    }
    return order;
  }

  private BitSet neededAgain(int at, int[] keptUntil, BitSet done) {
    BitSet needed = new BitSet();
    Deque<Step> open = new ArrayDeque<>(List.of(steps.get(at)));
    while (!open.isEmpty()) {
      for (Buffer read : open.pop().reads()) {
        int writer = secondWriter(read, at, keptUntil);
        if (writer != NOBODY && !done.get(writer) && !needed.get(writer)) {
          needed.set(writer);
          open.push(steps.get(writer));
        }
      }
    }
    return needed;
  }

  /** The step whose second run wrote what is read for the step at a position, if there is one. */
  private int secondWriter(Buffer read, int at, int[] keptUntil) {
    int writer = writer(read);
    return writer != NOBODY && at > keptUntil[writer] ? writer : NOBODY;
  }

  private Buffer versionAt(Buffer read, int at, int[] keptUntil) {
    return secondWriter(read, at, keptUntil) == NOBODY ? read : second(read);
  }

  private Buffer second(Buffer first) {
    return seconds.computeIfAbsent(
        first,
        _ ->
            new Buffer(
                first.name() + " (again)", first.dtype(), first.elements(), Buffer.Home.ARENA));
  }

  /**
   * A step with the versions that its operands have at a position; itself if they are the first.
   */
  private Step reading(Step step, int at, int[] keptUntil) {
    boolean first = step.reads().stream().allMatch(read -> versionAt(read, at, keptUntil) == read);
    return first
        ? step
        : rerouted(step, step.kind(), step.writes(), step.temporary(), at, keptUntil);
  }

  private Step secondRun(Step step, int at, int[] keptUntil) {
    ImmutableList<Buffer> writes =
        step.writes().stream().map(this::second).collect(ImmutableList.toImmutableList());
    return rerouted(
        step, step.kind() + " again", writes, step.temporary().map(this::second), at, keptUntil);
  }

  private Step rerouted(
      Step step,
      String kind,
      ImmutableList<Buffer> writes,
      Optional<Buffer> temporary,
      int at,
      int[] keptUntil) {
    return new Step(
        kind,
        step.nodes(),
        step.kernel(),
        step.reads().stream()
            .map(read -> versionAt(read, at, keptUntil))
            .collect(ImmutableList.toImmutableList()),
        writes,
        temporary,
        step.waits(),
        step.inPlace().map(read -> versionAt(read, at, keptUntil)));
  }
}
