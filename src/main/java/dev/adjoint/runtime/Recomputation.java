package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.math.LongMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
 * has looked at {@value #MOST_STEPS} steps. Where it comes to nothing, or need not begin as the
 * limit is below the {@link LeastMemory} of any order, a short one, which does not know the limit,
 * finds a figure that a limit could have.
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

  private final Plan plan;
  private final long limit;
  private final RecomputedOrder order;
  private final RecomputationTrial trial;
  private final List<Buffer> inputs;
  private final List<Buffer> kept;
  private final long[] work;
  private final Cancellation stop;
  private long looked;

  /**
   * A choice of steps that run again, and what is known of it.
   *
   * @param keptUntil as {@link RecomputedOrder#walk} takes it
   * @param peak how many bytes are alive at most
   * @param work how much more there is to do
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Attempt(int[] keptUntil, long peak, long work) {}

  /**
   * An attempt and where its buffers lie.
   *
   * @param attempt the choice
   * @param again the second runs in their order
   * @param stages the steps in stages
   * @param memory the places
   */
  private record Planned(
      Attempt attempt,
      ImmutableList<SecondRun> again,
      ImmutableList<ImmutableList<Step>> stages,
      MemoryPlan memory) {
    long bytes() {
      return memory.bytes();
    }
  }

  /**
   * A step that runs again.
   *
   * @param position where its first run is
   * @param step the second run
   */
  private record SecondRun(int position, Step step) {}

  private Recomputation(Plan plan, long limit, Cancellation stop) {
    this.plan = plan;
    this.limit = limit;
    this.stop = stop;
    this.inputs = plan.inputs().values().stream().map(Plan.Slot::buffer).toList();
    this.kept = plan.outputs().values().stream().map(Plan.Slot::buffer).toList();
    List<Step> steps = plan.stages().stream().flatMap(ImmutableList::stream).toList();
    this.order = new RecomputedOrder(steps, inputs, ImmutableSet.copyOf(kept));
    this.work = steps.stream().mapToLong(Work::of).toArray();
    this.trial = new RecomputationTrial(order, work, inputs, kept);
  }

  /**
   * A plan with the same results that computes values again so that its arena takes no more than
   * {@code bytes}; if none is found, what a short search finds for any limit; the given one, if
   * that is not smaller.
   *
   * @throws RunException.Cancelled if {@code stop} is cancelled meanwhile
   */
  static Plan fit(Plan plan, long bytes, Cancellation stop) {
    return plan.memory().bytes() <= bytes || plan.stages().isEmpty()
        ? plan
        : new Recomputation(plan, bytes, stop).fitted();
  }

  /**
   * Searches for the limit itself, and then shortly for little: as that does not depend on the
   * limit, a limit of what it finds is met by it.
   */
  private Plan fitted() {
    int[] always = new int[order.size()];
    Arrays.fill(always, RecomputedOrder.ALWAYS);
    Attempt start = attempt(always);
    Planned given = new Planned(start, ImmutableList.of(), plan.stages(), plan.memory());
    LeastMemory least = new LeastMemory(order, inputs, kept);
    if (limit >= least.ofAnyOrder()) {
      Planned found = search(given, limit, MOST_STEPS);
      if (found.bytes() <= limit) {
        return planOf(withoutTheNeedless(found));
      }
    }
    Planned smallest = given;
    long floor = least.ofLargestStep();
    long end = looked + MOST_STEPS_OF_SHORT;
    for (int eighth : EIGHTHS) {
      long target = floor + (start.peak - floor) * eighth / 8;
      Planned found = search(given, target, end - looked);
      if (found.bytes() <= limit) {
        return planOf(withoutTheNeedless(found));
      }
      smallest = found.bytes() < smallest.bytes() ? found : smallest;
    }
    return smallest.bytes() < plan.memory().bytes() ? planOf(smallest) : plan;
  }

  private Plan planOf(Planned planned) {
    Plan.Recomputed recomputed =
        new Plan.Recomputed(
            planned.again.stream().map(SecondRun::step).collect(ImmutableList.toImmutableList()),
            plan.memory().bytes(),
            Arrays.stream(work).reduce(0, LongMath::saturatedAdd),
            planned.attempt.work);
    return plan.recomputing(planned.stages, planned.memory, recomputed);
  }

  private Planned planned(Attempt attempt) {
    List<Step> steps = new ArrayList<>();
    ImmutableList.Builder<SecondRun> again = ImmutableList.builder();
    order.walk(
        attempt.keptUntil,
        (position, at) -> {
          Step step = order.stepAt(position, at, attempt.keptUntil);
          steps.add(step);
          if (position != at) {
            again.add(new SecondRun(position, step));
          }
        });
    ImmutableList<ImmutableList<Step>> stages = Schedule.cut(steps);
    MemoryPlan memory = new MemoryPlan(new Liveness(stages, inputs, kept));
    return new Planned(attempt, again.build(), stages, memory);
  }

  private Attempt attempt(int[] keptUntil) {
    stop.check();
    looked += keptUntil.length;
    trial.run(keptUntil);
    return new Attempt(keptUntil, trial.peak(), trial.work());
  }

  // The search.

  /**
   * What is found on the way to a number of bytes that are alive at most, and further, as long as
   * gaps between what is alive keep the arena above the limit.
   */
  private Planned search(Planned given, long bytes, long mostSteps) {
    Attempt current = given.attempt;
    Planned smallest = given;
    long target = bytes;
    long end = looked + mostSteps;
    while (looked < end) {
      Optional<Attempt> next = current.peak > target ? improved(current, target) : Optional.empty();
      if (next.isPresent()) {
        current = next.get();
        continue;
      }
      Planned planned = planned(current);
      smallest = planned.bytes() < smallest.bytes() ? planned : smallest;
      if (smallest.bytes() <= limit || current.peak > target) {
        return smallest;
      }
      target = current.peak - 1;
    }
    Planned last = planned(current);
    return last.bytes() < smallest.bytes() ? last : smallest;
  }

  /** The attempt with one more choice; empty if no choice brings what is alive down. */
  private Optional<Attempt> improved(Attempt current, long target) {
    trial.run(current.keptUntil);
    long above = trial.above(target);
    RecomputationChoices choices =
        new RecomputationChoices(order, work, current.keptUntil, trial.fullestPosition());
    Optional<Attempt> best = Optional.empty();
    double most = 0;
    for (int tried = 0; tried < (best.isPresent() ? TRIED : MOST_TRIED); tried++) {
      Optional<int[]> choice = choices.next();
      if (choice.isEmpty()) {
        break;
      }
      Attempt next = attempt(choice.get());
      long less = above - trial.above(target);
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
        fitting.again.stream()
            .map(SecondRun::position)
            .sorted(Comparator.comparingLong((Integer step) -> work[step]).reversed())
            .limit(MOST_TAKEN_BACK)
            .toList();
    for (int step : again) {
      int[] fewer = current.attempt.keptUntil.clone();
      fewer[step] = RecomputedOrder.ALWAYS;
      Attempt next = attempt(fewer);
      if (next.work < current.attempt.work && next.peak <= limit) {
        Planned planned = planned(next);
        current = planned.bytes() <= limit ? planned : current;
      }
    }
    return current;
  }
}
