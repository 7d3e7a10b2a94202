package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Examples by number, from 0 on: each is one tensor a column, such as {@code image} and {@code
 * label}. Immutable; may be read by several threads.
 */
public interface Dataset {
  /** The column that readers of images fill. */
  String IMAGE = "image";

  /** The column of class numbers, INT32 scalars from 0 on. */
  String LABEL = "label";

  /** How many examples there are. */
  int size();

  /** The type of one example in each column; its sizes are constants. */
  Map<String, TensorType> columns();

  /** The names of the classes that {@link #LABEL} counts; empty if there is no such column. */
  List<String> classes();

  /**
   * Some examples, stacked along a new first axis, in the order asked for.
   *
   * @return a tensor {@code [indices.length, ..]} for each column
   * @throws IndexOutOfBoundsException if there is no such example
   * @throws IOException if an example cannot be read
   */
  Map<String, Tensor> examples(int... indices) throws IOException;

  /**
   * The examples from {@code from} on, before {@code to}.
   *
   * @throws IndexOutOfBoundsException if they are not all there
   */
  default Dataset slice(int from, int to) {
    return new DatasetSlice(this, from, to - from);
  }
}
