package dev.adjoint.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the time of a workload goes in Adjoint on one thread: for each kernel the shortest of many
 * runs, in milliseconds, so that what else the machine does is left out.
 *
 * <p>Arguments: the name of a workload, as {@link Comparison} lists it.
 */
public final class KernelTimes {
  private static final int RUNS = 60;
  private static final Pattern LINE = Pattern.compile("\\s*([0-9.]+) ms +\\S+ +\\S+ +(.*)");

  private KernelTimes() {}

  /** Prints a table, and the sum of its times. */
  public static void main(String[] args) {
    Workload workload = Workload.named(String.join(" ", args));
    Map<String, Double> shortest = new LinkedHashMap<>();
    try (Task task = AdjointTasks.prepare(workload, 1)) {
      for (int run = 0; run < RUNS; run++) {
        task.run();
      }
      for (int run = 0; run < RUNS; run++) {
        task.profile()
            .lines()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .forEach(
                line -> shortest.merge(line.group(2), Double.valueOf(line.group(1)), Math::min));
      }
    }
    shortest.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(kernel -> System.out.printf("%8.3f  %s%n", kernel.getValue(), kernel.getKey()));
    System.out.printf(
        "%8.3f  in all%n", shortest.values().stream().mapToDouble(Double::doubleValue).sum());
  }
}
