package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import java.util.Map;

/** Changes examples at random before they are learned from. */
@FunctionalInterface
public interface Augmentation {
  /**
   * The changed examples.
   *
   * @param columns a batch
   * @param keys one an example: the only source of chance, so that it does not matter which
   *     examples share a batch
   */
  Map<String, Tensor> apply(Map<String, Tensor> columns, long[] keys);
}
