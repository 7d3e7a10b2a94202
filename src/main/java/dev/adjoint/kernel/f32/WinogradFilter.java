package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;
import java.util.Arrays;

/**
 * The transform of the tiles of an output's gradient, which are the filters of a {@link
 * WinogradGradient}. They do not overlap; they are counted over all images, row by row, and those
 * that reach beyond the image are filled up with zeros.
 *
 * <p>The transformed tiles are points x slots x features: {@code y[point * pitch + slot * row +
 * feature]}, each row filled up with zeros.
 */
final class WinogradFilter {
  private final Tiles tiles;
  private final Axis h;
  private final Axis w;
  private final int imageStride;
  private final int features;
  private final int row;
  private final int points;
  private final int products;
  private final int size;
  private final int tileColumns;
  private final int tilesPerImage;
  private final int pitch;
  private final Winograd.Matrix matrix;

  /**
   * Tiles without gaps.
   *
   * @param row from one slot to the next
   * @param pitch from one point's transformed tiles to the next's
   */
  WinogradFilter(Tiles tiles, Winograd winograd, CorrelationShape shape, int row, int pitch) {
    this.tiles = tiles;
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.imageStride = shape.wDepth();
    this.features = shape.columns();
    this.row = row;
    this.points = winograd.points();
    this.products = winograd.products();
    this.size = winograd.taps();
    this.tileColumns = Math.ceilDiv(w.taps(), size);
    this.tilesPerImage = tileColumns * Math.ceilDiv(h.taps(), size);
    this.pitch = pitch;
    this.matrix = winograd.filter();
  }

  /** How many elements of scratch {@link #transform} needs. */
  int scratch() {
    return (points + size) * size * features;
  }

  /** Transforms tiles from {@code first} on into the first slots. */
  void transform(
      int first,
      int count,
      float[] x,
      int xAt,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    for (int slot = 0; slot < count; slot++) {
      transform(first + slot, x, xAt, y, yAt + slot * row, scratch, scratchAt);
    }
  }

  private void transform(
      int tile, float[] x, int xAt, float[] y, int yAt, float[] scratch, int scratchAt) {
    int firstRow = tile % tilesPerImage / tileColumns * size;
    int firstColumn = tile % tileColumns * size;
    int rows = Math.min(size, h.taps() - firstRow);
    int used = Math.min(size, w.taps() - firstColumn) * features;
    int from =
        xAt
            + tile / tilesPerImage * imageStride
            + firstRow * h.wStride()
            + firstColumn * w.wStride();
    int line = size * features;
    if (rows == size && used == line) {
      transform(x, from, h.wStride(), y, yAt, scratch, scratchAt);
      return;
    }
    int patchAt = scratchAt + points * line;
    Arrays.fill(scratch, patchAt, patchAt + size * line, 0);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, from + r * h.wStride(), scratch, patchAt + r * line, used);
    }
    transform(scratch, patchAt, line, y, yAt, scratch, scratchAt);
  }

  private void transform(
      float[] x, int xAt, int rowPitch, float[] y, int yAt, float[] scratch, int scratchAt) {
    int line = size * features;
    tiles.transform(
        matrix, size, x, xAt, features, rowPitch, scratch, scratchAt, features, line, features);
    tiles.transform(
        matrix,
        points,
        scratch,
        scratchAt,
        line,
        features,
        y,
        yAt,
        points * pitch,
        pitch,
        features);
    for (int i = 0; i < products && features < row; i++) {
      Arrays.fill(y, yAt + i * pitch + features, yAt + i * pitch + row, 0);
    }
  }
}
