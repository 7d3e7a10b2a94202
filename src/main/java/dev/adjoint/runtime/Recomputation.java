package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.math.LongMath;
import dev.adjoint.runtime.RecomputedOrder.Placed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a plan fit into less memory: what the forward pass computes and only the backward pass
 * reads again need not be kept between, if its step runs again. Such a step is the same kernel on
 * operands of the same bits, so all results are those of the given plan, bit for bit.
 *
 * <p>Greedy. A round looks at the stage where most bytes are alive, and at the steps whose results
 * are alive there for later readers. Of these one is left to run again, together with those that it
 * would need to keep longer: the one that takes most of what is above the limit, summed over all
 * stages, for each operation more. Where the limit is met, what turned out not to be needed is kept
 * again. (After Chen et al., "Training deep nets with sublinear memory cost", 2016; choosing by
 * size, cost and time until the next use as in Kirisame et al., "Dynamic tensor rematerialization",
 * 2021.)
 *
 * <p>No step runs more than twice, so a run takes at most the work of two. Deterministic. A search
 * tries an order in a time that is linear in the steps, and is over after so many orders that it
 * has looked at {@value #MOST_STEPS} steps. Where it comes to nothing, a short one, which does not
 * know the limit, finds a figure that a limit could have.
 */
final class Recomputation {
  private static final long MOST_STEPS = 8_000_000;
  private static final long MOST_STEPS_OF_SHORT = 2_000_000;

  /**
   * Where the short search aims, one after the other: these eighths of what lies between the
   * largest step and what is alive at most.
   */
  private static final ImmutableList<Integer> EIGHTHS = ImmutableList.of(1, 3, 0, 2, 4, 5, 6, 7);

  /** Of how many candidates the best is taken, once one of them is of use. */
  private static final int TRIED = 8;

  /** How many candidates are tried at most, if none of them is of use. */
  private static final int MOST_TRIED = 64;

  /** How many choices are taken back at most. */
  private static final int MOST_TAKEN_BACK = 64;

  /** An operand this many times smaller than a result is kept for it, not computed again. */
  private static final int SMALL = 8;

  private final Plan plan;
  private final long limit;
  private final RecomputedOrder order;
  private final List<Buffer> inputs;
  private final List<Buffer> kept;
  private final long[] work;
  private long looked;

  /**
   * A choice of steps that run again, and what follows from it.
   *
   * @param keptUntil as {@link RecomputedOrder#order} takes it
   * @param steps their order
   * @param stages the steps in stages
   * @param liveness what is alive at each stage
   * @param work how much more there is to do
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Attempt(
      int[] keptUntil,
      List<Placed> steps,
      ImmutableList<ImmutableList<Step>> stages,
      Liveness liveness,
      long work) {
    long peak() {
      return liveness.bytesAt(liveness.fullest());
    }

    /** What is above a number of bytes, summed over all stages. */
    long above(long bytes) {
      long sum = 0;
      for (int stage = 0; stage < liveness.stages(); stage++) {
        sum += Math.max(0, liveness.bytesAt(stage) - bytes);
      }
      return sum;
    }

    /** The position of the step that a stage's last one runs for. */
    int positionOf(int stage) {
      int end = 0;
      for (int i = 0; i <= Math.min(stage, stages.size() - 1); i++) {
        end += stages.get(i).size();
      }
      return steps.get(end - 1).at();
    }
  }

  /**
   * An attempt and where its buffers lie.
   *
   * @param attempt the order
   * @param memory the places
   */
  private record Planned(Attempt attempt, MemoryPlan memory) {
    static Planned of(Attempt attempt) {
      return new Planned(attempt, new MemoryPlan(attempt.liveness));
    }

    long bytes() {
      return memory.bytes();
    }
  }

  private Recomputation(Plan plan, long limit) {
    this.plan = plan;
    this.limit = limit;
    this.inputs = plan.inputs().values().stream().map(Plan.Slot::buffer).toList();
    this.kept = plan.outputs().values().stream().map(Plan.Slot::buffer).toList();
    List<Step> steps = plan.stages().stream().flatMap(ImmutableList::stream).toList();
    this.order = new RecomputedOrder(steps, ImmutableSet.copyOf(kept));
    this.work = steps.stream().mapToLong(Work::of).toArray();
  }

  /**
   * A plan with the same results that computes values again so that its arena takes no more than
   * {@code bytes}; if none is found, what a short search finds for any limit; the given one, if
   * that is not smaller.
   */
  static Plan fit(Plan plan, long bytes) {
    return plan.memory().bytes() <= bytes || plan.stages().isEmpty()
        ? plan
        : new Recomputation(plan, bytes).fitted();
  }

  /**
   * Searches for the limit itself, and then shortly for little: as that does not depend on the
   * limit, a limit of what it finds is met by it.
   */
  private Plan fitted() {
    int[] always = new int[order.steps().size()];
    Arrays.fill(always, RecomputedOrder.ALWAYS);
    Attempt start = attempt(always);
    long floor = largestStep();
    if (limit >= floor) {
      Planned found = search(start, limit, MOST_STEPS);
      if (found.bytes() <= limit) {
        return planOf(withoutTheNeedless(found));
      }
    }
    Planned smallest = new Planned(start, plan.memory());
    long end = looked + MOST_STEPS_OF_SHORT;
    for (int eighth : EIGHTHS) {
      long target = floor + (start.peak() - floor) * eighth / 8;
      Planned found = search(start, target, end - looked);
      if (found.bytes() <= limit) {
        return planOf(withoutTheNeedless(found));
      }
      smallest = found.bytes() < smallest.bytes() ? found : smallest;
    }
    return smallest.bytes() < plan.memory().bytes() ? planOf(smallest) : plan;
  }

  private Plan planOf(Planned planned) {
    Attempt found = planned.attempt;
    Plan.Recomputed recomputed =
        new Plan.Recomputed(
            found.steps.stream()
                .filter(Placed::isAgain)
                .map(Placed::step)
                .collect(ImmutableList.toImmutableList()),
            plan.memory().bytes(),
            Arrays.stream(work).reduce(0, LongMath::saturatedAdd),
            found.work);
    return plan.recomputing(found.stages, planned.memory, recomputed);
  }

  private Attempt attempt(int[] keptUntil) {
    looked += keptUntil.length;
    List<Placed> placed = order.order(keptUntil);
    ImmutableList<ImmutableList<Step>> stages =
        Schedule.cut(placed.stream().map(Placed::step).toList());
    long more =
        placed.stream()
            .filter(Placed::isAgain)
            .mapToLong(step -> work[step.original()])
            .reduce(0, LongMath::saturatedAdd);
    return new Attempt(keptUntil, placed, stages, new Liveness(stages, inputs, kept), more);
  }

  // The search.

  /**
   * What is found on the way to a number of bytes that are alive at most, and further, as long as
   * gaps between what is alive keep the arena above the limit.
   */
  private Planned search(Attempt start, long bytes, long mostSteps) {
    Attempt current = start;
    Planned smallest = new Planned(start, plan.memory());
    long target = bytes;
    long end = looked + mostSteps;
    while (looked < end) {
      Optional<Attempt> next =
          current.peak() > target ? improved(current, target) : Optional.empty();
      if (next.isPresent()) {
        current = next.get();
        continue;
      }
      Planned planned = Planned.of(current);
      smallest = planned.bytes() < smallest.bytes() ? planned : smallest;
      if (smallest.bytes() <= limit || current.peak() > target) {
        return smallest;
      }
      target = current.peak() - 1;
    }
    Planned last = Planned.of(current);
    return last.bytes() < smallest.bytes() ? last : smallest;
  }

  /** What the step with the most arguments needs; an estimate of what no plan is below. */
  private long largestStep() {
    long largest = 0;
    for (Step step : order.steps()) {
      Set<Buffer> arguments = Sets.newIdentityHashSet();
      arguments.addAll(step.arguments());
      long bytes = arguments.stream().filter(Buffer::isInArena).mapToLong(Buffer::bytes).sum();
      largest = Math.max(largest, bytes);
    }
    return largest;
  }

  /** The attempt with one more choice; empty if no choice brings what is alive down. */
  private Optional<Attempt> improved(Attempt current, long target) {
    long above = current.above(target);
    Optional<Attempt> best = Optional.empty();
    double most = 0;
    int tried = 0;
    for (int[] choice : choices(current)) {
      if (tried++ >= (best.isPresent() ? TRIED : MOST_TRIED)) {
        break;
      }
      Attempt next = attempt(choice);
      long less = above - next.above(target);
      double gain = less / (double) Math.max(1, next.work - current.work);
      if (gain > most) {
        best = Optional.of(next);
        most = gain;
      }
    }
    return best;
  }

  /** Keeps what need not be computed again after all, the most work first. */
  private Planned withoutTheNeedless(Planned fitting) {
    Planned current = fitting;
    List<Integer> again =
        fitting.attempt.steps.stream()
            .filter(Placed::isAgain)
            .map(Placed::original)
            .sorted(Comparator.comparingLong((Integer step) -> work[step]).reversed())
            .limit(MOST_TAKEN_BACK)
            .toList();
    for (int step : again) {
      int[] fewer = current.attempt.keptUntil.clone();
      fewer[step] = RecomputedOrder.ALWAYS;
      Attempt next = attempt(fewer);
      if (next.work < current.attempt.work && next.peak() <= limit) {
        Planned planned = Planned.of(next);
        current = planned.bytes() <= limit ? planned : current;
      }
    }
    return current;
  }

  // Candidates.

  /** What could run again, most promising first: as is, and with what it would need to keep. */
  private List<int[]> choices(Attempt current) {
    int position = current.positionOf(current.liveness.fullest());
    Uses uses = new Uses(current, position);
    record Candidate(int step, double promise) {}
    List<Candidate> candidates = new ArrayList<>();
    for (int step = 0; step <= position; step++) {
      long held = uses.heldOver(step);
      if (held > 0 && order.mayRunAgain(step) && current.keptUntil[step] != position) {
        candidates.add(new Candidate(step, held / (double) work[step]));
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::promise).reversed());
    List<int[]> choices = new ArrayList<>();
    for (Candidate candidate : candidates) {
      int[] alone = current.keptUntil.clone();
      alone[candidate.step] = position;
      choices.add(alone);
      int[] closed = alone.clone();
      uses.close(candidate.step, closed);
      if (!Arrays.equals(alone, closed)) {
        choices.add(closed);
      }
    }
    return choices;
  }

  /** When each buffer is used around a position, whichever run of its step wrote it. */
  private final class Uses {
    private final int position;
    private final Map<Buffer, Integer> before = new HashMap<>();
    private final Map<Buffer, Integer> after = new HashMap<>();
    private final Map<Buffer, Integer> last = new HashMap<>();

    Uses(Attempt attempt, int position) {
      this.position = position;
      for (Placed placed : attempt.steps) {
        Step step = order.steps().get(placed.original());
        step.writes().forEach(buffer -> before.putIfAbsent(buffer, placed.at()));
        step.reads().forEach(buffer -> add(buffer, placed.at()));
      }
    }

    private void add(Buffer buffer, int at) {
      (at <= position ? before : after).merge(buffer, at, at <= position ? Math::max : Math::min);
      last.merge(buffer, at, Math::max);
    }

    /** Bytes times positions between uses of a step's results before and after the position. */
    long heldOver(int step) {
      long held = 0;
      for (Buffer buffer : order.steps().get(step).writes()) {
        Integer next = after.get(buffer);
        if (next != null && order.mayDie(buffer)) {
          held += buffer.bytes() * (next - before.getOrDefault(buffer, step));
        }
      }
      return held;
    }

    /** Adds the steps whose large results a step would have to keep until it runs again. */
    void close(int step, int[] keptUntil) {
      int late = firstReader(step);
      long large = largestResult(step) / SMALL;
      List<Integer> open = new ArrayList<>(List.of(step));
      for (int at = 0; at < open.size(); at++) {
        for (Buffer read : order.steps().get(open.get(at)).reads()) {
          int writer = order.writer(read);
          if (writer >= 0
              && keptUntil[writer] == RecomputedOrder.ALWAYS
              && last.getOrDefault(read, writer) < late
              && read.bytes() > large
              && order.mayRunAgain(writer)) {
            keptUntil[writer] = position;
            open.add(writer);
          }
        }
      }
    }

    private int firstReader(int step) {
      return order.steps().get(step).writes().stream()
          .filter(order::mayDie)
          .mapToInt(buffer -> after.getOrDefault(buffer, Integer.MAX_VALUE))
          .min()
          .orElseThrow();
    }

    private long largestResult(int step) {
      return order.steps().get(step).writes().stream().mapToLong(Buffer::bytes).max().orElseThrow();
    }
  }
}
