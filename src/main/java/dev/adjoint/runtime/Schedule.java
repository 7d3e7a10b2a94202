package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Orders steps and cuts the order into stages. A step comes as soon as it frees more memory than it
 * takes, so that a gradient is consumed right after it is there, and what a layer kept for its
 * backward pass dies before the layers below have theirs; otherwise the order of the graph holds.
 * Small steps that follow each other and do not depend on each other share a stage.
 */
final class Schedule {
  /** Steps of more tasks than these have a stage to themselves. */
  private static final int SMALL = 8;

  private final List<Step> steps;
  private final Map<Buffer, Integer> writers = new HashMap<>();
  private final Map<Buffer, Integer> openReads = new HashMap<>();
  private final Map<Buffer, List<Integer>> readers = new HashMap<>();
  private final TreeSet<Integer> ready = new TreeSet<>();
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
        readers.computeIfAbsent(read, _ -> new ArrayList<>()).add(i);
        dependOn(read, i);
      }
      for (Buffer waited : step.waits()) {
        dependOn(waited, i);
      }
    }
    for (Buffer buffer : kept) {
      openReads.merge(buffer, 1, Integer::sum);
    }
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
    return cut(schedule.order().stream().map(steps::get).toList());
  }

  /** The stages of steps that run in the given order. */
  static ImmutableList<ImmutableList<Step>> cut(List<Step> order) {
    NumberedSteps numbered = new NumberedSteps(order, List.of());
    StageCut cut = new StageCut(numbered.buffers().size());
    List<ImmutableList.Builder<Step>> stages = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      int stage = cut.add(numbered.runs().get(i));
      if (stage == stages.size()) {
        stages.add(ImmutableList.builder());
      }
      stages.get(stage).add(order.get(i));
    }
    return stages.stream()
        .map(ImmutableList.Builder::build)
        .collect(ImmutableList.toImmutableList());
  }

  /** Steps by position in the graph; those that free memory jump the queue. */
  private List<Integer> order() {
    for (int i = 0; i < open.length; i++) {
      if (open[i] == 0) {
        ready.add(i);
      }
    }
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      place(ready.removeFirst(), order);
    }
    return order;
  }

  private void place(int step, List<Integer> order) {
    List<Integer> jumping = new ArrayList<>(List.of(step));
    for (int at = 0; at < jumping.size(); at++) {
      int placed = jumping.get(at);
      order.add(placed);
      for (int affected : settle(placed)) {
        if (ready.contains(affected) && gain(affected) > 0) {
          ready.remove(affected);
          jumping.add(affected);
        }
      }
    }
  }

  /** Counts a step as done. Says whose gain that may change: dependents, and last readers. */
  private Set<Integer> settle(int placed) {
    Set<Integer> affected = new TreeSet<>();
    for (int dependent : dependents.get(placed)) {
      affected.add(dependent);
      if (--open[dependent] == 0) {
        ready.add(dependent);
      }
    }
    for (Buffer read : new HashSet<>(steps.get(placed).reads())) {
      if (openReads.merge(read, -1, Integer::sum) == 1) {
        affected.addAll(readers.getOrDefault(read, List.of()));
      }
    }
    return affected;
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

  /** Whether a step may share a stage. */
  static boolean isSmall(Step step) {
    return step.tasks() <= SMALL;
  }
}
