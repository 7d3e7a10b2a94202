package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that does one thing and says so in a line, for what can only be seen from outside a JVM
 * or over its whole life.
 */
public final class Probe {
  private Probe() {}

  /**
   * Runs.
   *
   * @param args {@code memory CONTENDER WORKLOAD THREADS}: runs a workload, prints the largest
   *     resident set in bytes and a note; {@code save CONTENDER FILE} writes the MNIST network;
   *     {@code first CONTENDER FILE} reads it, predicts once and prints the first probability
   */
  public static void main(String[] args) throws IOException {
    Contender contender = Contender.valueOf(args[1]);
    switch (args[0]) {
      case "memory" -> memory(contender, Workload.named(args[2]), Integer.parseInt(args[3]));
      case "save" -> contender.save(Network.MNIST, Path.of(args[2]));
      case "first" -> {
        try (Task task = contender.load(Network.MNIST, Path.of(args[2]))) {
          System.out.println(task.sample()[0]);
          // The clock outside stops here.
          System.out.flush();
        }
      }
      default -> throw new IllegalArgumentException("There is no probe '" + args[0] + "'.");
    }
    // Some peers leave threads behind.
    System.exit(0);
  }

  private static void memory(Contender contender, Workload workload, int threads)
      throws IOException {
    try (Task task = contender.prepare(workload, threads)) {
      task.sample();
      for (int i = 0; i < 20; i++) {
        task.run();
      }
      System.out.println(largestResidentSet() + " " + task.note());
    }
  }

  private static long largestResidentSet() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
  }
}
