package dev.adjoint.cli.example;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.data.Batch;
import dev.adjoint.train.data.BatchStream;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.TrainTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/**
 * Teaches a classifier's graph, and says after each epoch how it does. The images it is judged by
 * decide nothing: the parameters are those of the last step.
 *
 * @param graph that of a {@link Classifier}
 * @param data what it learns from and is judged by
 * @param epochs how often it goes through all images
 * @param batch how many images a step takes
 * @param seed of the order of the images
 */
record TrainingRun(Graph graph, TrainTest data, int epochs, int batch, long seed) {
  private static final int PREFETCHED = 4;
  private static final int JUDGED_AT_ONCE = 500;

  /** Trains; the caller closes the session. */
  Session train(PrintWriter out) throws IOException {
    Session session = Session.open(graph);
    try {
      Batches batches = Batches.of(data.train(), batch).shuffled(seed).prefetched(PREFETCHED);
      for (int epoch = 0; epoch < epochs; epoch++) {
        double loss = epoch(session, batches, epoch);
        out.printf(
            "epoch %2d   loss %.4f   test accuracy %6.2f%%%n",
            epoch + 1, loss, 100 * accuracy(session, data.test()));
        out.flush();
      }
      return session;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Takes a step a batch; gives the mean of their losses. */
  private static double epoch(Session session, Batches batches, int epoch) throws IOException {
    double sum = 0;
    try (BatchStream stream = batches.epoch(epoch)) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        sum += Computed.named(session.run("train", next.get().columns()), "loss").getDouble(0);
      }
    }
    return sum / batches.count();
  }

  /** Which part of the images it gives the right class. */
  static double accuracy(Session session, Dataset images) throws IOException {
    int right = 0;
    try (BatchStream stream = Batches.of(images, JUDGED_AT_ONCE).epoch(0)) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        right += right(session, next.get());
      }
    }
    return (double) right / images.size();
  }

  private static int right(Session session, Batch batch) {
    Tensor labels = batch.column(Dataset.LABEL);
    Tensor probabilities = probabilities(session, batch.column(Dataset.IMAGE));
    int right = 0;
    for (int i = 0; i < batch.size(); i++) {
      right += likeliest(probabilities, i) == labels.getLong(i) ? 1 : 0;
    }
    return right;
  }

  /** {@code [N, classes]} of images {@code [N, ..]}. */
  static Tensor probabilities(Session session, Tensor images) {
    return Computed.named(
        session.run("predict", Map.of(Classifier.IMAGE, images)), "probabilities");
  }

  /** The first of the classes with the greatest number in a row. */
  static int likeliest(Tensor rows, int row) {
    int classes = Math.toIntExact(rows.dim(rows.rank() - 1));
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (rows.getDouble(row * classes + k) > rows.getDouble(row * classes + best)) {
        best = k;
      }
    }
    return best;
  }
}
