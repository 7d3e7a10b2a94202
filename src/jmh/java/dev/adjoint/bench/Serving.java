package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the server and saved models from outside, and tries whether they hold: the server is a
 * JVM of its own on loopback, this is another one that asks it. Tables in Markdown go to standard
 * output. Ends with an error if anything fails, is lost, grows, or is answered with a wrong bit.
 */
public final class Serving {
  private static final Duration SOAK = Duration.ofMinutes(10);

  private Serving() {}

  /**
   * Runs one command.
   *
   * @param args {@code throughput}, {@code soak}, {@code reload}, {@code kill} or {@code loading};
   *     with {@code --quick} just long enough to see that it works; {@code soak --minutes N} for
   *     another time than 10 minutes
   */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    boolean quick = words.remove("--quick");
    Duration soak = minutes(words, quick ? Duration.ofSeconds(20) : SOAK);
    if (words.size() != 1) {
      printUsage();
      return;
    }
    Path folder = Files.createTempDirectory("adjoint-serving");
    try {
      boolean holds =
          switch (words.getFirst()) {
            case "throughput" -> new Throughput(folder, quick).run();
            case "soak" -> new Soak(folder, soak).run();
            case "reload" -> new Reload(folder, quick ? 3 : 20).run();
            case "kill" -> new KilledSaves(folder, quick ? 5 : 50).run();
            case "loading" -> new Loading(folder, quick).run();
            default -> {
              printUsage();
              yield words.getFirst().equals("--help");
            }
          };
      if (!holds) {
        System.exit(1);
      }
    } finally {
      delete(folder);
    }
  }

  private static Duration minutes(List<String> words, Duration otherwise) {
    int at = words.indexOf("--minutes");
    if (at < 0 || at + 1 == words.size()) {
      return otherwise;
    }
    words.remove(at);
    return Duration.ofMillis(Math.round(Double.parseDouble(words.remove(at)) * 60_000));
  }

  private static void printUsage() {
    System.out.println(
        """
        Arguments: [--quick] COMMAND
          throughput        requests a second and waiting times, beside direct calls
          soak              heap and threads under load for 10 minutes, or [--minutes N]
          reload            new versions under load
          kill              kill -9 while a model is saved
          loading           reading models of 100 MB and 1 GB, beside reading their bytes\
        """);
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
