package dev.adjoint.bench;

import dev.adjoint.runtime.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the time of a workload goes in Adjoint on one thread: for each kernel the shortest of many
 * runs, in milliseconds, so that what else the machine does is left out.
 *
 * <p>Arguments: the name of a workload that a graph computes, as {@link Comparison} lists it;
 * without one, or with another, it lists them.
 */
public final class KernelTimes {
  private static final int RUNS = 60;

  private KernelTimes() {}

  /** Prints a table, and the sum of its times. */
  public static void main(String[] args) {
    String name = String.join(" ", args);
    Optional<Workload> asked =
        workloads().stream().filter(workload -> workload.name().equals(name)).findFirst();
    if (asked.isPresent()) {
      print(shortest(asked.get()));
    } else {
      String names = workloads().stream().map(Workload::name).collect(Collectors.joining("\n  "));
      System.err.printf("There is no workload '%s' here, only%n  %s%n", name, names);
    }
  }

  /** Those that are graphs; the others measure the machine. */
  private static List<Workload> workloads() {
    return Workload.all().stream()
        .filter(workload ->
            !(workload instanceof Workload.MultiplyAdds || workload instanceof Workload.Copy))
        .toList();
  }

  private static Map<String, Long> shortest(Workload workload) {
    Map<String, Long> shortest = new LinkedHashMap<>();
    try (Task task = AdjointTasks.prepare(workload, 1)) {
      for (int run = 0; run < RUNS; run++) {
        task.run();
      }
      for (int run = 0; run < RUNS; run++) {
        for (Profile.KernelTime kernel : task.profile()) {
          shortest.merge(description(kernel), kernel.nanos(), Math::min);
        }
      }
    }
    return shortest;
  }

  private static String description(Profile.KernelTime kernel) {
    return kernel.nodes().stream()
        .map(node -> node.op().operatorName())
        .collect(Collectors.joining(" + ", kernel.name() + ": ", ""));
  }

  private static void print(Map<String, Long> shortest) {
    shortest.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            kernel -> System.out.printf("%8.3f  %s%n", kernel.getValue() / 1e6, kernel.getKey()));
    long sum = shortest.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf("%8.3f  in all%n", sum / 1e6);
  }
}
