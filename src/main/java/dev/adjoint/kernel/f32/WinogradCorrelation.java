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
 * Correlations with 3 x 3 and 5 x 5 kernels by {@link Winograd}'s algorithm. A task takes some
 * tiles: it transforms the input of each, multiplies for each pair of points a matrix (tiles x
 * features) with the transformed kernel, and transforms the products to elements of the result.
 */
final class WinogradCorrelation implements Kernel {
  private static final int LEAST_FEATURES = 16;
  private static final int MOST_TILES = 60;

  /** So many tasks even of a single image, if each has enough tiles to read the kernel for. */
  private static final int LEAST_TASKS = 4;

  private static final int LEAST_TILES = 4;
  private static final int BLOCK = 256 * 1024;
  private static final int PACK_FEATURES = 16;

  private final Tiles tiles;
  private final CorrelationShape shape;
  private final Finish finish;
  private final boolean packed;
  private final Axis h;
  private final Axis w;
  private final int depth;
  private final int columns;
  private final int width;
  private final int panels;
  private final int taps;
  private final int outputs;
  private final int points;
  private final int products;
  private final WinogradInput input;
  private final Winograd.Matrix filter;
  private final Winograd.Matrix result;
  private final int tileColumns;
  private final int tilesPerImage;
  private final int allTiles;
  private final int tilesPerTask;
  private final Rows fullRows;
  private final Rows lastRows;
  private final Walk walk;
  private final int inputPitch;
  private final int productPitch;
  private final int productsAt;
  private final int scratchAt;
  private final int patchAt;
  private final int tileAt;

