package dev.adjoint.kernel;

import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.TensorType;
import java.util.Optional;

/**
 * A max pooling of a correlation's result that the correlation's kernel computes part by part,
 * while a part is in the cache. The windows stay inside the result and cover nothing twice, so a
 * part that begins with a window and is a multiple of the strides long has no window in common with
 * another. The bits are those of {@link Poolings}.
 */
public final class ResultPooling {
  private final PoolingWindows windows;
  private final PoolingLoop loop;
  private final int rowStride;
  private final int columnStride;

  private ResultPooling(PoolingWindows windows, PoolingLoop loop, int rowStride, int columnStride) {
    this.windows = windows;
    this.loop = loop;
    this.rowStride = rowStride;
    this.columnStride = columnStride;
  }

  /**
   * The pooling of a result with features last, along its rows and columns, which are the two axes
   * before the features; the axes before those count planes. Empty for windows that overlap, are
   * padded or dilated, or move along other axes.
   */
  static Optional<ResultPooling> of(
      Pooling.MaxPool op, TensorType result, TensorType pooled, KernelOptions options) {
    int columns = result.rank() - 2;
    int rows = Math.max(1, columns - 1);
    for (int axis = 0; axis < result.rank(); axis++) {
      boolean spatial = axis == rows || axis == columns;
      if (spatial ? !isDisjoint(op, axis) : PoolingWindows.moves(op, axis)) {
        return Optional.empty();
      }
    }
    PoolingWindows windows =
        PoolingWindows.of(op, RowMajor.of(result), RowMajor.of(pooled), rows, columns);
    int rowStride = rows == columns ? 1 : stride(op, rows);
    PoolingLoop loop = Poolings.loop(result.dtype(), windows, options);
    return Optional.of(new ResultPooling(windows, loop, rowStride, stride(op, columns)));
  }

  private static boolean isDisjoint(Pooling.MaxPool op, int axis) {
    WindowAxis window = op.window().get(axis);
    return window.stride() >= op.sizes().get(axis)
        && window.stride() <= Integer.MAX_VALUE
        && window.low().is(0)
        && window.high().is(0)
        && window.dilation() == 1;
  }

  private static int stride(Pooling.MaxPool op, int axis) {
    return (int) op.window().get(axis).stride();
  }

  /** How many rows of the result a step of the window takes, with those that it may leave out. */
  public int rowStride() {
    return rowStride;
  }

  /** How many columns of the result a step of the window takes. */
  public int columnStride() {
    return columnStride;
  }

  /**
   * Pools a part of a plane: some rows, counted from a multiple of the row stride, and some of
   * their columns, from a multiple of the column stride.
   *
   * @param arguments the result that is pooled, and the pooled one
   */
  public void pool(
      Arguments arguments, int plane, int row, int rowLimit, int column, int columnLimit) {
    int allRows = windows.rows().steps();
    int allColumns = windows.columns().steps();
    int lastRow = Math.min(allRows, Math.ceilDiv(rowLimit, rowStride));
    int lastColumn = Math.min(allColumns, Math.ceilDiv(columnLimit, columnStride));
    int channels = windows.channels();
    int planeAt = plane * windows.planeSize();
    for (int i = row / rowStride; i < lastRow; i++) {
      for (int j = column / columnStride; j < lastColumn; j++) {
        int place = ((plane * allRows + i) * allColumns + j) * channels;
        loop.max(i, j, channels, arguments, planeAt, place);
      }
    }
  }
}
