package dev.adjoint.runtime;

import static dev.adjoint.runtime.NumberedSteps.NONE;

import com.google.common.collect.ImmutableList;
import dev.adjoint.runtime.NumberedSteps.Run;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * The order of a plan's steps in which some run a second time, and write other buffers then. A step
 * runs again right before the first step that reads its results late; what it reads is computed
 * again before it, where that is not kept either. No step runs more than twice.
 *
 * <p>Buffers are numbers: with n of them, what the second run of a step writes in place of buffer b
 * is n + b. For one thread at a time.
 */
final class RecomputedOrder {
  /** The position that a step's results are kept until which is not computed again. */
  static final int ALWAYS = Integer.MAX_VALUE;

  private final List<Step> steps;
  private final NumberedSteps numbered;
  private final int count;
  private final boolean[] mayDie;
  private final int[] writers;
  private final Map<Buffer, Buffer> seconds = new HashMap<>();
  private final boolean[] ranAgain;
  private final int[] again;
  private int agains;

  /** Hears of the steps in their order. */
  @FunctionalInterface
  interface Listener {
    /**
     * A step runs.
     *
     * @param step its position among the given steps
     * @param at the position of the step that it runs for: its own, or of a late reader
     */
    void runs(int step, int at);
  }

  /**
   * Starts with each step once.
   *
   * @param steps in the order of their running
   * @param inputs buffers that are there from the start to the end
   * @param kept buffers that are there to the end in any case
   */
  RecomputedOrder(List<Step> steps, Collection<Buffer> inputs, Set<Buffer> kept) {
    this.steps = steps;
    this.numbered = new NumberedSteps(steps, inputs);
    this.count = numbered.buffers().size();
    this.mayDie = new boolean[count];
    this.writers = new int[count];
    for (int buffer = 0; buffer < count; buffer++) {
      Buffer named = numbered.buffers().get(buffer);
      mayDie[buffer] = named.home() == Buffer.Home.ARENA && !kept.contains(named);
    }
    Arrays.fill(writers, NONE);
    for (int i = 0; i < steps.size(); i++) {
      for (int written : run(i).writes()) {
        writers[written] = mayDie[written] ? i : NONE;
      }
    }
    this.ranAgain = new boolean[steps.size()];
    this.again = new int[steps.size()];
  }

  int size() {
    return steps.size();
  }

  /** The numbers that buffers have here. */
  NumberedSteps numbered() {
    return numbered;
  }

  /** The bytes of all buffers, those of second runs too. */
  long[] bytesInArena() {
    long[] once = numbered.bytesInArena();
    long[] twice = Arrays.copyOf(once, 2 * count);
    System.arraycopy(once, 0, twice, count, count);
    return twice;
  }

  /** What a step does when it runs for itself and nothing runs again. */
  Run run(int step) {
    return numbered.runs().get(step);
  }

  /** Whether a step may run again: it changes nothing but the arena. */
  boolean mayRunAgain(int step) {
    return steps.get(step).writes().stream().allMatch(buffer -> buffer.home() == Buffer.Home.ARENA);
  }

  /** Whether a buffer dies with its last reader, and may be written again for a later one. */
  boolean mayDie(int buffer) {
    return mayDie[buffer];
  }

  /** The step that writes a buffer which {@link #mayDie may die}. */
  int writer(int buffer) {
    return writers[buffer];
  }

  /**
   * Tells the order.
   *
   * @param keptUntil by step: the position of the last step that reads what its first run wrote;
   *     later ones read what its second run wrote
   */
  void walk(int[] keptUntil, Listener listener) {
    Arrays.fill(ranAgain, false);
    for (int at = 0; at < steps.size(); at++) {
      agains = 0;
      findAgain(at, at, keptUntil);
      for (int done = 0; done < agains; done++) {
        findAgain(again[done], at, keptUntil);
      }
      Arrays.sort(again, 0, agains);
      for (int i = 0; i < agains; i++) {
        listener.runs(again[i], at);
      }
      listener.runs(at, at);
    }
  }

  /** Adds the steps that must run again before {@code step} does for the one at {@code at}. */
  private void findAgain(int step, int at, int[] keptUntil) {
    for (int read : run(step).reads()) {
      if (isSecond(read, at, keptUntil) && !ranAgain[writers[read]]) {
        ranAgain[writers[read]] = true;
        again[agains++] = writers[read];
      }
    }
  }

  /** Whether what is read for the step at a position was written by a second run. */
  private boolean isSecond(int read, int at, int[] keptUntil) {
    return writers[read] != NONE && at > keptUntil[writers[read]];
  }

  /** What a step does when it runs for the one at a position. */
  Run runAt(int step, int at, int[] keptUntil) {
    Run run = run(step);
    if (step == at && readsFirst(run, at, keptUntil)) {
      return run;
    }
    boolean isAgain = step != at;
    return new Run(
        mapped(run.reads(), read -> versionAt(read, at, keptUntil)),
        isAgain ? mapped(run.writes(), this::second) : run.writes(),
        run.waits(),
        isAgain && run.temporary() != NONE ? second(run.temporary()) : run.temporary(),
        run.inPlace() == NONE ? NONE : versionAt(run.inPlace(), at, keptUntil),
        run.small());
  }

  private boolean readsFirst(Run run, int at, int[] keptUntil) {
    for (int read : run.reads()) {
      if (isSecond(read, at, keptUntil)) {
        return false;
      }
    }
    return true;
  }

  private static int[] mapped(int[] buffers, IntUnaryOperator version) {
    int[] mapped = new int[buffers.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = version.applyAsInt(buffers[i]);
    }
    return mapped;
  }

  private int versionAt(int read, int at, int[] keptUntil) {
    return isSecond(read, at, keptUntil) ? second(read) : read;
  }

  private int second(int buffer) {
    return count + buffer;
  }

  // Steps of a plan.

  /** As {@link #runAt}: the step itself, or one of the same kernel with other buffers. */
  Step stepAt(int position, int at, int[] keptUntil) {
    Step step = steps.get(position);
    UnaryOperator<Buffer> version =
        read -> isSecond(numbered.number(read), at, keptUntil) ? second(read) : read;
    if (position != at) {
      ImmutableList<Buffer> writes =
          step.writes().stream().map(this::second).collect(ImmutableList.toImmutableList());
      return rerouted(
          step, step.kind() + " again", version, writes, step.temporary().map(this::second));
    }
    return readsFirst(run(position), at, keptUntil)
        ? step
        : rerouted(step, step.kind(), version, step.writes(), step.temporary());
  }

  private Buffer second(Buffer first) {
    return seconds.computeIfAbsent(
        first,
        _ ->
            new Buffer(
                first.name() + " (again)", first.dtype(), first.elements(), Buffer.Home.ARENA));
  }

  private static Step rerouted(
      Step step,
      String kind,
      UnaryOperator<Buffer> version,
      ImmutableList<Buffer> writes,
      Optional<Buffer> temporary) {
    return new Step(
        kind,
        step.nodes(),
        step.kernel(),
        step.reads().stream().map(version).collect(ImmutableList.toImmutableList()),
        writes,
        temporary,
        step.waits(),
        step.inPlace().map(version));
  }
}
