package dev.adjoint.bench;

import java.util.List;

/**
 * The straight line through samples, by least squares.
 *
 * @param growth by how much it rises from the first sample to the last
 * @param mean of the samples
 */
record Trend(double growth, double mean) {
  /** A value at a time; any units. */
  record Sample(double time, double value) {}

  /** Through at least two samples, in the order of their times. */
  static Trend of(List<Sample> samples) {
    double time = samples.stream().mapToDouble(Sample::time).average().orElseThrow();
    double mean = samples.stream().mapToDouble(Sample::value).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (Sample sample : samples) {
      covariance += (sample.time() - time) * (sample.value() - mean);
      variance += (sample.time() - time) * (sample.time() - time);
    }
    double span = samples.getLast().time() - samples.getFirst().time();
    return new Trend(covariance / variance * span, mean);
  }
}
