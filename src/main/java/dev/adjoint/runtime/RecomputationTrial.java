package dev.adjoint.runtime;

import com.google.common.math.LongMath;
import dev.adjoint.runtime.NumberedSteps.Run;
import java.util.Arrays;
import java.util.List;

/**
 * Tries which steps run again: how many bytes are alive at each stage then, and how much more there
 * is to do. Knows the last choice only, and takes no new memory for the next: a search tries
 * thousands. For one thread at a time.
 */
final class RecomputationTrial {
  private final RecomputedOrder order;
  private final long[] work;
  private final int[] inputs;
  private final int[] kept;
  private final StageCut cut;
  private final Timeline timeline;
  private int[] keptUntil = {};
  private int[] lastAt = new int[16];
  private long more;

  /** Of steps with so much {@link Work} each. */
  RecomputationTrial(RecomputedOrder order, long[] work, List<Buffer> inputs, List<Buffer> kept) {
    this.order = order;
    this.work = work;
    this.inputs = order.numbered().of(inputs);
    this.kept = order.numbered().of(kept);
    long[] bytes = order.bytesInArena();
    this.cut = new StageCut(bytes.length);
    this.timeline = new Timeline(bytes);
  }

  /** Tries a choice, as {@link RecomputedOrder#walk} takes it. */
  void run(int[] choice) {
    keptUntil = choice;
    more = 0;
    cut.begin();
    timeline.begin();
    order.walk(choice, this::add);
    timeline.end(inputs, kept);
  }

  private void add(int step, int at) {
    Run run = order.runAt(step, at, keptUntil);
    int stage = cut.add(run);
    timeline.add(run, stage);
    lastAt = stage < lastAt.length ? lastAt : Arrays.copyOf(lastAt, 2 * lastAt.length);
    lastAt[stage] = at;
    if (step != at) {
      more = LongMath.saturatedAdd(more, work[step]);
    }
  }

  /** How much more there is to do. */
  long work() {
    return more;
  }

  /** The most bytes that are alive at once. */
  long peak() {
    return timeline.bytesAt(timeline.fullest());
  }

  /** What is above a number of bytes, summed over all stages. */
  long above(long bytes) {
    long sum = 0;
    for (int stage = 0; stage < timeline.stages(); stage++) {
      sum += Math.max(0, timeline.bytesAt(stage) - bytes);
    }
    return sum;
  }

  /** The position of the step that the last one of the fullest stage runs for. */
  int fullestPosition() {
    return lastAt[Math.min(timeline.fullest(), timeline.stages() - 2)];
  }
}
