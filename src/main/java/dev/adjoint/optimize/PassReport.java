package dev.adjoint.optimize;

import java.time.Duration;
import java.util.Locale;

/**
 * What one application of a pass did.
 *
 * @param pass the pass
 * @param round the round of the pipeline, from 1
 * @param nodesBefore how many nodes the graph had
 * @param nodesAfter how many nodes it has
 * @param changed whether the graph is another one
 * @param time how long it took, verification included
 */
public record PassReport(
    Pass pass, int round, int nodesBefore, int nodesAfter, boolean changed, Duration time) {
  /** One line. */
  @Override
  public String toString() {
    String what = changed ? "%d -> %d nodes".formatted(nodesBefore, nodesAfter) : "unchanged";
    return String.format(
        Locale.ROOT, "%d %s: %s, %.1f ms", round, pass.name(), what, time.toNanos() / 1e6);
  }
}
