package dev.adjoint.check;

import dev.adjoint.graph.Graph;

/**
 * What a {@link GradientReport} says to do, in the words of whoever started the check: the methods
 * of {@link GradientCheck} unless told, or the options of a command.
 */
public interface ReportAdvice {
  /** What to do where the derivative of a source is zero wherever it was looked at. */
  String whereZero(String source);

  /** What to do where nothing but kinks was met along a source. */
  String atKinks(String source);

  /** What to do where the function is not finite or lost in rounding. */
  String whereUndecided(String source);

  /** How to repeat the run that a report is about. */
  String repetition(GradientReport report);

  /** The graph in its text form, or how to see it; printed last if the check did not pass. */
  String graph(Graph graph);

  /** In terms of {@link GradientCheck}, with the graph itself. */
  static ReportAdvice inJava() {
    return new ReportAdvice() {
      @Override
      public String whereZero(String source) {
        return "Give it values where it is not, or leave it out of withRespectTo.";
      }

      @Override
      public String atKinks(String source) {
        return "Give values away from the kinks, or check exhaustively: elements without one then"
            + " count.";
      }

      @Override
      public String whereUndecided(String source) {
        return "Draw values at which the function is finite, smooth and not lost in rounding.";
      }

      @Override
      public String repetition(GradientReport report) {
        return "seed(%dL).".formatted(report.seed());
      }

      @Override
      public String graph(Graph graph) {
        return "The graph:\n" + graph.toString().stripTrailing();
      }
    };
  }
}
