package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A number for each spatial axis: either one that holds for all of them, or one an axis.
 *
 * @param values the numbers, at least one
 */
public record PerAxis(List<Long> values) {
  /** Copies the list. */
  public PerAxis {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new GraphException("Give one number for all spatial axes, or one an axis; none given.");
    }
  }

  /** One number for all spatial axes, or one an axis. */
  public static PerAxis of(long... values) {
    return new PerAxis(Arrays.stream(values).boxed().toList());
  }

  /** The number of a spatial axis, counted from 0. */
  public long at(int spatialAxis) {
    return values.size() == 1 ? values.getFirst() : values.get(spatialAxis);
  }

  /** As many numbers as there are spatial axes. */
  public List<Long> forRank(int spatialRank) {
    return IntStream.range(0, spatialRank).mapToObj(this::at).toList();
  }

  /** Whether there are numbers for that many spatial axes. */
  boolean fits(int spatialRank) {
    return values.size() == 1 || values.size() == spatialRank;
  }

  /** This, if every number is at least {@code least}. */
  PerAxis requireAtLeast(long least, String what) {
    for (long value : values) {
      if (value < least) {
        throw new GraphException("%s must be %d or more, given %s.".formatted(what, least, this));
      }
    }
    return this;
  }

  /** The numbers with a cross between them, as in {@code 3x5}. */
  @Override
  public String toString() {
    return values.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
