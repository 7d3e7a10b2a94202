package dev.adjoint.train.report;

import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.data.Batch;
import dev.adjoint.train.data.BatchStream;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the examples that a model is most sure and wrong about. */
final class Mistakes {
  private Mistakes() {}

  /** At most so many, the surest first. */
  static List<Mistake> of(Session session, Batches batches, int most) throws IOException {
    List<Mistake> mistakes = new ArrayList<>();
    try (BatchStream stream = batches.epoch(0)) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        add(next.orElseThrow(), session, mistakes);
      }
    }
    return mistakes.stream()
        .sorted(Comparator.comparingDouble(Mistake::probability).reversed())
        .limit(most)
        .toList();
  }

  private static void add(Batch batch, Session session, List<Mistake> mistakes) {
    Map<String, Tensor> outputs = session.run("evaluate", batch.columns());
    Tensor probabilities = outputs.get("probabilities");
    if (probabilities == null) {
      return;
    }
    int classes = Math.toIntExact(probabilities.dim(1));
    for (int i = 0; i < batch.size(); i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        boolean surer =
            probabilities.getDouble(i * classes + k) > probabilities.getDouble(i * classes + best);
        best = surer ? k : best;
      }
      int label = Math.toIntExact(batch.column(Dataset.LABEL).getLong(i));
      if (best != label) {
        double probability = probabilities.getDouble(i * classes + best);
        mistakes.add(new Mistake(row(batch.column(Dataset.IMAGE), i), label, best, probability));
      }
    }
  }

  /** One example of a batch of FLOAT32. */
  static Tensor row(Tensor batch, int row) {
    int size = batch.size() / Math.toIntExact(batch.dim(0));
    float[] one = Arrays.copyOfRange(batch.toFloats(), row * size, (row + 1) * size);
    return Tensor.adopt(one, batch.shape().remove(0));
  }
}
