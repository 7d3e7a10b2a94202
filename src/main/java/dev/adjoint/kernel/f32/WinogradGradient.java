package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import dev.adjoint.kernel.Workspace;
import java.util.Arrays;

/**
 * Gradients with respect to 3 x 3 and 5 x 5 kernels by {@link Winograd}'s algorithm, in the letters
 * of {@link Contracted}. A tile of the output's gradient acts as a filter on a tile of the input,
 * and yields 3 x 3 or 5 x 5 results: with six points a filter of 4 x 4 or 2 x 2 taps. The product
 * of each pair of points is summed over all tiles before it is transformed, once, to the result.
 */
final class WinogradGradient implements Kernel {
  private static final int LEAST_FEATURES = 16;
  private static final int LEAST_TILES = 64;
  private static final int MOST_TILES = 128;
  private static final int BLOCK = 640 * 1024;
  private static final int MOST_PARTS = 2560 * 1024;
  private static final int MOST_SLICES = 8;
  private static final int ROWS_OF_SUM = 4;

  private final Tiles tiles;
  private final CorrelationShape shape;
  private final Finish finish;
  private final Axis h;
  private final Axis w;
  private final int batch;
  private final int columns;
  private final int width;
  private final int panels;
  private final int pitch;
  private final int points;
  private final int products;
  private final int filterSize;
  private final WinogradInput input;
  private final Winograd.Matrix filter;
  private final Winograd.Matrix result;
  private final int tileColumns;
  private final int tilesPerImage;
  private final int allTiles;
  private final int slices;
  private final int block;
  private final Rows rows;
  private final Walk[] walks;
  private final int inputPitch;
  private final int filterPitch;
  private final int filtersAt;
  private final int scratchAt;
  private final int patchAt;

