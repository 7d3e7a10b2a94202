package dev.adjoint.kernel;

/**
 * A batched matrix product in memory: {@code y[b, m, n] = sum_k a[b, m, k] * b[b, k, n]} with y in
 * row-major order.
 *
 * @param aBatch where the matrices of a begin
 * @param aRow where the rows of one begin
 * @param aDepth where the terms of a row are
 * @param bBatch where the matrices of b begin
 * @param bDepth where the terms of a column are
 * @param bColumn where the columns of one begin
 * @param lastAxis the size of the last axis of y as the graph sees it, which a bias has; rows and
 *     columns may stand for several axes or none
 */
public record ProductShape(
    Offsets aBatch,
    Offsets aRow,
    Offsets aDepth,
    Offsets bBatch,
    Offsets bDepth,
    Offsets bColumn,
    int lastAxis) {
  /** How many products. */
  public int batch() {
    return aBatch.size();
  }

  /** How many rows the result has. */
  public int m() {
    return aRow.size();
  }

  /** How many columns the result has. */
  public int n() {
    return bColumn.size();
  }

  /** How many terms a sum has. */
  public int k() {
    return aDepth.size();
  }

  /** The product with the operands exchanged, whose result is the transposed. */
  public ProductShape transposed() {
    return new ProductShape(bBatch, bColumn, bDepth, aBatch, aDepth, aRow, lastAxis);
  }
}
