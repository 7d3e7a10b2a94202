package dev.adjoint.bench;

import dev.adjoint.runtime.Profile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the time of a workload goes in Adjoint: for each kernel the shortest of many runs and its
 * longest task then, in milliseconds, so that what else the machine does is left out; and how long
 * threads wait in a run, half of the runs longer.
 *
 * <p>Arguments: {@code --threads=N} for others than one, and the name of a workload that a graph
 * computes, as {@link Comparison} lists it; without one, or with another, it lists them.
 */
public final class KernelTimes {
  private static final String THREADS = "--threads=";
  private static final int RUNS = 60;
  private static final long WARM_NANOS = 4_000_000_000L;

  private final int threads;
  private final Map<String, Profile.KernelTime> shortest = new LinkedHashMap<>();
  private final List<Long> runs = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();

  private KernelTimes(int threads) {
    this.threads = threads;
  }

  /** Prints a table, and the sum of its times. */
  public static void main(String[] args) {
    int threads =
        Stream.of(args)
            .filter(argument -> argument.startsWith(THREADS))
            .mapToInt(argument -> Integer.parseInt(argument.substring(THREADS.length())))
            .findFirst()
            .orElse(1);
    String name =
        Stream.of(args)
            .filter(argument -> !argument.startsWith(THREADS))
            .collect(Collectors.joining(" "));
    Optional<Workload> asked =
        workloads().stream().filter(workload -> workload.name().equals(name)).findFirst();
    if (asked.isPresent()) {
      KernelTimes times = new KernelTimes(threads);
      times.measure(asked.get());
      times.print();
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

  private void measure(Workload workload) {
    try (Task task = AdjointTasks.prepare(workload, threads)) {
      warm(task);
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        List<Profile.KernelTime> kernels = task.profile();
        long nanos = System.nanoTime() - start;
        runs.add(nanos);
        waits.add(threads * nanos - kernels.stream().mapToLong(Profile.KernelTime::nanos).sum());
        kernels.forEach(
            kernel -> shortest.merge(description(kernel), kernel, KernelTimes::shorter));
      }
    }
  }

  /** Short runs need more of them until everything is compiled. */
  private static void warm(Task task) {
    long end = System.nanoTime() + WARM_NANOS;
    for (int run = 0; run < RUNS || System.nanoTime() < end; run++) {
      task.run();
    }
  }

  private static Profile.KernelTime shorter(Profile.KernelTime one, Profile.KernelTime other) {
    return other.nanos() < one.nanos() ? other : one;
  }

  private static String description(Profile.KernelTime kernel) {
    return kernel.nodes().stream()
        .map(node -> node.op().operatorName())
        .collect(Collectors.joining(" + ", kernel.name() + ": ", ""));
  }

  private void print() {
    System.out.println("    time  longest task");
    shortest.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue().nanos(), a.getValue().nanos()))
        .forEach(kernel ->
            System.out.printf(
                "%8.3f  %8.3f  %s%n",
                kernel.getValue().nanos() / 1e6,
                kernel.getValue().longest() / 1e6,
                kernel.getKey()));
    long sum = shortest.values().stream().mapToLong(Profile.KernelTime::nanos).sum();
    System.out.printf("%8.3f  in all%n", sum / 1e6);
    System.out.printf(
        "A run takes %.3f ms, in which %d threads wait %.3f ms together (medians).%n",
        median(runs) / 1e6, threads, median(waits) / 1e6);
  }

  private static long median(List<Long> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
