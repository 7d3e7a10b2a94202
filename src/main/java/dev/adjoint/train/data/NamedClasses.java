package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Another data set with other names for its classes. */
record NamedClasses(Dataset examples, List<String> classes) implements Dataset {
  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public Map<String, TensorType> columns() {
    return examples.columns();
  }

  @Override
  public Map<String, Tensor> examples(int... indices) throws IOException {
    return examples.examples(indices);
  }
}
