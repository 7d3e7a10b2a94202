package dev.adjoint.runtime;

import java.util.ArrayList;
import java.util.List;

/** What the tasks of runs took. Safe for threads. */
public final class Profile {
  /**
   * One task.
   *
   * @param step what it belongs to
   * @param worker who computed it; 0 is the caller
   * @param start in nanoseconds of {@link System#nanoTime}
   * @param end in nanoseconds
   */
  record Event(Step step, int worker, long start, long end) {}

  private final List<Event> events = new ArrayList<>();

  synchronized void record(Step step, int worker, long start, long end) {
    events.add(new Event(step, worker, start, end));
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }
}
