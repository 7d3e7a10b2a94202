package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * How a loop reads or writes an argument: element {@code (i_0, .., i_n)} of the index space is at
 * {@code offset + sum of i_k * strides_k} of the argument. A stride of 0 broadcasts, a negative one
 * reverses, and any order of them transposes.
 *
 * @param argument the position among the kernel's arguments
 * @param dtype of the argument
 * @param offset in elements, from where the argument begins
 * @param strides in elements, one an axis of the index space
 */
public record Access(int argument, DType dtype, int offset, List<Integer> strides) {
  /** Copies the strides. */
  public Access {
    strides = List.copyOf(strides);
  }

  /** All elements in row-major order of an index space of the given sizes. */
  public static Access rowMajor(int argument, DType dtype, List<Integer> sizes) {
    return new Access(argument, dtype, 0, rowMajor(sizes));
  }

  /** The strides of a row-major array of the given sizes. */
  public static List<Integer> rowMajor(List<Integer> sizes) {
    List<Integer> strides = new ArrayList<>();
    int stride = 1;
    for (int size : sizes.reversed()) {
      strides.addFirst(stride);
      stride = Math.multiplyExact(stride, Math.max(size, 1));
    }
    return strides;
  }

  int stride(int axis) {
    return strides.get(axis);
  }
}
