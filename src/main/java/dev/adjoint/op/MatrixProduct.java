package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** NumPy's matrix product in terms of {@link Contraction.Dot}. */
final class MatrixProduct {
  private MatrixProduct() {}

  static Value of(Value left, Value right) {
    if (left.rank() == 0 || right.rank() == 0) {
      throw wrong(left, right, "A scalar has no rows or columns; multiply with mul.");
    }
    left.builder().requireOwn(right);
    requireInner(left, right, left.dim(-1), right.dim(right.rank() == 1 ? 0 : -2));
    if (right.rank() <= 2) {
      return left.dot(right, List.of(left.rank() - 1), List.of(0));
    }
    return left.rank() == 1 ? batched(left.expandDims(0), right).squeeze(-2) : batched(left, right);
  }

  private static Value batched(Value left, Value right) {
    Shape batch =
        Broadcasting.common(batchOf(left), batchOf(right))
            .orElseThrow(() -> wrong(left, right, "Their batch sizes do not broadcast."));
    int rank = batch.rank();
    List<Integer> axes = IntStream.range(0, rank).boxed().toList();
    return left.builder()
        .add(
            new Contraction.Dot(List.of(rank + 1), List.of(rank), axes, axes),
            left.broadcast(batch.append(left.dim(-2)).append(left.dim(-1))),
            right.broadcast(batch.append(right.dim(-2)).append(right.dim(-1))));
  }

  private static Shape batchOf(Value matrix) {
    return Shape.of(matrix.shape().dims().subList(0, matrix.rank() - 2));
  }

  private static void requireInner(Value left, Value right, Dim columns, Dim rows) {
    if (!columns.equals(rows)) {
      throw wrong(
          left,
          right,
          "The left side has %s columns, the right side has %s rows; they must be equal."
              .formatted(columns, rows));
    }
  }

  private static GraphException wrong(Value left, Value right, String why) {
    return new GraphException(
        left.name(),
        "matmul",
        "matmul of '%s' %s and '%s' %s: %s"
            .formatted(left.name(), left.type(), right.name(), right.type(), why));
  }
}
