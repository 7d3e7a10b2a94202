package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * How a data set is gone through: in which order, how many examples at a time. Everything random is
 * a function of the seed, the epoch and the example, so an epoch can be gone through again, and
 * from any batch on.
 *
 * <p>
 *
 * {@snippet :
 * Batches batches = Batches.of(digits, 100).shuffled(42).prefetched(4);
 * try (BatchStream epoch = batches.epoch(0)) {
 *   for (Optional<Batch> batch = epoch.next(); batch.isPresent(); batch = epoch.next()) { .. }
 * }
 * }
 *
 * @param data the examples
 * @param batchSize how many examples a batch has; the last one of an epoch may have fewer
 * @param shuffle whether each epoch has an order of its own
 * @param seed of orders and augmentation
 * @param augmentation changes examples
 * @param prefetch how many batches a thread of its own prepares ahead, which then waits; 0 for none
 */
public record Batches(
    Dataset data,
    int batchSize,
    boolean shuffle,
    long seed,
    Augmentation augmentation,
    int prefetch) {
  private static final long ORDER = 1;
  private static final long CHANGE = 2;

  /** Checks the sizes. */
  public Batches {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "A batch has 1 example or more, given %d.".formatted(batchSize));
    }
    if (prefetch < 0) {
      throw new IllegalArgumentException(
          "The number of batches prepared ahead is 0 or more, given %d.".formatted(prefetch));
    }
  }

  /** In order, unchanged, on the caller's thread. */
  public static Batches of(Dataset data, int batchSize) {
    return new Batches(data, batchSize, false, 0, (columns, _) -> columns, 0);
  }

  /** In another order each epoch. */
  public Batches shuffled(long newSeed) {
    return new Batches(data, batchSize, true, newSeed, augmentation, prefetch);
  }

  /** With examples changed at random. */
  public Batches augmented(Augmentation other) {
    return new Batches(data, batchSize, shuffle, seed, other, prefetch);
  }

  /** With batches prepared ahead by a thread of its own. */
  public Batches prefetched(int count) {
    return new Batches(data, batchSize, shuffle, seed, augmentation, count);
  }

  /** How many batches an epoch has. */
  public int count() {
    return Math.ceilDiv(data.size(), batchSize);
  }

  /** The batches of an epoch. */
  public BatchStream epoch(long epoch) {
    return epoch(epoch, 0);
  }

  /** The batches of an epoch from number {@code first} on. */
  public BatchStream epoch(long epoch, int first) {
    BatchStream direct = new Direct(epoch, first);
    return prefetch == 0 ? direct : new PrefetchedStream(direct, prefetch);
  }

  private int[] order(long epoch) {
    if (shuffle) {
      return Seeds.permutation(data.size(), Seeds.mix(seed, ORDER, epoch));
    }
    int[] order = new int[data.size()];
    Arrays.setAll(order, i -> i);
    return order;
  }

  private final class Direct implements BatchStream {
    private final long epoch;
    private final int[] order;
    private int next;

    Direct(long epoch, int first) {
      this.epoch = epoch;
      this.order = order(epoch);
      this.next = first;
    }

    @Override
    public Optional<Batch> next() throws IOException {
      if (next >= count()) {
        return Optional.empty();
      }
      int from = next * batchSize;
      int[] indices = Arrays.copyOfRange(order, from, Math.min(from + batchSize, order.length));
      long[] keys =
          Arrays.stream(indices).mapToLong(i -> Seeds.mix(seed, CHANGE, epoch, i)).toArray();
      Map<String, Tensor> columns = augmentation.apply(data.examples(indices), keys);
      return Optional.of(new Batch(next++, indices.length, columns));
    }

    @Override
    public void close() {}
  }
}
