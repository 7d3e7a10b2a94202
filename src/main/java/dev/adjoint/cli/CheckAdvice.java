package dev.adjoint.cli;

import dev.adjoint.check.GradientReport;
import dev.adjoint.check.ReportAdvice;
import dev.adjoint.graph.Graph;
import java.nio.file.Path;

/**
 * What a report of {@code adjoint check} says to do: options of the command line.
 *
 * @param file what is checked, as it was given
 */
record CheckAdvice(Path file) implements ReportAdvice {
  @Override
  public String whereZero(String source) {
    return "Pass values where it is not by --value NODE=FILE.npy, or name what else to check by"
        + " --with-respect-to.";
  }

  @Override
  public String atKinks(String source) {
    return "Pass values away from the kinks by --value %s=FILE.npy, or check every element by"
            .formatted(source)
        + " --exhaustive: those without a kink then count.";
  }

  @Override
  public String whereUndecided(String source) {
    return "Pass values at which the function is finite, smooth and not lost in rounding by"
        + " --value NODE=FILE.npy.";
  }

  @Override
  public String repetition(GradientReport report) {
    return "the same command with --signature %s --seed %d"
        .formatted(report.signature(), report.seed());
  }

  @Override
  public String graph(Graph graph) {
    return "To see the graph: adjoint inspect --text %s".formatted(file);
  }
}
