package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import dev.adjoint.kernel.Workspace;

/**
 * Gradients with respect to 3 x 3 and 5 x 5 kernels by {@link Winograd}'s algorithm, in the letters
 * of {@link Contracted}. A tile of the output's gradient acts as a filter on a tile of the input,
 * and yields 3 x 3 or 5 x 5 results: with six points a filter of 4 x 4 or 2 x 2 taps. The product
 * of each pair of points is summed over all tiles before it is transformed, once, to the result.
 *
 * <p>A task takes a slice of the tiles, transforms them and multiplies all points. Where features
 * are so many that the sums of a few slices are large, tasks take points: all tiles, or as many as
 * the temporary array holds, are transformed by a phase of their own, and the next one multiplies.
 */
final class WinogradGradient implements Kernel {
  private static final int LEAST_FEATURES = 16;
  private static final int LEAST_TILES = 64;
  private static final int MOST_TILES = 128;
  private static final int BLOCK = 640 * 1024;
  private static final int MOST_PARTS = 2560 * 1024;
  private static final int MOST_SLICES = 8;

  /** With fewer slices tasks take points. */
  private static final int LEAST_SLICES = 4;

  /** Elements of the temporary array for the transformed tiles of a round. */
  private static final int MOST_TRANSFORMED = 2560 * 1024;

  /** Tiles that a task transforms for all points. */
  private static final int TRANSFORMED = 8;

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
  private final WinogradInput input;
  private final WinogradFilter filter;
  private final Winograd.Matrix result;
  private final int allTiles;
  private final boolean byPoints;
  private final int slices;
  private final int block;
  private final Rows rows;
  private final Walk[] walks;
  private final int inputPitch;
  private final int filterPitch;
  private final int filtersAt;
  private final int scratchAt;

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
    this.result = winograd.result();
    int tileRows = Math.ceilDiv(h.taps(), winograd.taps());
    int tileColumns = Math.ceilDiv(w.taps(), winograd.taps());
    this.allTiles = shape.depth() * tileRows * tileColumns;
    int fitting = MOST_PARTS / (products * batch * pitch);
    int filling = allTiles / LEAST_TILES;
    this.byPoints = fitting < LEAST_SLICES;
    this.slices = byPoints ? 1 : Math.clamp(Math.min(fitting, filling), 1, MOST_SLICES);
    this.block =
        byPoints
            ? evenly(allTiles, Math.max(MOST_TRANSFORMED / (products * (batch + pitch)), 1))
            : evenly(
                Math.max(Math.ceilDiv(allTiles, slices), 1),
                Math.clamp(BLOCK / (products * (batch + pitch)), 1, MOST_TILES));
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
            winograd.taps(),
            tileRows,
            tileColumns,
            inputPitch);
    this.filterPitch = Winograd.pitch(block * pitch);
    this.filter = new WinogradFilter(tiles, winograd, shape, pitch, filterPitch);
    this.filtersAt = products * inputPitch;
    this.scratchAt = byPoints ? 0 : filtersAt + products * filterPitch;
  }

  /** How many of some tiles to take at a time: none of the rounds has only a few left. */
  private static int evenly(int count, int most) {
    return Math.ceilDiv(count, Math.ceilDiv(count, most));
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
        && Winograd.holds(shape.batch(), shape.columns())
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
    return 1 + (byPoints ? 2 * Math.ceilDiv(allTiles, block) : 1);
  }

  @Override
  public int tasks(int phase) {
    if (phase == phases() - 1) {
      return Math.ceilDiv(batch, ROWS_OF_SUM);
    } else if (!byPoints) {
      return slices;
    }
    return phase % 2 == 0 ? Math.ceilDiv(tilesOf(phase / 2), TRANSFORMED) : products;
  }

  /** How many tiles the phases of a round take. */
  private int tilesOf(int round) {
    return Math.min(block, allTiles - round * block);
  }

  @Override
  public int temporary() {
    long transformed = byPoints ? filtersAt + (long) products * filterPitch : 0;
    return Math.toIntExact((long) slices * partSize() + transformed);
  }

  private int partSize() {
    return products * batch * pitch;
  }

  @Override
  public int workspace() {
    int multiplying = scratchAt + Math.max(input.scratch(), filter.scratch());
    return Math.max(multiplying, 2 * products * pitch);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    float[] space = workspace.floats();
    if (phase == phases() - 1) {
      int first = task * ROWS_OF_SUM;
      for (int row = first; row < Math.min(batch, first + ROWS_OF_SUM); row++) {
        transformResult(row, arguments, space);
      }
    } else if (!byPoints) {
      multiplySlice(task, arguments, space);
    } else if (phase % 2 == 0) {
      transformRound(phase / 2, task * TRANSFORMED, arguments, space);
    } else {
      multiplyRound(phase / 2, task, arguments);
    }
  }

  private void multiplySlice(int slice, Arguments arguments, float[] space) {
    int first = (int) ((long) allTiles * slice / slices);
    int end = (int) ((long) allTiles * (slice + 1) / slices);
    float[] parts = arguments.floats(finish.temporary());
    int partAt = arguments.offset(finish.temporary()) + slice * partSize();
    for (int from = first; from < end; from += block) {
      int count = Math.min(block, end - from);
      transform(from, count, 0, arguments, space, 0, space);
      for (int point = 0; point < products; point++) {
        multiply(point, count, space, 0, parts, partAt, from > first);
      }
    }
  }

  private void transformRound(int round, int slot, Arguments arguments, float[] space) {
    int count = Math.min(TRANSFORMED, tilesOf(round) - slot);
    float[] temporary = arguments.floats(finish.temporary());
    int at = arguments.offset(finish.temporary()) + partSize();
    transform(round * block + slot, count, slot, arguments, temporary, at, space);
  }

  private void multiplyRound(int round, int point, Arguments arguments) {
    float[] temporary = arguments.floats(finish.temporary());
    int at = arguments.offset(finish.temporary());
    multiply(point, tilesOf(round), temporary, at + partSize(), temporary, at, round > 0);
  }

  /** Transforms tiles of both operands into slots from {@code slot} on. */
  private void transform(
      int first, int count, int slot, Arguments arguments, float[] to, int toAt, float[] space) {
    float[] x = arguments.floats(0);
    int inputAt = toAt + slot * batch;
    input.transform(first, count, x, arguments.offset(0), to, inputAt, space, scratchAt);
    float[] dy = arguments.floats(1);
    int filterAt = toAt + filtersAt + slot * pitch;
    filter.transform(first, count, dy, arguments.offset(1), to, filterAt, space, scratchAt);
  }

  /** The sum of one point's products over transformed tiles. */
  private void multiply(
      int point, int count, float[] from, int fromAt, float[] parts, int partAt, boolean add) {
    int a = fromAt + point * inputPitch;
    int b = fromAt + filtersAt + point * filterPitch;
    int y = partAt + point * batch * pitch;
    for (int at = 0; at < pitch; at += width) {
      tiles.product(walks[count], rows, from, a, from, b + at, parts, y + at, add);
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
