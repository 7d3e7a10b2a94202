package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;

/**
 * The transform of an input's tiles for {@link Winograd}'s algorithms. The tiles of an image
 * overlap; they are counted over all images, row by row.
 *
 * <p>The transformed tiles are points x slots x features: {@code y[point * pitch + slot * features
 * + feature]}.
 */
final class WinogradInput {
  /** Tiles of a row whose input is copied at a time. */
  private static final int MOST_COPIED = 8;

  private final Tiles tiles;
  private final Axis h;
  private final Axis w;
  private final int imageStride;
  private final int features;
  private final int points;
  private final int step;
  private final int tileColumns;
  private final int tilesPerImage;
  private final int pitch;
  private final Winograd.Matrix matrix;
  private final Band band;

  /**
   * Tiles that stand {@code step} apart.
   *
   * @param imageStride from one image of the input to the next
   * @param features how many neighbours a pixel has, which are transformed alike
   * @param tileRows how many tiles an image has along its height
   * @param tileColumns and along its width
   * @param pitch from one point's transformed tiles to the next's
   */
  WinogradInput(
      Tiles tiles,
      Winograd winograd,
      CorrelationShape shape,
      int imageStride,
      int features,
      int step,
      int tileRows,
      int tileColumns,
      int pitch) {
    this.tiles = tiles;
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.imageStride = imageStride;
    this.features = features;
    this.points = winograd.points();
    this.step = step;
    this.tileColumns = tileColumns;
    this.tilesPerImage = tileRows * tileColumns;
    this.pitch = pitch;
    this.matrix = winograd.input();
    this.band = new Band(shape, /* dilated= */ false, features, 1, features);
  }

  /** How many elements of scratch {@link #transform} needs. */
  int scratch() {
    int copied = points * extent(Math.min(tileColumns, MOST_COPIED));
    return (points * points + copied) * features;
  }

  /** How many columns of the input some neighbouring tiles cover. */
  private int extent(int tiles) {
    return (tiles - 1) * step + points;
  }

  /**
   * Transforms tiles from {@code first} on into the first slots, by stretches of tiles in one row.
   * A stretch that reaches beyond the image is copied with its padding.
   */
  void transform(
      int first,
      int count,
      float[] x,
      int xAt,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    int patchAt = scratchAt + points * points * features;
    int slot = 0;
    while (slot < count) {
      int tile = first + slot;
      int restOfRow = tileColumns - tile % tileColumns;
      int stretch = Math.min(Math.min(restOfRow, count - slot), MOST_COPIED);
      int imageAt = xAt + tile / tilesPerImage * imageStride;
      int row = tile % tilesPerImage / tileColumns * step - h.low();
      int column = tile % tileColumns * step - w.low();
      int extent = extent(stretch);
      int to = yAt + slot * features;
      if (isInside(row, points, h) && isInside(column, extent, w)) {
        int at = imageAt + row * h.xStride() + column * w.xStride();
        stretch(stretch, x, at, h.xStride(), y, to, scratch, scratchAt);
      } else {
        band.copy(x, imageAt, 0, 1, row, points, column, extent, 0, scratch, patchAt);
        stretch(stretch, scratch, patchAt, extent * features, y, to, scratch, scratchAt);
      }
      slot += stretch;
    }
  }

  private static boolean isInside(int first, int extent, Axis axis) {
    return first >= 0 && first + extent <= axis.input();
  }

  private void stretch(
      int count,
      float[] x,
      int xAt,
      int rowPitch,
      float[] y,
      int yAt,
      float[] scratch,
      int scratchAt) {
    int line = points * features;
    for (int i = 0; i < count; i++) {
      int from = xAt + i * step * features;
      int to = yAt + i * features;
      tiles.transform(
          matrix, points, x, from, features, rowPitch, scratch, scratchAt, features, line,
          features);
      tiles.transform(
          matrix,
          points,
          scratch,
          scratchAt,
          line,
          features,
          y,
          to,
          points * pitch,
          pitch,
          features);
    }
  }
}
