package dev.adjoint.train.report;

import dev.adjoint.tensor.Tensor;

/**
 * An example that was taken for another class.
 *
 * @param image the example, {@code [height, width, channels]}
 * @param label its class
 * @param predicted what it was taken for
 * @param probability how sure that was, 0 to 1
 */
record Mistake(Tensor image, int label, int predicted, double probability) {}
