package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Consecutive examples of another data set. */
record DatasetSlice(Dataset whole, int from, int size) implements Dataset {
  DatasetSlice {
    Objects.checkFromIndexSize(from, size, whole.size());
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
        Arrays.stream(indices).map(i -> from + Objects.checkIndex(i, size)).toArray());
  }
}
