package dev.adjoint.tensor;

/** How the elements of two storages of one dtype and size differ. */
final class Comparison {
  /** Weights differ everywhere, so a sample tells them apart. */
  private static final int MOST_HASHED = 256;

  private Comparison() {}

  /** As {@link Tensor#closeTo} says. */
  static boolean areClose(Storage xs, Storage ys, double relative, double absolute) {
    for (int i = 0; i < xs.size(); i++) {
      double bound = absolute + relative * Math.abs(ys.getDouble(i));
      double difference = difference(xs, ys, i);
      if (difference != 0 && (difference == Double.POSITIVE_INFINITY || !(difference <= bound))) {
        return false;
      }
    }
    return true;
  }

  /** As {@link Tensor#maxDifference} says. */
  static double largestDifference(Storage xs, Storage ys) {
    double largest = 0;
    for (int i = 0; i < xs.size(); i++) {
      largest = Math.max(largest, difference(xs, ys, i));
    }
    return largest;
  }

  private static double difference(Storage xs, Storage ys, int i) {
    boolean floating = xs.dtype().isFloating();
    double x = xs.getDouble(i);
    double y = ys.getDouble(i);
    if ((x == y && floating) || xs.bits(i) == ys.bits(i)) {
      return 0;
    }
    double difference = Math.abs(x - y);
    if (Double.isNaN(difference)) {
      return Double.POSITIVE_INFINITY;
    }
    // Two large INT64 may differ and be nearest to the same double.
    return floating ? difference : Math.max(1, difference);
  }

  /** Whether every element has the same bits, all NaNs taken for one. */
  static boolean areSameBits(Storage xs, Storage ys) {
    for (int i = 0; i < xs.size(); i++) {
      if (xs.bits(i) != ys.bits(i)) {
        return false;
      }
    }
    return true;
  }

  /** A hash of a sample of the elements on top of another. */
  static int hash(Storage xs, int start) {
    int hash = start;
    int stride = Math.max(1, xs.size() / MOST_HASHED);
    // Behind the last element of the largest tensor no int follows.
    for (long i = 0; i < xs.size(); i += stride) {
      hash = 31 * hash + Long.hashCode(xs.bits((int) i));
    }
    return hash;
  }
}
