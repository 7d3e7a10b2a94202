package dev.adjoint.train;

/**
 * What a step came to.
 *
 * @param step its number in the run, from 1 on
 * @param epoch its epoch, from 1 on
 * @param epochs how many epochs are planned
 * @param batch its number in the epoch, from 1 on
 * @param batches how many an epoch has
 * @param examples how many examples it took
 * @param loss the loss of the batch
 * @param meanLoss the mean loss of the epoch's examples up to here
 * @param meanAccuracy the accuracy of the epoch's examples up to here; NaN without probabilities
 */
public record StepResult(
    long step,
    int epoch,
    int epochs,
    int batch,
    int batches,
    int examples,
    double loss,
    double meanLoss,
    double meanAccuracy) {}
