package dev.adjoint.kernel;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernels of {@link Movement}, of every dtype. All of them copy: exact, each element of the result
 * written by one task.
 */
public final class Movements {
  private Movements() {}

  /**
   * The kernel of an operator for constant sizes. It does not work in place.
   *
   * @throws IllegalArgumentException if a size is not constant, or an array too large for Java
   */
  public static Kernel kernel(Movement op, List<TensorType> operands, TensorType result) {
    Elements elements = Elements.of(result.dtype());
    RowMajor x = RowMajor.of(operands.getFirst());
    RowMajor y = RowMajor.of(result);
    return switch (op) {
      case Movement.Reshape(_) -> view(elements, y, 0, y.strides());
      case Movement.Transpose(var permutation) -> transpose(elements, x, y, permutation);
      case Movement.Broadcast(_) -> broadcast(elements, x, y);
      case Movement.Slice(var axes) -> slice(elements, x, y, axes);
      case Movement.Pad(var axes) -> new PadKernel(elements, x, y, axes);
      case Movement.Concat(var axis) -> concat(elements, operands, y, axis);
      case Movement.Reverse(var axes) -> reverse(elements, x, y, axes);
    };
  }

  /**
   * A kernel that gathers the elements of a view: element {@code index} of the result is the
   * operand's at {@code start + sum of index[axis] * strides[axis]}.
   *
   * @param result of constant sizes; the operand is of its dtype
   * @param strides one an axis of the result; 0 repeats, a negative one goes backwards
   */
  public static Kernel gathering(TensorType result, int start, int[] strides) {
    return view(Elements.of(result.dtype()), RowMajor.of(result), start, strides);
  }

  /** Fills y with the elements of x that stand at the given strides from {@code start}. */
  private static Kernel view(Elements elements, RowMajor y, int start, int[] strides) {
    return new CopyKernel(
        List.of(StridedCopy.of(elements, axes(y.sizes(), strides, y.strides()), start, 0)));
  }

  private static List<StridedCopy.Axis> axes(int[] sizes, int[] xStrides, int[] yStrides) {
    List<StridedCopy.Axis> axes = new ArrayList<>();
    for (int axis = 0; axis < sizes.length; axis++) {
      axes.add(new StridedCopy.Axis(sizes[axis], xStrides[axis], yStrides[axis]));
    }
    return axes;
  }

  private static Kernel transpose(
      Elements elements, RowMajor x, RowMajor y, Permutation permutation) {
    int[] strides = permutation.order().stream().mapToInt(x::stride).toArray();
    return view(elements, y, 0, strides);
  }

  private static Kernel broadcast(Elements elements, RowMajor x, RowMajor y) {
    int[] strides = new int[y.rank()];
    int added = y.rank() - x.rank();
    for (int axis = 0; axis < x.rank(); axis++) {
      strides[added + axis] = x.size(axis) == 1 ? 0 : x.stride(axis);
    }
    return view(elements, y, 0, strides);
  }

  private static Kernel slice(
      Elements elements, RowMajor x, RowMajor y, List<Movement.SliceAxis> parts) {
    if (y.count() == 0) {
      return new CopyKernel(List.of());
    }
    int[] strides = x.strides();
    int start = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      start += Math.toIntExact(parts.get(axis).start().value()) * x.stride(axis);
      // A single element is not stepped from, and its step may be larger than any array.
      strides[axis] *= y.size(axis) == 1 ? 1 : Math.toIntExact(parts.get(axis).stride());
    }
    return view(elements, y, start, strides);
  }

  private static Kernel reverse(Elements elements, RowMajor x, RowMajor y, Axes axes) {
    if (y.count() == 0) {
      return new CopyKernel(List.of());
    }
    int[] strides = x.strides();
    int start = 0;
    for (int axis : axes.indices()) {
      start += (x.size(axis) - 1) * x.stride(axis);
      strides[axis] = -x.stride(axis);
    }
    return view(elements, y, start, strides);
  }

  private static Kernel concat(Elements elements, List<TensorType> operands, RowMajor y, int axis) {
    List<StridedCopy> copies = new ArrayList<>();
    int start = 0;
    for (TensorType operand : operands) {
      RowMajor x = RowMajor.of(operand);
      copies.add(StridedCopy.of(elements, axes(x.sizes(), x.strides(), y.strides()), 0, start));
      start += x.size(axis) * y.stride(axis);
    }
    return new CopyKernel(copies);
  }
}
