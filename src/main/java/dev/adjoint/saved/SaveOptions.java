package dev.adjoint.saved;

import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * How a {@link SavedModel} is written.
 *
 * @param signatures the signatures to keep, with what they need and no more; absent for the whole
 *     graph
 * @param frozen whether parameters become constants: the model can then only infer, and a reader
 *     may compute with them ahead
 * @param inside whether weights stand in the same file as the graph, so that this file alone is the
 *     model; together at most 1 GiB
 * @param storage how the elements of weights are stored; constants, also frozen ones, always with
 *     all their bits
 */
public record SaveOptions(
    Optional<ImmutableSet<String>> signatures,
    boolean frozen,
    boolean inside,
    WeightStorage storage) {
  private static final SaveOptions STANDARD =
      new SaveOptions(Optional.empty(), false, false, WeightStorage.FULL);

  /** The whole graph, from which training can go on, with its weights in a file beside it. */
  public static SaveOptions standard() {
    return STANDARD;
  }

  /** The same with only these signatures. */
  public SaveOptions only(String... names) {
    return new SaveOptions(Optional.of(ImmutableSet.copyOf(names)), frozen, inside, storage);
  }

  /** The same with the parameters as constants of the graph. */
  public SaveOptions freezing() {
    return new SaveOptions(signatures, true, inside, storage);
  }

  /** The same with the weights in the graph's file. */
  public SaveOptions withWeightsInside() {
    return new SaveOptions(signatures, frozen, true, storage);
  }

  /** The same with another storage of weights. */
  public SaveOptions storing(WeightStorage other) {
    return new SaveOptions(signatures, frozen, inside, other);
  }
}
