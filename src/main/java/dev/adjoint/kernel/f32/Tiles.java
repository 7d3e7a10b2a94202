package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import java.util.Arrays;

/**
 * The innermost loops. {@link VectorTiles} is fast; {@link ScalarTiles} says what is computed, and
 * is there for a Java runtime without the vector module, to which nothing else refers; {@link
 * WarmingTiles} has the bits of the former, and is soon there in a JVM that has just started.
 *
 * <p>Each sum is taken in the order of its walk, so the bits of an element do not depend on what is
 * computed beside it.
 */
interface Tiles {
  /** The fastest that the options allow. */
  static Tiles of(KernelOptions options) {
    if (!options.vectors()) {
      return new ScalarTiles();
    }
    return options.warming() ? new WarmingTiles() : new VectorTiles();
  }

  /** How many elements a vector has. */
  int lanes();

  /** How many columns of a product are computed at a time: the width of a panel. */
  default int width() {
    return 2 * lanes();
  }

  /**
   * For each row r and each column n of {@link #width()}: {@code y[place(r) + n]} is, or grows by,
   * the sum over the walk of {@code a[read(r) + ..] * b[.. + n]}.
   *
   * @param add whether y holds the sum's beginning
   */
  void product(
      Walk walk,
      Rows rows,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add);

  /**
   * For each row r and each of {@link #lanes()} lanes n: {@code y[place(r) + n]} is, or grows by,
   * the sum over the walk of {@code a[read(r) + .. + n] * b[.. + n]}.
   *
   * @param add whether y holds the sum's beginning
   */
  void lanewise(
      Walk walk,
      Rows rows,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] y,
      int yAt,
      boolean add);

  /** The loops of depthwise convolutions whose window slides. */
  DepthwiseTiles depthwise();

  /**
   * Adds multiples of rows: {@code y[n] += sum_k a[k] * b[k * bStep + n]}, reading b once from
   * beginning to end.
   */
  void addRows(
      int depth,
      int columns,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt);

  /**
   * Sums of multiples of the rows of two panels, which begin at {@code bAt} and at {@code
   * secondAt}: {@code y[n] = sum_k a[k] * b[bAt + k * width + n]} for n of {@link #width()}, then
   * those of the second. In the order of {@link #addRows} from zero, to the same bits.
   */
  default void twoPanels(
      int depth,
      float[] a,
      int aAt,
      int aStep,
      float[] b,
      int bAt,
      int secondAt,
      float[] y,
      int yAt) {
    int width = width();
    Arrays.fill(y, yAt, yAt + 2 * width, 0);
    addRows(depth, width, a, aAt, aStep, b, bAt, width, y, yAt);
    addRows(depth, width, a, aAt, aStep, b, secondAt, width, y, yAt + width);
  }

  /**
   * Inner products: {@code y[n] = sum_k a[k] * b[n * bStep + k]} for {@code columns} n, with {@link
   * #lanes()} elements of scratch.
   */
  void dots(
      int depth,
      int columns,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bStep,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt);

  /**
   * Adds {@code parts} arrays of {@code count} elements, which stand {@code xStep} apart, in their
   * order: {@code y[n] = x[n] + x[xStep + n] + ..}.
   */
  void sum(int parts, int count, float[] x, int xAt, int xStep, float[] y, int yAt);

  /**
   * Copies rows of {@link #width()} elements, which stand {@code xStep} apart, to places that stand
   * {@code yStep} apart.
   */
  void copyRows(int rows, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep);

  /**
   * Copies columns of {@code rows} neighbours, which stand {@code xStep} apart, as rows, which
   * stand {@code yStep} apart: {@code y[r * yStep + n] = x[n * xStep + r]}.
   */
  void transpose(
      int rows, int columns, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep);

  /**
   * The steps of an epilogue on {@code rows} rows of {@code columns} neighbours that stand {@code
   * yStep} apart, as do those of a residual; see {@link dev.adjoint.kernel.Epilogue}. An empty
   * array stands for no bias or no residual.
   */
  void finish(
      int rows,
      int columns,
      float[] y,
      int yAt,
      int yStep,
      float scale,
      float[] bias,
      int biasAt,
      float[] residual,
      int residualAt,
      boolean relu);

  /**
   * Multiplies a small matrix with vectors of {@code count} neighbours, for each of {@code lines}
   * lines l: {@code y[l * yLine + i * yStep + n] = sum_j matrix[i, j] * x[l * xLine + j * xStep +
   * n]}.
   */
  void transform(
      Winograd.Matrix matrix,
      int lines,
      float[] x,
      int xAt,
      int xLine,
      int xStep,
      float[] y,
      int yAt,
      int yLine,
      int yStep,
      int count);
}
