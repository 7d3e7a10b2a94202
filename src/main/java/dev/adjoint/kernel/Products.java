package dev.adjoint.kernel;

import dev.adjoint.op.Contraction;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Kernels of {@link Contraction.Dot}. Arguments: the two operands, then those of the {@link
 * Epilogue}. Every pair of axes is taken as it lies in memory; nothing needs to be transposed
 * before.
 *
 * <p>Floating point: the sum's order depends on the sizes alone. Sizes and element counts beyond an
 * {@code int} are refused with an {@link IllegalArgumentException}.
 */
public final class Products {
  private Products() {}

  /** The kernel of a dot product with {@link KernelOptions#FASTEST}. */
  public static Kernel kernel(Contraction.Dot op, TensorType a, TensorType b, Epilogue epilogue) {
    return kernel(op, a, b, epilogue, KernelOptions.FASTEST);
  }

  /**
   * The kernel of a dot product.
   *
   * @throws IllegalArgumentException if an operand has symbolic sizes or too many elements, or is
   *     of BOOL, or if integers come with an epilogue of other than a tail
   */
  public static Kernel kernel(
      Contraction.Dot op, TensorType a, TensorType b, Epilogue epilogue, KernelOptions options) {
    ProductShape shape = shape(op, a, b);
    return switch (a.dtype()) {
      case FLOAT32 -> dev.adjoint.kernel.f32.ProductKernels.kernel(shape, epilogue, options);
      case FLOAT64 -> dev.adjoint.kernel.f64.ProductKernels.kernel(shape, epilogue, options);
      case INT32, INT64 -> IntegerSums.product(a.dtype(), shape, epilogue);
      case BOOL -> throw new IllegalArgumentException("There is no dot product of BOOL.");
    };
  }

  /**
   * The kernel in two parts, for a right operand that seldom changes; empty where packing brings
   * nothing.
   */
  public static Optional<Packing> packing(
      Contraction.Dot op, TensorType a, TensorType b, Epilogue epilogue, KernelOptions options) {
    return switch (a.dtype()) {
      case FLOAT32 ->
          dev.adjoint.kernel.f32.ProductKernels.packing(shape(op, a, b), epilogue, options);
      case FLOAT64 ->
          dev.adjoint.kernel.f64.ProductKernels.packing(shape(op, a, b), epilogue, options);
      case INT32, INT64, BOOL -> Optional.empty();
    };
  }

  private static ProductShape shape(Contraction.Dot op, TensorType a, TensorType b) {
    Sizes lhs = Sizes.of(a);
    Sizes rhs = Sizes.of(b);
    List<Integer> pairs =
        new ArrayList<>(IntStream.range(0, op.lhsContract().size()).boxed().toList());
    pairs.sort(Comparator.comparing(op.rhsContract()::get));
    ProductShape shape =
        new ProductShape(
            lhs.along(op.lhsBatch()),
            lhs.along(free(a.rank(), op.lhsBatch(), op.lhsContract())),
            lhs.along(pairs.stream().map(op.lhsContract()::get).toList()),
            rhs.along(op.rhsBatch()),
            rhs.along(pairs.stream().map(op.rhsContract()::get).toList()),
            rhs.along(free(b.rank(), op.rhsBatch(), op.rhsContract())),
            lastAxis(op, a, b));
    Sizes.requireCount("The dot product's result", (double) shape.batch() * shape.m() * shape.n());
    return shape;
  }

  /** The result has the batch axes, then the free ones of the operands. */
  private static int lastAxis(Contraction.Dot op, TensorType a, TensorType b) {
    List<Integer> ofRhs = free(b.rank(), op.rhsBatch(), op.rhsContract());
    List<Integer> ofLhs = free(a.rank(), op.lhsBatch(), op.lhsContract());
    if (!ofRhs.isEmpty()) {
      return Math.toIntExact(b.shape().size(ofRhs.getLast()));
    }
    List<Integer> left = ofLhs.isEmpty() ? op.lhsBatch() : ofLhs;
    return left.isEmpty() ? 1 : Math.toIntExact(a.shape().size(left.getLast()));
  }

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
    return IntStream.range(0, rank)
        .boxed()
        .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
        .toList();
  }
}
