package dev.adjoint.train;

import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.BatchNorm;
import dev.adjoint.nn.Layers;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a {@link Network} is being built to be trained or to be used: what dropout and batch
 * normalisation have to know.
 */
public final class Mode {
  private final boolean training;
  private final List<BatchNorm.Training> normalizations = new ArrayList<>();

  Mode(boolean training) {
    this.training = training;
  }

  /** Whether it is being built to be trained. */
  public boolean isTraining() {
    return training;
  }

  /** {@link Layers#dropout} by the number of the step when training, else {@code x}. */
  public Value dropout(Layers layers, String name, Value x, double rate) {
    return training ? layers.dropout(name, x, rate, StepCounter.of(x.builder())) : x;
  }

  /**
   * {@link Layers#batchNorm} over features that stand last: with the batch's statistics when
   * training, which then update the running ones; else with the running ones.
   */
  public Value batchNorm(Layers layers, String name, Value x) {
    BatchNorm norm = layers.batchNorm(name, x);
    if (!training) {
      return norm.inference(x);
    }
    BatchNorm.Training step = norm.training(x);
    normalizations.add(step);
    return step.output();
  }

  /** Lets a signature update the running statistics of all batch normalisations. */
  void updateIn(SignatureBuilder signature) {
    normalizations.forEach(step -> step.updateIn(signature));
  }
}
