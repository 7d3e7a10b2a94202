package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.data.Batch;
import dev.adjoint.train.data.Dataset;
import java.util.Map;
import java.util.Optional;

/** Adds up how well batches do, from a signature's {@code loss} and {@code probabilities}. */
final class Tally {
  private static final String LOSS = "loss";
  private static final String PROBABILITIES = "probabilities";

  private final int classes;
  private final int top;
  private final long[][] confusion;
  private long examples;
  private double lossSum;
  private long right;
  private long amongTop;

  /** A tally of the results of a signature, which may give no probabilities. */
  Tally(Graph graph, String signature, int top) {
    Node probabilities = graph.signature(signature).outputs().get(PROBABILITIES);
    this.classes = probabilities == null ? 0 : classes(probabilities);
    this.top = top;
    this.confusion = new long[classes][classes];
  }

  private static int classes(Node probabilities) {
    int rank = probabilities.type().rank();
    Dim last = rank == 2 ? probabilities.type().dim(1) : Dim.of(0);
    return last.isConstant() ? Math.toIntExact(last.value()) : 0;
  }

  /** Goes on from sums of before, of which the confusion is not known. */
  void resume(long examplesBefore, double lossBefore, long rightBefore) {
    examples = examplesBefore;
    lossSum = lossBefore;
    right = rightBefore;
  }

  /**
   * Checks the labels before they index anything.
   *
   * @throws TrainingException if one is no class
   */
  void requireLabels(Batch batch) {
    if (!judges(batch)) {
      return;
    }
    Tensor labels = batch.column(Dataset.LABEL);
    for (int i = 0; i < labels.size(); i++) {
      if (labels.getLong(i) < 0 || labels.getLong(i) >= classes) {
        throw new TrainingException(
            "Example %d of batch %d has the label %d, but the graph tells %d classes apart, numbered from 0. Check the data, or build the graph for more classes."
                .formatted(i, batch.number(), labels.getLong(i), classes));
      }
    }
  }

  private boolean judges(Batch batch) {
    Tensor labels = batch.columns().get(Dataset.LABEL);
    return classes > 0 && labels != null && labels.dtype().isInteger();
  }

  void add(Batch batch, Map<String, Tensor> outputs) {
    examples += batch.size();
    lossSum += output(outputs, LOSS).getDouble(0) * batch.size();
    if (judges(batch)) {
      Tensor labels = batch.column(Dataset.LABEL);
      Tensor probabilities = output(outputs, PROBABILITIES);
      for (int i = 0; i < batch.size(); i++) {
        add(probabilities, i * classes, Math.toIntExact(labels.getLong(i)));
      }
    }
  }

  /** Ties go to the class of the smaller number. */
  private void add(Tensor probabilities, int row, int label) {
    double own = probabilities.getDouble(row + label);
    int before = 0;
    int best = 0;
    for (int k = 0; k < classes; k++) {
      double other = probabilities.getDouble(row + k);
      before += other > own || (other == own && k < label) ? 1 : 0;
      best = other > probabilities.getDouble(row + best) ? k : best;
    }
    confusion[label][best]++;
    right += best == label ? 1 : 0;
    amongTop += before < top ? 1 : 0;
  }

  static Tensor output(Map<String, Tensor> outputs, String name) {
    Tensor output = outputs.get(name);
    if (output == null) {
      throw new TrainingException(
          "The signature gives no output '%s', only %s. Add it to the graph."
              .formatted(name, outputs.keySet()));
    }
    return output;
  }

  long examples() {
    return examples;
  }

  double lossSum() {
    return lossSum;
  }

  long right() {
    return right;
  }

  double loss() {
    return examples == 0 ? Double.NaN : lossSum / examples;
  }

  double accuracy() {
    return classes == 0 || examples == 0 ? Double.NaN : (double) right / examples;
  }

  Evaluation evaluation() {
    double topAccuracy = classes == 0 ? Double.NaN : (double) amongTop / examples;
    Optional<ConfusionMatrix> matrix =
        classes == 0 ? Optional.empty() : Optional.of(new ConfusionMatrix(confusion));
    return new Evaluation(examples, loss(), accuracy(), topAccuracy, top, matrix);
  }
}
