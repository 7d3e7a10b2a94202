package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects what was measured, and writes tables. */
final class Report {
  private final List<Measurement> measurements = new ArrayList<>();
  private final Set<String> failures = new LinkedHashSet<>();
  private final List<String> memory = new ArrayList<>();
  private final Map<Contender, Processes.Start> starts = new LinkedHashMap<>();

  /** Of several measurements of the same, the shortest stays: a slow spell lengthens the others. */
  void add(Measurement measurement) {
    Optional<Measurement> before =
        of(measurement.workload(), measurement.threads(), measurement.contender());
    if (before.isEmpty()) {
      measurements.add(measurement);
    } else if (measurement.median() < before.get().median()) {
      measurements.set(measurements.indexOf(before.get()), measurement);
    }
  }

  void failed(Workload workload, Contender contender, int threads, String why) {
    failures.add(
        "%s, %s, %d threads: %s".formatted(workload.name(), contender.label(), threads, why));
  }

  /**
   * Notes how much memory a process took.
   *
   * @param line bytes, and a note behind a space
   */
  void memory(Workload workload, Contender contender, String line) {
    String[] parts = line.split(" ", 2);
    memory.add(
        row(
            workload.name(),
            contender.label(),
            "%.0f".formatted(Long.parseLong(parts[0]) / 1e6),
            parts.length > 1 ? parts[1] : ""));
  }

  void start(Contender contender, Processes.Start start) {
    starts.put(contender, start);
  }

