package dev.adjoint.runtime;

import com.google.common.base.Strings;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;

/**
 * What the tasks of runs took: as a table, or as a file that Perfetto and Chrome's tracing page
 * open. Safe for threads.
 *
 * <p>
 *
 * {@snippet :
 * Profile profile = new Profile();
 * executable.run(inputs, profile);
 * System.out.println(profile.table());
 * profile.writeTrace(Path.of("trace.json"));
 * }
 */
public final class Profile {
  /**
   * One task.
   *
   * @param step what it belongs to
   * @param worker who computed it; 0 is the caller
   * @param start in nanoseconds of {@link System#nanoTime}
   * @param end in nanoseconds
   */
  private record Event(Step step, int worker, long start, long end) {}

  /** The sums of one step. */
  private static final class Sum {
    private final Step step;
    private long nanos;
    private int tasks;

    Sum(Step step) {
      this.step = step;
    }
  }

  private final List<Event> events = new ArrayList<>();

  synchronized void record(Step step, int worker, long start, long end) {
    events.add(new Event(step, worker, start, end));
  }

  private synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** A line for each kernel call, the longest first: its time, share, tasks, kind and nodes. */
  public String table() {
    IdentityHashMap<Step, Sum> sums = new IdentityHashMap<>();
    long total = 0;
    for (Event event : events()) {
      Sum sum = sums.computeIfAbsent(event.step, Sum::new);
      sum.nanos += event.end - event.start;
      sum.tasks++;
      total += event.end - event.start;
    }
    StringBuilder table =
        new StringBuilder("      time   share  tasks  kernel                nodes\n");
    List<Sum> longestFirst =
        sums.values().stream()
            .sorted(Comparator.comparingLong((Sum sum) -> sum.nanos).reversed())
            .toList();
    for (Sum sum : longestFirst) {
      table.append(
          String.format(
              Locale.ROOT,
              "%8.3f ms  %5.1f%%  %5d  %s  %s: %s%n",
              sum.nanos / 1e6,
              100.0 * sum.nanos / Math.max(1, total),
              sum.tasks,
              Strings.padEnd(sum.step.kind(), 20, ' '),
              sum.step.name(),
              sum.step.description()));
    }
    return table.toString();
  }

  /**
   * Writes all tasks in the trace event format: a bar a task, a row a worker, times in microseconds
   * from the first task.
   */
  public void writeTrace(Path file) throws IOException {
    List<Event> all = events();
    long origin = all.stream().mapToLong(Event::start).min().orElse(0);
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("{\"traceEvents\":[");
      String separator = "\n";
      for (Event event : all) {
        out.write(separator);
        out.write(
            String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f}",
                quoted(event.step.name()),
                quoted(event.step.description()),
                event.worker,
                (event.start - origin) / 1e3,
                (event.end - event.start) / 1e3));
        separator = ",\n";
      }
      out.write("\n]}\n");
    }
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
