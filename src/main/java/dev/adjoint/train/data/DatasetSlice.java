package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Consecutive examples of another data set. */
record DatasetSlice(Dataset whole, int from, int size) implements Dataset {
  DatasetSlice {
    if (from < 0 || size < 0 || from + (long) size > whole.size()) {
      throw new IndexOutOfBoundsException(
          "A slice from %d to %d does not lie in a data set of %d examples, numbered from 0."
              .formatted(from, from + (long) size, whole.size()));
    }
  }

  /** The number of an example, of a data set of {@code size}. */
  static int requireExample(int number, int size) {
    if (number < 0 || number >= size) {
      throw new IndexOutOfBoundsException(
          "There is no example %d in a data set of %d, numbered from 0.".formatted(number, size));
    }
    return number;
  }

  @Override
  public Map<String, TensorType> columns() {
    return whole.columns();
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public Map<String, Tensor> examples(int... indices) throws IOException {
    return whole.examples(
        Arrays.stream(indices).map(i -> from + requireExample(i, size)).toArray());
  }
}
