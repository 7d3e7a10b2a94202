package dev.adjoint.cli.example;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How an example runs.
 *
 * @param out where it prints
 * @param folder where it writes files; exists
 * @param data a folder with the files of MNIST, for examples that learn digits; those drawn by
 *     strokes if empty
 * @param epochs how often examples that learn go through all images; as often as suits if empty
 * @param images how many of the images they learn from, and at most how many they are judged by;
 *     all if empty
 */
public record ExampleSettings(
    PrintWriter out,
    Path folder,
    Optional<Path> data,
    Optional<Integer> epochs,
    Optional<Integer> images) {
  /** Checks the counts. */
  public ExampleSettings {
    requirePositive("epochs", epochs);
    requirePositive("images", images);
  }

  private static void requirePositive(String what, Optional<Integer> count) {
    if (count.isPresent() && count.get() < 1) {
      throw new IllegalArgumentException(
          "The number of %s is 1 or more, given %d.".formatted(what, count.get()));
    }
  }
}