  private static String row(Object... cells) {
    return List.of(cells).stream()
        .map(Object::toString)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** All tables that have rows. */
  String toMarkdown() {
    return machine() + times() + means() + scaling() + memoryTable() + startTable() + failed();
  }

  // Times.

  private List<Measurement> of(Workload workload, int threads) {
    return measurements.stream()
        .filter(m -> m.workload().equals(workload) && m.threads() == threads)
        .toList();
  }

  private Optional<Measurement> of(Workload workload, int threads, Contender contender) {
    return of(workload, threads).stream().filter(m -> m.contender() == contender).findFirst();
  }

  private Optional<Measurement> fastestPeer(Workload workload, int threads) {
    return of(workload, threads).stream()
        .filter(m -> m.contender().isPeer())
        .min(Comparator.comparingDouble(Measurement::median));
  }

  /** How many times as fast as the fastest peer Adjoint is. */
  private OptionalDouble ratio(Workload workload, int threads) {
    Optional<Measurement> own = of(workload, threads, Contender.ADJOINT);
    Optional<Measurement> peer = fastestPeer(workload, threads);
    return own.isPresent() && peer.isPresent()
        ? OptionalDouble.of(peer.get().median() / own.get().median())
        : OptionalDouble.empty();
  }

  private String machine() {
    String system =
        "Java %s on %s with %d processors.\n\n"
            .formatted(
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    String machine =
        measurements.stream()
            .filter(m -> m.contender() == Contender.MACHINE)
            .map(m ->
                "%s on %d: %s %s"
                    .formatted(
                        m.workload().name(),
                        m.threads(),
                        m.figure(),
                        Measurement.unit(m.workload())))
            .collect(Collectors.joining("; "));
    return machine.isEmpty() ? system : system + "The machine, by threads: " + machine + ".\n\n";
  }

  private String times() {
    StringBuilder table = new StringBuilder();
    for (Workload workload : Workload.all()) {
      if (Contender.ADJOINT.computes(workload)) {
        for (int threads : List.of(1, 2)) {
          if (!of(workload, threads).isEmpty()) {
            table.append(timesRow(workload, threads));
          }
        }
      }
    }
    return table.isEmpty() ? "" : header() + table + "\n";
  }

  private static String header() {
    return row(
            "workload",
            "unit",
            "threads",
            Contender.ADJOINT.label(),
            Contender.TENSORFLOW.label(),
            Contender.PYTORCH.label(),
            Contender.ONNX_RUNTIME.label(),
            "Adjoint to fastest peer",
            "of the machine",
            "aim")
        + "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  }

  private String timesRow(Workload workload, int threads) {
    return row(
        workload.name(),
        Measurement.unit(workload),
        threads,
        figure(workload, threads, Contender.ADJOINT),
        figure(workload, threads, Contender.TENSORFLOW),
        figure(workload, threads, Contender.PYTORCH),
        figure(workload, threads, Contender.ONNX_RUNTIME),
        times(ratio(workload, threads)),
        percent(ofMachine(workload, threads)),
        workload.aim());
  }

  private String figure(Workload workload, int threads, Contender contender) {
    return of(workload, threads, contender).map(Measurement::figure).orElse("-");
  }

  private static String times(OptionalDouble ratio) {
    return ratio.isPresent() ? "%.2fx".formatted(ratio.getAsDouble()) : "-";
  }

  private static String percent(OptionalDouble part) {
    return part.isPresent() ? "%.0f%%".formatted(100 * part.getAsDouble()) : "-";
  }

  /** Which part of the peak of multiply-adds, or of the bandwidth of copying, Adjoint reaches. */
  private OptionalDouble ofMachine(Workload workload, int threads) {
    Optional<Measurement> own = of(workload, threads, Contender.ADJOINT);
    Optional<Measurement> limit =
        measurements.stream()
            .filter(m -> m.contender() == Contender.MACHINE && m.threads() == threads)
            .filter(m -> Measurement.unit(m.workload()).equals(Measurement.unit(workload)))
            .findFirst();
    if (own.isEmpty() || limit.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(own.get().rate() / limit.get().rate());
  }

  private String means() {
    StringBuilder lines = new StringBuilder();
    for (int threads : List.of(1, 2)) {
      double[] logs =
          Workload.all().stream()
              .filter(Workload.Convolution.class::isInstance)
              .map(workload -> ratio(workload, threads))
              .flatMapToDouble(OptionalDouble::stream)
              .map(Math::log)
              .toArray();
      if (logs.length > 0) {
        double mean = Math.exp(Arrays.stream(logs).average().orElseThrow());
        lines.append(
            "Convolutions, %d threads: %.2fx the fastest peer in geometric mean of %d.\n\n"
                .formatted(threads, mean, logs.length));
      }
    }
    return lines.toString();
  }

  private String scaling() {
    StringBuilder table = new StringBuilder();
    for (Workload workload : Workload.all()) {
      if (workload instanceof Workload.TrainingStep) {
        for (Contender contender : Contender.values()) {
          Optional<Measurement> one = of(workload, 1, contender);
          Optional<Measurement> two = of(workload, 2, contender);
          if (one.isPresent() && two.isPresent()) {
            double gain = one.get().median() / two.get().median();
            table.append(row(workload.name(), contender.label(), "%.2fx".formatted(gain)));
          }
        }
      }
    }
    return table.isEmpty()
        ? ""
        : row("scaling from 1 to 2 threads; aim 1.8x", "", "") + "|---|---|--:|\n" + table + "\n";
  }

  // Processes.

  private String memoryTable() {
    return memory.isEmpty()
        ? ""
        : row(
                "memory on 1 thread; aim below every peer, arena at most 1.1x what is alive",
                "",
                "largest resident set, MB",
                "plan")
            + "|---|---|--:|---|\n"
            + String.join("", memory)
            + "\n";
  }

  private String startTable() {
    if (starts.isEmpty()) {
      return "";
    }
    StringBuilder table = new StringBuilder();
    table.append(
        row(
            "JVM start to first result of the saved MNIST network; aim below every peer",
            "natives unpacked before, s",
            "natives still in jars, s",
            "natives unpacked and classes archived before, s"));
    table.append("|---|--:|--:|--:|\n");
    starts.forEach((contender, start) ->
        table.append(
            row(
                contender.label(),
                seconds(start.warm()),
                seconds(start.cold()),
                seconds(start.archived()))));
    return table.append('\n').toString();
  }

  private static String seconds(OptionalDouble time) {
    return time.isPresent() ? "%.2f".formatted(time.getAsDouble()) : "-";
  }

  private String failed() {
    return failures.isEmpty()
        ? ""
        : "Failed:\n\n" + failures.stream().map(f -> "- " + f + "\n").collect(Collectors.joining());
  }
}
