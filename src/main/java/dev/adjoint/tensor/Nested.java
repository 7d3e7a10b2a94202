package dev.adjoint.tensor;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nested Java arrays, such as {@code float[][][]}, to and from row-major elements. */
final class Nested {
  private final DType dtype;
  private final long[] sizes;
  private final Object flat;
  private int filled;

  private Nested(DType dtype, long[] sizes, Object flat) {
    this.dtype = dtype;
    this.sizes = sizes;
    this.flat = flat;
  }

  /**
   * Reads a boxed number or a nested array. The first element at each level says how long the rest
   * must be; after an empty array all faster axes have size 0.
   */
  static Tensor read(Object nested) {
    Class<?> leaf = nested.getClass();
    int rank = 0;
    while (leaf.isArray()) {
      leaf = leaf.getComponentType();
      rank++;
    }
    DType dtype = dtypeOf(leaf, nested);
    if (rank > Shape.MAX_RANK) {
      throw new IllegalArgumentException(
          "A tensor has at most %d axes; %s has %d."
              .formatted(Shape.MAX_RANK, nested.getClass().getSimpleName(), rank));
    }
    long[] sizes = new long[rank];
    Object first = nested;
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = Array.getLength(first);
      if (sizes[axis] == 0) {
        break;
      }
      if (axis < rank - 1) {
        first = checkPresent(Array.get(first, 0), List.of());
      }
    }
    int size = Tensor.checkSize(dtype, Shape.of(sizes));
    Storage storage = Storage.allocate(dtype, size);
    if (rank == 0) {
      Array.set(storage.array(), 0, nested);
    } else {
      new Nested(dtype, sizes, storage.array()).fill(nested, 0, new ArrayList<>());
    }
    return new Tensor(storage, Shape.of(sizes));
  }

  private void fill(Object part, int axis, List<Integer> path) {
    int length = Array.getLength(part);
    if (length != sizes[axis]) {
      throw new IllegalArgumentException(
          "The nested array is ragged: %s has %d elements where %d are expected to fill %s."
              .formatted(name(path), length, sizes[axis], TensorType.of(dtype, sizes)));
    }
    if (axis == sizes.length - 1) {
      System.arraycopy(part, 0, flat, filled, length);
      filled += length;
      return;
    }
    for (int i = 0; i < length; i++) {
      path.add(i);
      fill(checkPresent(Array.get(part, i), path), axis + 1, path);
      path.removeLast();
    }
  }

  /** Nested arrays of the tensor's shape; a boxed element for a scalar. */
  static Object write(Storage storage, Shape shape) {
    if (shape.rank() == 0) {
      return Array.get(storage.array(), 0);
    }
    return new Nested(storage.dtype(), shape.sizes(), storage.array()).cut(0);
  }

  private Object cut(int axis) {
    int length = Math.toIntExact(sizes[axis]);
    Class<?> part = flat.getClass().getComponentType();
    for (int i = axis + 1; i < sizes.length; i++) {
      part = part.arrayType();
    }
    Object cut = Array.newInstance(part, length);
    if (axis == sizes.length - 1) {
      System.arraycopy(flat, filled, cut, 0, length);
      filled += length;
    } else {
      for (int i = 0; i < length; i++) {
        Array.set(cut, i, cut(axis + 1));
      }
    }
    return cut;
  }

  private static DType dtypeOf(Class<?> leaf, Object nested) {
    if (leaf == float.class || nested instanceof Float) {
      return DType.FLOAT32;
    } else if (leaf == double.class || nested instanceof Double) {
      return DType.FLOAT64;
    } else if (leaf == int.class || nested instanceof Integer) {
      return DType.INT32;
    } else if (leaf == long.class || nested instanceof Long) {
      return DType.INT64;
    } else if (leaf == boolean.class || nested instanceof Boolean) {
      return DType.BOOL;
    }
    throw new IllegalArgumentException(
        ("A tensor holds float, double, int, long or boolean, not %s; pass nested"
                + " arrays of one of them.")
            .formatted(nested.getClass().getTypeName()));
  }

  private static Object checkPresent(@Nullable Object part, List<Integer> path) {
    if (part == null) {
      throw new IllegalArgumentException(
          "The nested array is ragged: %s is null.".formatted(name(path)));
    }
    return part;
  }

  private static String name(List<Integer> path) {
    return path.isEmpty()
        ? "the outermost array"
        : path.stream().map(i -> "[" + i + "]").collect(Collectors.joining("", "element ", ""));
  }
}
