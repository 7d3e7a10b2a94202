package dev.adjoint.train.data;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.Tensor;
import java.util.Map;

/**
 * Some examples that are taken together.
 *
 * @param number the position in the epoch, from 0 on
 * @param size how many examples it has; the last batch of an epoch may have fewer
 * @param columns a tensor {@code [size, ..]} a column
 */
public record Batch(int number, int size, Map<String, Tensor> columns) {
  /** Copies the map. */
  public Batch {
    columns = ImmutableMap.copyOf(columns);
  }

  /**
   * The tensor of a column.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public Tensor column(String name) {
    Tensor column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "The batch has no column '%s', only %s.".formatted(name, columns.keySet()));
    }
    return column;
  }
}
