package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One workload, by one contender, on a number of threads, in a JVM of its own. {@link Comparison}
 * runs it with all combinations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimedWorkload {
  /** The file in the folder of samples that says why a contender failed. */
  static final String FAILURE = "failure.txt";

  /** The name of a {@link Workload}. */
  @Param("product 512")
  public String workload;

  /** The name of a {@link Contender}. */
  @Param("ADJOINT")
  public Contender contender;

  /** How many threads compute. */
  @Param("1")
  public int threads;

  /** The folder of an {@link Agreement}; empty to compare nothing. */
  @Param("")
  public String samples;

  private Task task;

  /** Prepares the workload, and compares its results. */
  @Setup
  public void prepare() throws IOException {
    Workload named = Workload.named(workload);
    try {
      task = contender.prepare(named, threads);
      float[] sample = task.sample();
      if (!samples.isEmpty()) {
        new Agreement(Path.of(samples)).check(named, contender, sample);
      }
    } catch (RuntimeException | Error e) {
      if (!samples.isEmpty()) {
        Files.writeString(Path.of(samples, FAILURE), String.valueOf(e));
      }
      throw e;
    }
  }

  /** What is timed. */
  @Benchmark
  public void run() {
    task.run();
  }

  /** Ends it. */
  @TearDown
  public void close() {
    task.close();
  }
}
