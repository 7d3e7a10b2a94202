package dev.adjoint.kernel;

import dev.adjoint.op.Indexing;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Kernels of {@link Indexing}. Those that read indices throw an {@link OperandException} for one
 * outside its axis, always the first, before they write anything; an operator without a place to
 * read or add looks at no index. Additions go in the order of the updates, in the dtype.
 */
public final class Indexings {
  private Indexings() {}

  /**
   * The kernel of an operator for constant sizes. It does not work in place.
   *
   * @throws IllegalArgumentException if a size is not constant, or an array too large for Java
   */
  public static Kernel kernel(Indexing op, List<TensorType> operands, TensorType result) {
    RowMajor x = RowMajor.of(operands.getFirst());
    RowMajor y = RowMajor.of(result);
    return switch (op) {
      case Indexing.Gather(var axis) -> {
        AxisIndices indices = indices(operands, x, axis);
        int count = indices.indices().count();
        yield new GatherKernel(Elements.of(result.dtype()), x, indices, count, false);
      }
      case Indexing.TakeAlongAxis(var axis) -> {
        AxisIndices indices = indices(operands, x, axis);
        yield new GatherKernel(Elements.of(result.dtype()), x, indices, y.size(axis), true);
      }
      case Indexing.ScatterAdd(var axis) -> {
        AxisIndices indices = indices(operands, x, axis);
        int count = indices.indices().count();
        yield new ScatterAddKernel(Numbers.of(result.dtype()), x, indices, count, false);
      }
      case Indexing.ScatterAddAlongAxis(var axis) -> {
        AxisIndices indices = indices(operands, x, axis);
        int count = indices.indices().size(axis);
        yield new ScatterAddKernel(Numbers.of(result.dtype()), x, indices, count, true);
      }
      case Indexing.TopKIndices(var k, var axis) ->
          new TopKKernel(Numbers.of(operands.getFirst().dtype()), x, Math.toIntExact(k), axis);
    };
  }

  private static AxisIndices indices(List<TensorType> operands, RowMajor x, int axis) {
    return new AxisIndices(RowMajor.of(operands.get(1)), axis, x.size(axis));
  }
}
