package dev.adjoint.check.generate;

import dev.adjoint.graph.Differentiable;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Draws whole graphs: inputs, parameters with and without first values, constants, scopes, named
 * sizes, operators on each other's results, signatures with outputs and updates. A graph is valid
 * by construction and small enough for the reference interpreter. Immutable.
 *
 * @param samplers the operators that may occur
 * @param limits the sizes and dtypes
 * @param maxSteps the most operators, not counting those that make operands fit
 * @param smooth whether values stay moderate and clear of kinks and poles
 */
public record RandomGraphs(
    List<OperatorSampler> samplers, Limits limits, int maxSteps, boolean smooth) {
  /** Copies the list. */
  public RandomGraphs {
    samplers = List.copyOf(samplers);
  }

  /** Graphs of all operators that are installed, of which an interpreter computes some value. */
  public static RandomGraphs usual() {
    return new RandomGraphs(weighted(OperatorSamplers.installed().all()), Limits.USUAL, 12, false);
  }

  /**
   * Graphs whose every operator has a gradient rule, applied where it is smooth. No array is empty;
   * values of floating point are of {@code dtype} and of moderate size; the signature's output
   * {@code loss} is a scalar.
   */
  public static RandomGraphs differentiable(DType dtype) {
    List<OperatorSampler> smooth =
        OperatorSamplers.installed().all().stream()
            .filter(sampler -> Differentiable.class.isAssignableFrom(sampler.operator()))
            .filter(sampler -> sampler.operator() != Control.StopGradient.class)
            .toList();
    Limits limits = Limits.USUAL.withMaxSize(4).withoutEmpty().withDTypes(dtype);
    return new RandomGraphs(weighted(smooth), limits, 8, true);
  }

  /** The operators with the most settings more often than the others. */
  private static List<OperatorSampler> weighted(List<OperatorSampler> samplers) {
    List<OperatorSampler> weighted = new ArrayList<>(samplers);
    samplers.stream()
        .filter(sampler -> sampler.operator() == Convolution.Correlation.class)
        .forEach(sampler -> weighted.addAll(Collections.nCopies(5, sampler)));
    return weighted;
  }

  /** These with at most {@code steps} operators. */
  public RandomGraphs withMaxSteps(int steps) {
    return new RandomGraphs(samplers, limits, steps, smooth);
  }

  /** These within other limits. */
  public RandomGraphs withLimits(Limits other) {
    return new RandomGraphs(samplers, other, maxSteps, smooth);
  }

  /** These of the given operators only. */
  public RandomGraphs withSamplers(List<OperatorSampler> only) {
    return new RandomGraphs(only, limits, maxSteps, smooth);
  }

  /** A graph, the same one for the same seed. */
  public GraphCase draw(long seed) {
    return draw(Choices.of(seed, limits));
  }

  GraphCase draw(Choices choices) {
    return new GraphDrawing(this, choices).draw();
  }
}
