package dev.adjoint.kernel;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements along an axis stand in an array, relative to its first: a constant number of
 * elements apart, or, for several axes that were made one, anywhere.
 */
public final class Offsets {
  /** One axis of an array in memory. */
  public record Axis(int size, int stride) {}

  private final int size;
  private final int stride;
  private final int[] table;

  private Offsets(int size, int stride, int[] table) {
    this.size = size;
    this.stride = stride;
    this.table = table;
  }

  /** A constant number of elements apart. */
  public static Offsets apart(int size, int stride) {
    return new Offsets(size, stride, new int[0]);
  }

  /** All combinations of the axes' places, the last axis fastest. */
  public static Offsets of(List<Axis> axes) {
    int size = 1;
    for (Axis axis : axes) {
      size *= axis.size();
    }
    int[] table = new int[size];
    int period = size;
    for (Axis axis : axes) {
      period = axis.size() == 0 ? 0 : period / axis.size();
      for (int i = 0; i < size; i++) {
        table[i] += i / period % axis.size() * axis.stride();
      }
    }
    return of(table);
  }

  /** The places that a table lists, of which the first is 0. */
  public static Offsets of(int[] table) {
    int size = table.length;
    int stride = size < 2 ? 1 : table[1];
    for (int i = 0; i < size; i++) {
      if (table[i] != i * stride) {
        return new Offsets(size, 0, table.clone());
      }
    }
    return apart(size, stride);
  }

  /** How many places. */
  public int size() {
    return size;
  }

  /** Whether the places are a constant number of elements apart. */
  public boolean isRegular() {
    return table.length == 0;
  }

  /** The distance of neighbours, if {@link #isRegular()}. */
  public int stride() {
    return stride;
  }

  /** Whether neighbours are neighbours in memory. */
  public boolean isContiguous() {
    return isRegular() && stride == 1;
  }

  /** The offset of a place. */
  public int at(int i) {
    return table.length == 0 ? i * stride : table[i];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Offsets offsets
        && size == offsets.size
        && stride == offsets.stride
        && Arrays.equals(table, offsets.table);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * size + stride) + Arrays.hashCode(table);
  }

  @Override
  public String toString() {
    return isRegular() ? "%d apart %d".formatted(size, stride) : Arrays.toString(table);
  }
}
