package dev.adjoint.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs all workloads with all contenders, one after the other, and prints what they took as tables
 * in Markdown on standard output; what happens meanwhile goes to standard error.
 *
 * <p>Arguments: regular expressions, of which one must be found in a row's name for it to be
 * measured. {@code --quick} runs everything just long enough to see that it works. {@code
 * --rounds=3} measures each row three times, the contenders by turns, and keeps the shortest time
 * of each, so that a slow spell of the machine must last. Rows that are no {@link Workload} are
 * called {@code memory} and {@code start}.
 */
public final class Comparison {
  private static final List<Integer> THREADS = List.of(1, 2);

  private static final String ROUNDS = "--rounds=";

  private final boolean quick;
  private final int rounds;
  private final List<Pattern> filters;
  private final Path folder;
  private final Report report = new Report();

  private Comparison(boolean quick, int rounds, List<Pattern> filters, Path folder) {
    this.quick = quick;
    this.rounds = rounds;
    this.filters = filters;
    this.folder = folder;
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    List<String> filters = new ArrayList<>(List.of(args));
    boolean quick = filters.remove("--quick");
    int rounds =
        filters.stream()
            .filter(argument -> argument.startsWith(ROUNDS))
            .mapToInt(argument -> Integer.parseInt(argument.substring(ROUNDS.length())))
            .findFirst()
            .orElse(1);
    filters.removeIf(argument -> argument.startsWith(ROUNDS));
    if (rounds < 1) {
      throw new IllegalArgumentException(
          "%s%d measures nothing. Ask for 1 round or more.".formatted(ROUNDS, rounds));
    }
    if (filters.isEmpty() || filters.contains("--help")) {
      printUsage();
      return;
    }
    Path folder = Files.createTempDirectory("adjoint-comparison");
    // Forks are started one by one; another JMH on the machine is the user's business.
    System.setProperty("jmh.ignoreLock", "true");
    // ONNX Runtime 1.29.0 crashes where a command line is longer than some 4,000 characters.
    System.setProperty("jmh.separateClasspathJAR", "true");
    Comparison comparison =
        new Comparison(quick, rounds, filters.stream().map(Pattern::compile).toList(), folder);
    comparison.measureWorkloads();
    Processes processes = Processes.of(folder, quick);
    if (comparison.isWanted("memory")) {
      comparison.measureMemory(processes);
    }
    if (comparison.isWanted("start")) {
      comparison.measureStarts(processes);
    }
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(comparison.report.toMarkdown());
  }

  private static void printUsage() {
    System.out.println(
        """
        Arguments: [--quick] [--rounds=N] PATTERN..
        Measures each row in whose name one of the patterns is found; . stands for all of them.
        The rows:\
        """);
    Workload.all().forEach(workload -> System.out.println("  " + workload.name()));
    System.out.println("  memory\n  start");
  }

  private boolean isWanted(String row) {
    return filters.stream().anyMatch(filter -> filter.matcher(row).find());
  }

  // Times.

  /** Contenders take turns at each row, so that a slow spell of the machine meets all of them. */
  private void measureWorkloads() throws IOException {
    for (Workload workload : Workload.all()) {
      if (isWanted(workload.name())) {
        for (int threads : THREADS) {
          for (int round = 0; round < rounds; round++) {
            measureAll(workload, threads);
          }
        }
      }
    }
  }

  private void measureAll(Workload workload, int threads) throws IOException {
    for (Contender contender : Contender.values()) {
      if (contender.computes(workload)) {
        measure(workload, contender, threads);
      }
    }
  }

  private void measure(Workload workload, Contender contender, int threads) throws IOException {
    Path failure = folder.resolve(TimedWorkload.FAILURE);
    Files.deleteIfExists(failure);
    try {
      RunResult result = new Runner(options(workload, contender, threads)).runSingle();
      Statistics times = result.getPrimaryResult().getStatistics();
      Measurement measurement =
          new Measurement(
              workload, contender, threads, times.getPercentile(50), times.getPercentile(99));
      report.add(measurement);
      System.err.printf(
          "%s, %s, %d threads: %s %s%n",
          workload.name(),
          contender.label(),
          threads,
          measurement.figure(),
          Measurement.unit(workload));
    } catch (RunnerException e) {
      String why = Files.exists(failure) ? Files.readString(failure) : String.valueOf(e);
      report.failed(workload, contender, threads, why);
      System.err.printf(
          "%s, %s, %d threads: %s%n", workload.name(), contender.label(), threads, why);
    }
  }

  /** Code on the JVM needs a while until it is compiled, native code does not. */
  private Options options(Workload workload, Contender contender, int threads) {
    boolean compiles = !contender.isPeer();
    return new OptionsBuilder()
        .include(Pattern.quote(TimedWorkload.class.getName()) + "\\.run$")
        .param("workload", workload.name())
        .param("contender", contender.name())
        .param("threads", Integer.toString(threads))
        .param("samples", folder.toString())
        .warmupIterations(quick ? 1 : compiles ? 10 : 3)
        .measurementIterations(quick ? 1 : 8)
        .warmupTime(TimeValue.milliseconds(quick ? 10 : 250))
        .measurementTime(TimeValue.milliseconds(quick ? 10 : 250))
        .forks(1)
        .jvmArgs(Processes.FLAGS.toArray(String[]::new))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .build();
  }

  // Processes.

  private void measureMemory(Processes processes) {
    for (Workload workload : Workload.all()) {
      if (workload instanceof Workload.TrainingStep) {
        for (Contender contender : Contender.values()) {
          if (contender.computes(workload)) {
            System.err.printf("memory, %s, %s: ", workload.name(), contender.label());
            Optional<String> line = processes.memory(contender, workload);
            System.err.println(line.orElse("failed"));
            line.ifPresent(found -> report.memory(workload, contender, found));
          }
        }
      }
    }
  }

  private void measureStarts(Processes processes) throws IOException {
    for (Contender contender : Contender.values()) {
      if (contender != Contender.MACHINE) {
        System.err.printf("start, %s: ", contender.label());
        Processes.Start start = processes.start(contender);
        System.err.println(start);
        report.start(contender, start);
      }
    }
  }
}