  WinogradCorrelation(Tiles tiles, CorrelationShape shape, Epilogue epilogue, boolean packed) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.packed = packed;
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.depth = shape.depth();
    this.columns = shape.columns();
    this.width = tiles.width();
    this.panels = Panels.count(columns, width);
    this.taps = h.taps();
    Winograd winograd = Winograd.of(taps, depth, h.output(), w.output());
    this.outputs = winograd.outputs();
    this.points = winograd.points();
    this.products = winograd.products();
    this.filter = winograd.filter();
    this.result = winograd.result();
    this.tileColumns = Math.ceilDiv(w.output(), outputs);
    this.tilesPerImage = tileColumns * Math.ceilDiv(h.output(), outputs);
    this.allTiles = shape.batch() * tilesPerImage;
    int fitting = BLOCK / (products * (depth + panels * width));
    int blocks = Math.clamp(fitting, Rows.MOST_AT_A_TIME, MOST_TILES) / Rows.MOST_AT_A_TIME;
    int wantedTasks = Math.clamp(allTiles / LEAST_TILES, 1, LEAST_TASKS);
    this.tilesPerTask =
        Math.clamp(Math.ceilDiv(allTiles, wantedTasks), 1, blocks * Rows.MOST_AT_A_TIME);
    int last = allTiles - (Math.ceilDiv(allTiles, tilesPerTask) - 1) * tilesPerTask;
    this.fullRows = Rows.apart(tilesPerTask, depth, panels * width);
    this.lastRows = Rows.apart(last, depth, panels * width);
    this.walk = Walk.straight(depth, 1, width);
    this.inputPitch = Winograd.pitch(tilesPerTask * depth);
    this.input =
        new WinogradInput(
            tiles,
            winograd,
            shape,
            shape.xBatch(),
            depth,
            outputs,
            tilesPerImage / tileColumns,
            tileColumns,
            inputPitch);
    this.productPitch = Winograd.pitch(tilesPerTask * panels * width);
    this.productsAt = products * inputPitch;
    this.scratchAt = productsAt + products * productPitch;
    this.patchAt = scratchAt + outputs * points * panels * width;
    this.tileAt = patchAt + outputs * outputs * columns;
  }

  /** Whether a correlation has the form that this computes, and is large enough to gain by it. */
  static boolean suits(CorrelationShape shape) {
    Axis h = shape.axes().get(1);
    Axis w = shape.axes().get(2);
    return shape.groups() == 1
        && isTrivial(shape.axes().get(0))
        && hasForm(h)
        && hasForm(w)
        && h.taps() == w.taps()
        && shape.depth() >= LEAST_FEATURES
        && shape.columns() >= LEAST_FEATURES
        && Winograd.holds(shape.depth(), shape.columns())
        && shape.xFeature() == 1
        && (w.xStride() == shape.depth() || w.input() == 1)
        && shape.featuresLast()
        && shape.batch() > 0;
  }

  /** Whether no window of the given strides lies in two tiles. */
  static boolean pools(CorrelationShape shape, int rowStride, int columnStride) {
    Axis h = shape.axes().get(1);
    Winograd winograd =
        Winograd.of(h.taps(), shape.depth(), h.output(), shape.axes().get(2).output());
    int outputs = winograd.outputs();
    return outputs % rowStride == 0 && outputs % columnStride == 0;
  }

  private static boolean isTrivial(Axis axis) {
    return axis.taps() == 1 && axis.output() == 1 && axis.input() == 1 && axis.low() == 0;
  }

  private static boolean hasForm(Axis axis) {
    return Winograd.suits(axis.taps(), axis.output())
        && axis.stride() == 1
        && axis.dilation() == 1
        && axis.inputDilation() == 1;
  }

  int packedLength() {
    return Math.toIntExact((long) products * panels * width * depth);
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return !packed && phase == 0 ? packTasks() : Math.ceilDiv(allTiles, tilesPerTask);
  }

  private int packTasks() {
    return panels * Math.ceilDiv(depth, PACK_FEATURES);
  }

  @Override
  public int temporary() {
    return packed ? 0 : packedLength();
  }

  @Override
  public int workspace() {
    int tile = finish.pools() ? ((outputs - 1) * w.output() + outputs) * columns : 0;
    int correlating = Math.max(scratchAt + input.scratch(), tileAt + tile);
    return Math.max(correlating, packed ? 0 : packSpace());
  }

  private int packSpace() {
    return (taps * taps + points * taps) * width;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (!packed && phase == 0) {
      pack(task, arguments, 1, finish.temporary(), workspace);
    } else {
      correlate(task, arguments, workspace);
    }
  }

  /** What w becomes, and how it lies before. */
  private record Packed(
      int taps,
      int points,
      int width,
      int depth,
      int wDepth,
      int columns,
      int wColumn,
      int rowStride,
      int columnStride) {}

  /** The kernel that transforms and packs w: argument 0 into argument 1. */
  Kernel packing() {
    return new PackKernel(
        packTasks(),
        packSpace(),
        this::pack,
        new Packed(
            taps,
            points,
            width,
            depth,
            shape.wDepth(),
            columns,
            shape.wColumn(),
            h.wStride(),
            w.wStride()));
  }

  /** Transforms some features of one panel of the kernel. */
  private void pack(int task, Arguments arguments, int operand, int to, Workspace workspace) {
    float[] kernel = arguments.floats(operand);
    float[] transformed = arguments.floats(to);
    float[] space = workspace.floats();
    int panel = task % panels;
    int first = task / panels * PACK_FEATURES;
    int end = Math.min(depth, first + PACK_FEATURES);
    int used = Math.min(width, columns - panel * width);
    int point = panels * depth * width;
    int half = taps * taps * width;
    Arrays.fill(space, 0, half, 0);
    for (int c = first; c < end; c++) {
      int from = arguments.offset(operand) + c * shape.wDepth() + panel * width * shape.wColumn();
      for (int tap = 0; tap < taps * taps; tap++) {
        int at = from + tap / taps * h.wStride() + tap % taps * w.wStride();
        for (int n = 0; n < used; n++) {
          space[tap * width + n] = kernel[at + n * shape.wColumn()];
        }
      }
      int row = taps * width;
      tiles.transform(filter, taps, space, 0, width, row, space, half, width, row, width);
      int target = arguments.offset(to) + (panel * depth + c) * width;
      int line = points * point;
      tiles.transform(
          filter, points, space, half, row, width, transformed, target, line, point, width);
    }
  }

  private void correlate(int task, Arguments arguments, Workspace workspace) {
    float[] space = workspace.floats();
    int first = task * tilesPerTask;
    int count = Math.min(tilesPerTask, allTiles - first);
    input.transform(
        first, count, arguments.floats(0), arguments.offset(0), space, 0, space, scratchAt);
    multiply(count == tilesPerTask ? fullRows : lastRows, arguments, space);
    for (int tile = 0; tile < count; tile++) {
      transformResult(first + tile, tile, arguments, workspace);
    }
  }

  private void multiply(Rows rows, Arguments arguments, float[] space) {
    int argument = packed ? 1 : finish.temporary();
    float[] kernel = arguments.floats(argument);
    int kernelAt = arguments.offset(argument);
    for (int point = 0; point < products; point++) {
      int a = point * inputPitch;
      int y = productsAt + point * productPitch;
      for (int panel = 0; panel < panels; panel++) {
        int b = kernelAt + (point * panels + panel) * depth * width;
        tiles.product(walk, rows, space, a, kernel, b, space, y + panel * width, /* add= */ false);
      }
    }
  }

  private void transformResult(int tile, int slot, Arguments arguments, Workspace workspace) {
    float[] space = workspace.floats();
    int pitch = panels * width;
    int line = points * pitch;
    int from = productsAt + slot * pitch;
    int step = points * productPitch;
    tiles.transform(
        result, points, space, from, productPitch, step, space, scratchAt, pitch, line, pitch);
    int image = tile / tilesPerImage;
    int row = tile % tilesPerImage / tileColumns * outputs;
    int column = tile % tileColumns * outputs;
    int rows = Math.min(outputs, h.output() - row);
    int pixels = Math.min(outputs, w.output() - column);
    int rowPlace = w.output() * columns;
    int place = ((image * h.output() + row) * w.output() + column) * columns;
    Arguments part = finish.ofPart(arguments, workspace, tileAt, place);
    float[] y = part.floats(finish.result());
    int yAt = part.offset(finish.result());
    if (pixels == outputs) {
      tiles.transform(
          result, rows, space, scratchAt, line, pitch, y, yAt + place, rowPlace, columns, columns);
    } else {
      int kept = outputs * columns;
      tiles.transform(
          result, rows, space, scratchAt, line, pitch, space, patchAt, kept, columns, columns);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(
            space, patchAt + i * kept, y, yAt + place + i * rowPlace, pixels * columns);
      }
    }
    for (int i = 0; i < rows; i++) {
      int at = place + i * rowPlace;
      finish.all(part, at, at + pixels * columns);
    }
    finish.pool(part, arguments, workspace, image, row, row + rows, column, column + pixels);
  }
}
