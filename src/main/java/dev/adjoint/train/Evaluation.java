package dev.adjoint.train;

import dev.adjoint.runtime.Session;
import dev.adjoint.train.data.Batch;
import dev.adjoint.train.data.BatchStream;
import dev.adjoint.train.data.Batches;
import java.io.IOException;
import java.util.Optional;

/**
 * How well a graph does on examples.
 *
 * @param examples how many were judged
 * @param loss the mean loss of an example; NaN of no examples
 * @param accuracy the part whose greatest probability is that of the label, 0 to 1; NaN if the
 *     signature gives no probabilities
 * @param topAccuracy the part whose label is among the {@code top} greatest probabilities
 * @param top what {@code topAccuracy} counts
 * @param confusion which class was taken for which; absent without probabilities
 */
public record Evaluation(
    long examples,
    double loss,
    double accuracy,
    double topAccuracy,
    int top,
    Optional<ConfusionMatrix> confusion) {
  /** What {@link #topAccuracy} counts unless asked otherwise. */
  public static final int TOP = 3;

  /**
   * Judges a session's parameters by its signature {@code evaluate}.
   *
   * @throws TrainingException if a label is no class
   * @throws IOException if the examples cannot be read
   */
  public static Evaluation of(Session session, Batches batches) throws IOException {
    return of(session, batches, TOP);
  }

  /** As {@link #of(Session, Batches)}, with another number of probabilities that may hold it. */
  public static Evaluation of(Session session, Batches batches, int top) throws IOException {
    Tally tally = new Tally(session.graph(), "evaluate", top);
    try (BatchStream stream = batches.epoch(0)) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        Batch batch = next.orElseThrow();
        tally.requireLabels(batch);
        tally.add(batch, session.run("evaluate", batch.columns()));
      }
    }
    return tally.evaluation();
  }
}
