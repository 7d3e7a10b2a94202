package dev.adjoint.train.data;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Npy;
import dev.adjoint.tensor.Npz;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Examples from tensors in memory, whose first axis counts the examples. */
public final class TensorDataset implements Dataset {
  /** All values of a column as bytes, so that rows can be picked whatever the dtype. */
  private record Column(TensorType example, ByteBuffer bytes, int width) {
    static Column of(Tensor tensor) {
      TensorType example = tensor.type().withShape(tensor.shape().remove(0));
      int width = Math.toIntExact(example.shape().elementCount() * example.dtype().byteSize());
      return new Column(example, tensor.toBytes(), width);
    }

    Tensor rows(int[] indices) {
      ByteBuffer rows = ByteBuffer.allocate(width * indices.length);
      for (int index : indices) {
        rows.put(bytes.slice(index * width, width));
      }
      Shape shape = example.shape().insert(0, Dim.of(indices.length));
      return Tensor.of(rows.flip(), example.dtype(), shape.sizes());
    }
  }

  private final ImmutableMap<String, Column> columns;
  private final int size;
  private final List<String> classes;

  private TensorDataset(Map<String, Tensor> columns, int size, List<String> classes) {
    this.columns = ImmutableMap.copyOf(Maps.transformValues(columns, Column::of));
    this.size = size;
    this.classes = List.copyOf(classes);
  }

  /**
   * A data set of the given columns. Integers named {@link Dataset#LABEL} become INT32 and must be
   * the numbers of classes, which are named by their numbers.
   *
   * @throws IllegalArgumentException if there is no column, one has no first axis, two have
   *     different numbers of examples, or a label is negative
   */
  public static TensorDataset of(Map<String, Tensor> columns) {
    Map<String, Tensor> all = new LinkedHashMap<>(columns);
    all.computeIfPresent(LABEL, (_, label) -> classNumbers(label));
    int size = commonSize(all);
    Tensor label = all.get(LABEL);
    List<String> classes = label == null || !label.dtype().isInteger() ? List.of() : names(label);
    return new TensorDataset(all, size, classes);
  }

  /**
   * Reads an {@code .npz} file: each array is a column of its name.
   *
   * @throws IOException if it cannot be read, or its arrays are no columns as in {@link #of}
   */
  public static TensorDataset readNpz(Path file) throws IOException {
    return checked(file, Npz.read(file));
  }

  /**
   * Reads one {@code .npy} file a column.
   *
   * @param files file by name of the column
   * @throws IOException if one cannot be read, or they are no columns as in {@link #of}
   */
  public static TensorDataset readNpy(Map<String, Path> files) throws IOException {
    Map<String, Tensor> columns = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      columns.put(file.getKey(), Npy.read(file.getValue()));
    }
    return checked(files.values(), columns);
  }

  private static TensorDataset checked(Object source, Map<String, Tensor> columns)
      throws DataFormatException {
    try {
      return of(columns);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(source + ": " + e.getMessage(), e);
    }
  }

  private static Tensor classNumbers(Tensor label) {
    if (!label.dtype().isInteger()) {
      return label;
    }
    for (int i = 0; i < label.size(); i++) {
      if (label.getLong(i) < 0 || label.getLong(i) > Integer.MAX_VALUE - 1) {
        throw new IllegalArgumentException(
            "The label of example %d is %d. Labels count classes from 0 on."
                .formatted(i, label.getLong(i)));
      }
    }
    return label.cast(DType.INT32);
  }

  private static List<String> names(Tensor label) {
    int classes = 0;
    for (int i = 0; i < label.size(); i++) {
      classes = Math.max(classes, (int) label.getLong(i) + 1);
    }
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private static int commonSize(Map<String, Tensor> columns) {
    String first = "";
    long size = -1;
    for (Map.Entry<String, Tensor> column : columns.entrySet()) {
      Tensor tensor = column.getValue();
      if (tensor.rank() == 0) {
        throw new IllegalArgumentException(
            "The column '%s' is %s: it has no first axis that counts the examples."
                .formatted(column.getKey(), tensor.type()));
      }
      if (size >= 0 && tensor.dim(0) != size) {
        throw new IllegalArgumentException(
            "The column '%s' has %d examples, '%s' has %d. They must have as many."
                .formatted(first, size, column.getKey(), tensor.dim(0)));
      }
      first = column.getKey();
      size = tensor.dim(0);
    }
    if (size < 0) {
      throw new IllegalArgumentException("There is no column. Pass at least one.");
    }
    return Math.toIntExact(size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Map<String, TensorType> columns() {
    return ImmutableMap.copyOf(Maps.transformValues(columns, Column::example));
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Map<String, Tensor> examples(int... indices) {
    for (int index : indices) {
      DatasetSlice.requireExample(index, size);
    }
    return ImmutableMap.copyOf(Maps.transformValues(columns, column -> column.rows(indices)));
  }
}