  WinogradGradient(Tiles tiles, CorrelationShape shape, Epilogue epilogue) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.batch = shape.batch();
    this.columns = shape.columns();
    this.width = tiles.width();
    this.panels = Panels.count(columns, width);
    this.pitch = panels * width;
    Winograd winograd = Winograd.ofGradient(h.output(), shape.depth(), h.taps(), w.taps());
    this.points = winograd.points();
    this.products = winograd.products();
    this.filterSize = winograd.taps();
    this.filter = winograd.filter();
    this.result = winograd.result();
    this.tileColumns = Math.ceilDiv(w.taps(), filterSize);
    this.tilesPerImage = tileColumns * Math.ceilDiv(h.taps(), filterSize);
    this.allTiles = shape.depth() * tilesPerImage;
    this.slices =
        Math.clamp(
            Math.min(MOST_PARTS / (products * batch * pitch), allTiles / LEAST_TILES),
            1,
            MOST_SLICES);
    this.block = evenly(Math.max(Math.ceilDiv(allTiles, slices), 1));
    this.rows = Rows.apart(batch, 1, pitch);
    this.walks = new Walk[block + 1];
    for (int count = 1; count <= block; count++) {
      walks[count] = Walk.straight(count, batch, pitch);
    }
    this.inputPitch = Winograd.pitch(block * batch);
    this.input =
        new WinogradInput(
            tiles,
            winograd,
            shape,
            shape.xFeature(),
            batch,
            filterSize,
            tilesPerImage / tileColumns,
            tileColumns,
            inputPitch);
    this.filterPitch = Winograd.pitch(block * pitch);
    this.filtersAt = products * inputPitch;
    this.scratchAt = filtersAt + products * filterPitch;
    this.patchAt = scratchAt + points * filterSize * columns;
  }

  /** How many tiles of a slice are in the cache at a time: none has only a few left at its end. */
  private int evenly(int tilesOfSlice) {
    int fitting = Math.clamp(BLOCK / (products * (batch + pitch)), 1, MOST_TILES);
    return Math.ceilDiv(tilesOfSlice, Math.ceilDiv(tilesOfSlice, fitting));
  }

  /** Whether a correlation has the form that this computes, and is large enough to gain by it. */
  static boolean suits(CorrelationShape shape) {
    Axis d = shape.axes().get(0);
    Axis h = shape.axes().get(1);
    Axis w = shape.axes().get(2);
    return shape.groups() == 1
        && d.taps() == 1
        && d.output() == 1
        && d.input() == 1
        && d.low() == 0
        && hasForm(h)
        && hasForm(w)
        && h.output() == w.output()
        && shape.batch() >= LEAST_FEATURES
        && shape.columns() >= LEAST_FEATURES
        && shape.xBatch() == 1
        && (w.xStride() == shape.batch() || w.input() == 1)
        && shape.wColumn() == 1
        && (w.wStride() == shape.columns() || w.taps() == 1)
        && shape.imagesInside()
        && shape.depth() > 0;
  }

  private static boolean hasForm(Axis axis) {
    return Winograd.suits(axis.output(), axis.taps())
        && axis.stride() == 1
        && axis.dilation() == 1
        && axis.inputDilation() == 1;
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? slices : Math.ceilDiv(batch, ROWS_OF_SUM);
  }

  @Override
  public int temporary() {
    return Math.toIntExact((long) slices * partSize());
  }

  private int partSize() {
    return products * batch * pitch;
  }

  @Override
  public int workspace() {
    int filtering = patchAt - scratchAt + filterSize * filterSize * columns;
    int multiplying = scratchAt + Math.max(input.scratch(), filtering);
    return Math.max(multiplying, 2 * products * pitch);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 0) {
      multiply(task, arguments, workspace.floats());
    } else {
      int first = task * ROWS_OF_SUM;
      for (int row = first; row < Math.min(batch, first + ROWS_OF_SUM); row++) {
        transformResult(row, arguments, workspace.floats());
      }
    }
  }

  private void multiply(int slice, Arguments arguments, float[] space) {
    int first = (int) ((long) allTiles * slice / slices);
    int end = (int) ((long) allTiles * (slice + 1) / slices);
    float[] parts = arguments.floats(finish.temporary());
    int partAt = arguments.offset(finish.temporary()) + slice * partSize();
    for (int from = first; from < end; from += block) {
      int count = Math.min(block, end - from);
      input.transform(from, count, arguments.floats(0), arguments.offset(0), space, 0, scratchAt);
      for (int tile = 0; tile < count; tile++) {
        transformFilter(from + tile, tile, arguments.floats(1), arguments.offset(1), space);
      }
      for (int point = 0; point < products; point++) {
        int a = point * inputPitch;
        int b = filtersAt + point * filterPitch;
        int y = partAt + point * batch * pitch;
        for (int at = 0; at < pitch; at += width) {
          tiles.product(walks[count], rows, space, a, space, b + at, parts, y + at, from > first);
        }
      }
    }
  }

  private void transformFilter(int tile, int slot, float[] dy, int dyAt, float[] space) {
    int row = tile % tilesPerImage / tileColumns * filterSize;
    int column = tile % tileColumns * filterSize;
    int rowCount = Math.min(filterSize, h.taps() - row);
    int used = Math.min(filterSize, w.taps() - column) * columns;
    int from =
        dyAt + tile / tilesPerImage * shape.wDepth() + row * h.wStride() + column * w.wStride();
    int line = filterSize * columns;
    float[] patch = dy;
    int patchFrom = from;
    int rowPitch = h.wStride();
    if (rowCount < filterSize || used < line) {
      Arrays.fill(space, patchAt, patchAt + filterSize * line, 0);
      for (int r = 0; r < rowCount; r++) {
        System.arraycopy(dy, from + r * h.wStride(), space, patchAt + r * line, used);
      }
      patch = space;
      patchFrom = patchAt;
      rowPitch = line;
    }
    int pixels = filterSize;
    tiles.transform(
        filter, pixels, patch, patchFrom, columns, rowPitch, space, scratchAt, columns, line,
        columns);
    int to = filtersAt + slot * pitch;
    tiles.transform(
        filter,
        points,
        space,
        scratchAt,
        line,
        columns,
        space,
        to,
        points * filterPitch,
        filterPitch,
        columns);
    for (int i = 0; i < products && columns < pitch; i++) {
      Arrays.fill(space, to + i * filterPitch + columns, to + i * filterPitch + pitch, 0);
    }
  }

  /** Adds the slices of one batch's products, and transforms them to its results. */
  private void transformResult(int row, Arguments arguments, float[] space) {
    float[] parts = arguments.floats(finish.temporary());
    int partsAt = arguments.offset(finish.temporary());
    for (int point = 0; point < products; point++) {
      int from = (point * batch + row) * pitch;
      tiles.sum(slices, pitch, parts, partsAt + from, partSize(), space, point * pitch);
    }
    int line = points * pitch;
    int lines = products * pitch;
    tiles.transform(result, points, space, 0, pitch, line, space, lines, pitch, line, pitch);
    int place = row * shape.yBatch();
    tiles.transform(
        result,
        h.output(),
        space,
        lines,
        line,
        pitch,
        arguments.floats(finish.result()),
        arguments.offset(finish.result()) + place,
        h.yStride(),
        w.yStride(),
        columns);
    for (int i = 0; i < h.output(); i++) {
      for (int j = 0; j < w.output(); j++) {
        int at = place + i * h.yStride() + j * w.yStride();
        finish.all(arguments, at, at + columns);
      }
    }
  }
}
