package dev.adjoint.kernel;

/**
 * An elementwise computation that can be run for a part of its elements, so that another kernel
 * applies it to what it has just written, while that is in the cache.
 */
@FunctionalInterface
public interface ElementRange {
  /**
   * Computes the elements {@code from} to {@code to - 1} of the results, counted in row-major
   * order. Deterministic in each element: how the elements are cut into ranges changes no bit.
   */
  void run(Arguments arguments, int from, int to);
}
