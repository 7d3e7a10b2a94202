package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Default;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sums of products. */
public sealed interface Contraction extends Primitive, Differentiable {
  /**
   * The batched general dot product: {@code y[b, m, n] = sum_k lhs[b, m, k] * rhs[b, k, n]}, where
   * b are pairs of batch axes, k pairs of contracting axes, m and n the free axes of either side,
   * in their own order. Operands: {@code lhs}, {@code rhs} of one numeric dtype; the result has it.
   * Integers wrap around. The sum of nothing is 0. The order of the sum is fixed by the sizes, so
   * the bits are the same on any number of threads.
   *
   * <p>(C1) Batch and contracting axes come in pairs. (C2) An operand's axis is named once at most
   * and exists. (C3) Paired axes have one size.
   *
   * <p>Gradient: with the sides as matrices {@code [m, k] [k, n] -> [m, n]}, {@code dlhs = dy
   * rhs^T} and {@code drhs = dy^T lhs}, each again a dot product, transposed to the operand's
   * order.
   */
  record Dot(
      List<Integer> lhsContract,
      List<Integer> rhsContract,
      @Default("[]") List<Integer> lhsBatch,
      @Default("[]") List<Integer> rhsBatch)
      implements Contraction {
    /** Copies the lists. */
    public Dot {
      lhsContract = List.copyOf(lhsContract);
      rhsContract = List.copyOf(rhsContract);
      lhsBatch = List.copyOf(lhsBatch);
      rhsBatch = List.copyOf(rhsBatch);
    }

    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      in.numeric(0);
      TensorType lhs = in.get(0);
      TensorType rhs = in.get(1);
      in.require(
          "dtype",
          lhs.dtype() == rhs.dtype(),
          "both sides must have one dtype, given %s and %s. Cast one of them.",
          lhs.dtype(),
          rhs.dtype());
      in.require(
          "C1",
          lhsBatch.size() == rhsBatch.size() && lhsContract.size() == rhsContract.size(),
          "axes come in pairs, given batch %s and %s, contracting %s and %s.",
          lhsBatch,
          rhsBatch,
          lhsContract,
          rhsContract);
      requireAxes(in, 0, lhsBatch, lhsContract);
      requireAxes(in, 1, rhsBatch, rhsContract);
      requireSizes(in, lhsBatch, rhsBatch);
      requireSizes(in, lhsContract, rhsContract);
      List<Dim> dims = new ArrayList<>();
      for (int axis : lhsBatch) {
        dims.add(lhs.dim(axis));
      }
      for (int axis : lhsFree(lhs.rank())) {
        dims.add(lhs.dim(axis));
      }
      for (int axis : rhsFree(rhs.rank())) {
        dims.add(rhs.dim(axis));
      }
      return lhs.withShape(Shape.of(dims));
    }

    private static void requireAxes(
        Operands in, int operand, List<Integer> batch, List<Integer> contract) {
      int rank = in.get(operand).rank();
      List<Integer> named = new ArrayList<>(batch);
      named.addAll(contract);
      in.require(
          "C2",
          new HashSet<>(named).size() == named.size() && areBelow(rank, named),
          "operand %s has rank %s, and its batch axes %s and contracting axes %s must exist and be"
              + " distinct.",
          operand,
          rank,
          batch,
          contract);
    }

    private static boolean areBelow(int rank, List<Integer> axes) {
      for (int axis : axes) {
        if (axis < 0 || axis >= rank) {
          return false;
        }
      }
      return true;
    }

    private static void requireSizes(Operands in, List<Integer> left, List<Integer> right) {
      for (int i = 0; i < left.size(); i++) {
        Dim a = in.get(0).dim(left.get(i));
        Dim b = in.get(1).dim(right.get(i));
        in.require(
            "C3",
            a.equals(b),
            "axis %s of the left side has size %s, axis %s of the right side has size %s. They must"
                + " be equal.",
            left.get(i),
            a,
            right.get(i),
            b);
      }
    }

    private List<Integer> lhsFree(int rank) {
      return free(rank, lhsBatch, lhsContract);
    }

    private List<Integer> rhsFree(int rank) {
      return free(rank, rhsBatch, rhsContract);
    }

    private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        if (!batch.contains(axis) && !contract.contains(axis)) {
          axes.add(axis);
        }
      }
      return List.copyOf(axes);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value lhs = at.operand(0);
      Value rhs = at.operand(1);
      List<Integer> lhsFree = lhsFree(lhs.rank());
      List<Integer> rhsFree = rhsFree(rhs.rank());
      int batches = lhsBatch.size();
      List<Integer> dyBatch = range(0, batches);
      List<Integer> dyLhs = range(batches, lhsFree.size());
      List<Integer> dyRhs = range(batches + lhsFree.size(), rhsFree.size());
      return at.cotangents(
          () -> {
            Value d =
                at.dy().builder().add(new Dot(dyRhs, rhsFree, dyBatch, rhsBatch), at.dy(), rhs);
            return restore(d, lhsBatch, lhsFree, rhsContract, lhsContract);
          },
          () -> {
            Value d =
                at.dy().builder().add(new Dot(dyLhs, lhsFree, dyBatch, lhsBatch), at.dy(), lhs);
            return restore(d, rhsBatch, rhsFree, lhsContract, rhsContract);
          });
    }

    /**
     * Brings the axes of a gradient into the operand's order. They come as batch, own free axes,
     * then the other side's contracting axes in that side's ascending order.
     */
    private static Value restore(
        Value gradient,
        List<Integer> batch,
        List<Integer> free,
        List<Integer> otherContract,
        List<Integer> ownContract) {
      List<Integer> ownOfContract =
          IntStream.range(0, ownContract.size())
              .boxed()
              .sorted(Comparator.comparing(otherContract::get))
              .map(ownContract::get)
              .toList();
      List<Integer> axisAt = Stream.of(batch, free, ownOfContract).flatMap(List::stream).toList();
      return gradient.transpose(new Permutation(axisAt).inverse());
    }

    private static List<Integer> range(int start, int count) {
      return IntStream.range(start, start + count).boxed().toList();
    }

    @Override
    public Linearity linearity() {
      return Linearity.MULTILINEAR;
    }

    @Override
    public Dim multiplyAdds(Operands in) {
      Dim count = infer(in).shape().elements();
      for (int axis : lhsContract) {
        count = count.times(in.get(0).dim(axis));
      }
      return count;
    }
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Dot} with the given pairs of contracting axes and no batch. */
    default Value dot(Value rhs, List<Integer> contract, List<Integer> rhsContract) {
      return self()
          .builder()
          .add(new Dot(contract, rhsContract, List.of(), List.of()), self(), rhs);
    }

    /**
     * The matrix product, by NumPy's rules: matrices are the last two axes, the axes before them
     * broadcast as batch; a vector on the left is a row, on the right a column, and that axis goes.
     *
     * @throws GraphException if the inner sizes differ or one side is a scalar
     */
    default Value matmul(Value other) {
      return MatrixProduct.of(self(), other);
    }

    /** Einstein's summation of this and more values, see {@link Einsum#of}. */
    default Value einsum(String equation, Value... others) {
      return Einsum.of(equation, Stream.concat(Stream.of(self()), Stream.of(others)).toList());
    }
  }
}
