package dev.adjoint.train;

import java.util.Arrays;

/**
 * How often each class was taken for each: counts by the true class and the class of the greatest
 * probability. Immutable.
 */
public final class ConfusionMatrix {
  private final long[][] counts;

  /** Takes over the counts, {@code [true class][predicted class]}. */
  ConfusionMatrix(long[][] counts) {
    this.counts = counts;
  }

  /** How many classes there are. */
  public int classes() {
    return counts.length;
  }

  /** How often {@code actual} was taken for {@code predicted}. */
  public long count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  /** How many examples were judged. */
  public long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** The part that was right, 0 to 1; NaN of no examples. */
  public double accuracy() {
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return (double) right / total();
  }

  /** The part of the examples of a class that was recognised; NaN if there are none. */
  public double recall(int actual) {
    return (double) counts[actual][actual] / Arrays.stream(counts[actual]).sum();
  }

  /** The part of what was taken for a class that is of it; NaN if nothing was. */
  public double precision(int predicted) {
    long taken = 0;
    for (long[] row : counts) {
      taken += row[predicted];
    }
    return (double) counts[predicted][predicted] / taken;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(counts);
  }

  /** A table: a row for each true class, a column for what it was taken for. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("true \\ predicted");
    for (int i = 0; i < counts.length; i++) {
      text.append("%8d".formatted(i));
    }
    for (int i = 0; i < counts.length; i++) {
      text.append("%n%16d".formatted(i));
      for (long count : counts[i]) {
        text.append("%8d".formatted(count));
      }
    }
    return text.toString();
  }
}
