package dev.adjoint.train;

/**
 * What an epoch came to. Losses are means over examples, accuracies parts from 0 to 1; NaN stands
 * for what was not measured.
 *
 * @param epoch the number of the epoch, from 1 on
 * @param step how many steps were taken up to its end
 * @param loss of the training examples, each as it was met
 * @param accuracy of the training examples, each as it was met
 * @param validationLoss of the validation examples at the epoch's end
 * @param validationAccuracy of the validation examples at the epoch's end
 */
public record EpochResult(
    int epoch,
    long step,
    double loss,
    double accuracy,
    double validationLoss,
    double validationAccuracy) {
  /** Whether there were validation examples. */
  public boolean isValidated() {
    return !Double.isNaN(validationLoss);
  }

  /** Whether it does better on the validation examples: more accuracy, at a tie less loss. */
  boolean isBetterThan(EpochResult other) {
    int byAccuracy = Double.compare(known(validationAccuracy), known(other.validationAccuracy));
    return byAccuracy == 0 ? validationLoss < other.validationLoss : byAccuracy > 0;
  }

  private static double known(double accuracy) {
    return Double.isNaN(accuracy) ? 0 : accuracy;
  }
}
