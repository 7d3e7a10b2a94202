package dev.adjoint.serve;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.List;

/**
 * How each model is run. None of it changes a bit of a result.
 *
 * @param maxBatch the most rows that are computed together; 1 to join no requests
 * @param maxDelay how long a request waits for others to join it, at most the timeout
 * @param preferredSizes the numbers of rows that are computed; requests are filled up to the next
 *     one with zeros, since a plan is compiled and warmed for each. Larger requests run as they are
 * @param concurrency how many batches of one model run at a time
 * @param queue how many requests of one model may wait; more are refused
 * @param timeout the most that a request may take, at most a day; it may ask for less
 * @param versions which versions are served
 */
public record ModelOptions(
    int maxBatch,
    Duration maxDelay,
    ImmutableList<Integer> preferredSizes,
    int concurrency,
    int queue,
    Duration timeout,
    VersionPolicy versions) {
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Checks the ranges. */
  public ModelOptions {
    require(maxBatch >= 1, "maxBatch", maxBatch);
    require(concurrency >= 1, "concurrency", concurrency);
    require(queue >= 1, "queue", queue);
    preferredSizes.forEach(size -> require(size >= 1, "a preferred size", size));
    if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeout is positive and at most %s, given %s.".formatted(LONGEST, timeout));
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(timeout) > 0) {
      throw new IllegalArgumentException(
          "maxDelay is from 0 to the timeout of %s, given %s.".formatted(timeout, maxDelay));
    }
    preferredSizes = ImmutableList.sortedCopyOf(preferredSizes);
  }

  private static void require(boolean holds, String name, int given) {
    if (!holds) {
      throw new IllegalArgumentException("%s is at least 1, given %d.".formatted(name, given));
    }
  }

  /**
   * Batches of up to 32 rows at sizes of powers of two, no delay, 256 waiting, 30 s. Without a
   * delay too, the requests that come while a batch is computed are joined in the next.
   */
  public static ModelOptions standard() {
    return new ModelOptions(
        32,
        Duration.ZERO,
        ImmutableList.of(1, 2, 4, 8, 16, 32),
        1,
        256,
        Duration.ofSeconds(30),
        new VersionPolicy.Latest(1));
  }

  /** The same with other batches. */
  public ModelOptions withBatches(int rows, Duration delay, List<Integer> sizes) {
    return new ModelOptions(
        rows, delay, ImmutableList.copyOf(sizes), concurrency, queue, timeout, versions);
  }

  /** The same without joining requests; sizes are the same, and so are all bits. */
  public ModelOptions unbatched() {
    return new ModelOptions(
        1, Duration.ZERO, preferredSizes, concurrency, queue, timeout, versions);
  }

  /** The same with other limits. */
  public ModelOptions withLimits(int batchesAtATime, int waiting, Duration longest) {
    return new ModelOptions(
        maxBatch, maxDelay, preferredSizes, batchesAtATime, waiting, longest, versions);
  }

  /** The same with other versions. */
  public ModelOptions withVersions(VersionPolicy policy) {
    return new ModelOptions(
        maxBatch, maxDelay, preferredSizes, concurrency, queue, timeout, policy);
  }
}
