package dev.adjoint.cli.example;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** A program that shows Adjoint at work. */
public sealed interface Example permits ConvolutionGradients, FirstNetwork {
  /** All examples. */
  static List<Example> all() {
    return List.of(new FirstNetwork(), new ConvolutionGradients());
  }

  /** The name on the command line. */
  String name();

  /** What it shows, in one sentence. */
  String description();

  /**
   * Runs it.
   *
   * @param out where it prints
   * @param folder where it writes files; exists
   */
  void run(PrintWriter out, Path folder) throws IOException;
}
