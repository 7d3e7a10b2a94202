package dev.adjoint.kernel;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Kernels of {@link Source}, but for constants, whose elements are there already. Exact: random
 * numbers are the same bits on every machine.
 */
public final class Sources {
  private Sources() {}

  /**
   * The kernel of an operator for constant sizes.
   *
   * @throws IllegalArgumentException if the operator is a constant, a size is not constant, or an
   *     array too large for Java
   */
  public static Kernel kernel(Source op, List<TensorType> operands, TensorType result) {
    RowMajor y = RowMajor.of(result);
    return switch (op) {
      case Source.Constant _ ->
          throw new IllegalArgumentException(
              "A constant %s is not computed. Use the elements of its tensor.".formatted(result));
      case Source.Size(var size) -> new SizeKernel(size.value());
      case Source.Iota(_, var axis) -> new IotaKernel(Numbers.of(result.dtype()), y, axis);
      case Source.Random random -> new RandomKernel(Distribution.of(random), y.count());
    };
  }
}
