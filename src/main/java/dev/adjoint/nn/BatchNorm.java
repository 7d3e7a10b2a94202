package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): each feature is brought to mean 0 and variance 1,
 * then scaled and shifted. Training and inference are two functions over the same parameters:
 *
 * <p>
 *
 * {@snippet :
 * BatchNorm norm = layers.batchNorm("norm", x);
 * BatchNorm.Training step = norm.training(x);
 * Value loss = ... step.output() ...
 * step.updateIn(g.signature("train"));
 * Value served = norm.inference(x);
 * }
 *
 * The variance, also the running one, is the mean squared deviation, not corrected for the size of
 * the batch (as in Keras; PyTorch corrects the running one).
 *
 * @param scale one trained factor a feature
 * @param offset one trained summand a feature
 * @param mean the running mean of each feature: state that training updates
 * @param variance the running variance of each feature: state that training updates
 * @param format where the features stand
 * @param momentum how much of a running statistic a training step keeps, 0 to 1
 * @param epsilon what is added to the variance
 */
public record BatchNorm(
    Value scale,
    Value offset,
    Value mean,
    Value variance,
    DataFormat format,
    double momentum,
    double epsilon) {
  /** Checks the momentum and epsilon. */
  public BatchNorm {
    if (!(momentum >= 0 && momentum <= 1) || !(epsilon >= 0)) {
      throw new GraphException(
          scale.name(),
          "The momentum must be from 0 to 1 and epsilon not negative, given %s and %s."
              .formatted(momentum, epsilon));
    }
  }

  /**
   * A training step.
   *
   * @param norm what it belongs to
   * @param output the batch, normalised with its own statistics
   * @param nextMean the running mean after the step
   * @param nextVariance the running variance after the step
   */
  public record Training(BatchNorm norm, Value output, Value nextMean, Value nextVariance) {
    /** Adds the updates of the running statistics to a signature. */
    public void updateIn(SignatureBuilder signature) {
      signature.update(norm.mean, nextMean).update(norm.variance, nextVariance);
    }
  }

  /** With another momentum. */
  public BatchNorm momentum(double other) {
    return new BatchNorm(scale, offset, mean, variance, format, other, epsilon);
  }

  /** With another epsilon. */
  public BatchNorm epsilon(double other) {
    return new BatchNorm(scale, offset, mean, variance, format, momentum, other);
  }

  /**
   * Normalises a batch with its own mean and variance over all axes but the features.
   *
   * @param x {@code [N, .., C]} or {@code [N, C, ..]}, rank 2 or more
   * @throws GraphException if it has not as many features
   */
  public Training training(Value x) {
    int feature = Normalizations.featureAxis("batchNorm", x, scale, offset, format);
    Normalizations.Moments batch =
        Normalizations.Moments.of(x, Normalizations.axesOfBatch(x.rank(), feature));
    Value standard = batch.standardize(x, epsilon);
    Value output = Normalizations.affine(standard, scale, offset, format);
    return new Training(this, output, moved(mean, batch.mean()), moved(variance, batch.variance()));
  }

  private Value moved(Value running, Value current) {
    Value flat = current.reshape(running.shape());
    return running.mul(momentum).add(flat.mul(1 - momentum));
  }

  /**
   * Normalises with the running mean and variance: an affine function of x.
   *
   * @param x {@code [N, .., C]} or {@code [N, C, ..]}, rank 2 or more
   * @throws GraphException if it has not as many features
   */
  public Value inference(Value x) {
    Normalizations.featureAxis("batchNorm", x, scale, offset, format);
    Value factor = variance.add(epsilon).rsqrt().mul(scale);
    return Normalizations.affine(
        x.sub(format.alongFeatures(mean, x.rank())), factor, offset, format);
  }
}
