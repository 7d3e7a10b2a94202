package dev.adjoint.check.generate;

import dev.adjoint.tensor.DType;
import java.util.List;

/**
 * What is drawn.
 *
 * @param maxRank the most axes of a shape
 * @param maxSize the largest size of an axis, 2 or more
 * @param empty whether sizes may be 0
 * @param symbolic whether sizes may be named instead of known
 * @param dtypes the dtypes of values that may have any
 */
public record Limits(
    int maxRank, int maxSize, boolean empty, boolean symbolic, List<DType> dtypes) {
  /** Up to 4 axes of sizes 0 to 5, named ones among them, of every dtype. */
  public static final Limits USUAL =
      new Limits(4, 5, /* empty= */ true, /* symbolic= */ true, List.of(DType.values()));

  /** Copies the list and checks the numbers. */
  public Limits {
    dtypes = List.copyOf(dtypes);
    if (maxRank < 0 || maxSize < 2 || dtypes.isEmpty()) {
      throw new IllegalArgumentException(
          "A rank of 0 or more, a size of 2 or more and a dtype are needed, given %d, %d and %s."
              .formatted(maxRank, maxSize, dtypes));
    }
  }

  /** These with another largest size. */
  public Limits withMaxSize(int size) {
    return new Limits(maxRank, size, empty, symbolic, dtypes);
  }

  /** These with only the given dtypes. */
  public Limits withDTypes(DType... only) {
    return new Limits(maxRank, maxSize, empty, symbolic, List.of(only));
  }

  /** These without axes of size 0. */
  public Limits withoutEmpty() {
    return new Limits(maxRank, maxSize, false, symbolic, dtypes);
  }

  /** These with constant sizes only. */
  public Limits withoutSymbols() {
    return new Limits(maxRank, maxSize, empty, false, dtypes);
  }
}
