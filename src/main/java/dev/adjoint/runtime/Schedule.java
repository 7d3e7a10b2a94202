package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Orders steps and cuts the order into stages. A step that frees more memory than it takes comes as
 * soon as it can, so that a gradient is consumed right after it is there; otherwise the order of
 * the graph holds. Small steps that follow each other and do not depend on each other share a
 * stage.
 */
final class Schedule {
  /** Steps of more tasks than these have a stage to themselves. */
  private static final int SMALL = 8;

  private static final int LARGEST_STAGE = 64;

  private final List<Step> steps;
  private final Map<Buffer, Integer> writers = new HashMap<>();
  private final Map<Buffer, Integer> openReads = new HashMap<>();
  private final List<Set<Integer>> dependents = new ArrayList<>();
  private final int[] open;

  private Schedule(List<Step> steps, Set<Buffer> kept) {
    this.steps = steps;
    this.open = new int[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      dependents.add(new LinkedHashSet<>());
      for (Buffer written : steps.get(i).writes()) {
        writers.put(written, i);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      for (Buffer read : new HashSet<>(step.reads())) {
        openReads.merge(read, 1, Integer::sum);
        dependOn(read, i);
      }
      for (Buffer waited : step.waits()) {
        dependOn(waited, i);
      }
    }
    kept.forEach(buffer -> openReads.merge(buffer, 1, Integer::sum));
  }

  private void dependOn(Buffer buffer, int step) {
    Integer writer = writers.get(buffer);
    if (writer != null && dependents.get(writer).add(step)) {
      open[step]++;
    }
  }

  /**
   * The stages of the given steps.
   *
   * @param kept buffers that are read after the last step
   */
  static ImmutableList<ImmutableList<Step>> stages(List<Step> steps, Set<Buffer> kept) {
    Schedule schedule = new Schedule(steps, kept);
    return schedule.cut(schedule.order());
  }

  /** Steps by position in the graph; those that free memory jump the queue. */
  private List<Integer> order() {
    PriorityQueue<Integer> ready = new PriorityQueue<>(Comparator.naturalOrder());
    for (int i = 0; i < open.length; i++) {
      if (open[i] == 0) {
        ready.add(i);
      }
    }
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.poll();
      place(next, order, ready);
    }
    return order;
  }

  private void place(int step, List<Integer> order, PriorityQueue<Integer> ready) {
    List<Integer> jumping = new ArrayList<>(List.of(step));
    for (int at = 0; at < jumping.size(); at++) {
      int placed = jumping.get(at);
      order.add(placed);
      new HashSet<>(steps.get(placed).reads())
          .forEach(read -> openReads.merge(read, -1, Integer::sum));
      for (int dependent : dependents.get(placed)) {
        if (--open[dependent] == 0) {
          if (gain(dependent) > 0) {
            jumping.add(dependent);
          } else {
            ready.add(dependent);
          }
        }
      }
    }
  }

  /** How many bytes are fewer alive after a step than before it, if it ran now. */
  private long gain(int position) {
    Step step = steps.get(position);
    long gain = 0;
    for (Buffer read : new HashSet<>(step.reads())) {
      if (read.home() == Buffer.Home.ARENA && openReads.getOrDefault(read, 0) == 1) {
        gain += read.bytes();
      }
    }
    for (Buffer written : step.writes()) {
      if (written.home() == Buffer.Home.ARENA) {
        gain -= written.bytes();
      }
    }
    return gain;
  }

  private ImmutableList<ImmutableList<Step>> cut(List<Integer> order) {
    ImmutableList.Builder<ImmutableList<Step>> stages = ImmutableList.builder();
    List<Step> stage = new ArrayList<>();
    Set<Buffer> written = new HashSet<>();
    for (int position : order) {
      Step step = steps.get(position);
      boolean joins =
          stage.size() < LARGEST_STAGE
              && isSmall(step)
              && stage.stream().allMatch(Schedule::isSmall)
              && step.reads().stream().noneMatch(written::contains)
              && step.waits().stream().noneMatch(written::contains);
      if (!joins && !stage.isEmpty()) {
        stages.add(ImmutableList.copyOf(stage));
        stage.clear();
        written.clear();
      }
      stage.add(step);
      written.addAll(step.writes());
    }
    if (!stage.isEmpty()) {
      stages.add(ImmutableList.copyOf(stage));
    }
    return stages.build();
  }

  private static boolean isSmall(Step step) {
    return step.tasks() <= SMALL;
  }
}
