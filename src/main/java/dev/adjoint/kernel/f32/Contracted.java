package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.kernel.f32.DepthwiseTiles.Pitch;
import java.util.Arrays;
import java.util.List;

/**
 * Correlations whose kernel is as large as the input: the gradient with respect to a convolution's
 * kernel. Named after what they are there, the letters of {@link CorrelationShape} mean: a depth is
 * an image, a tap is a pixel of the output's gradient, a step is a tap of the convolution, a batch
 * is an input feature.
 *
 * <p>The result is a product whose rows are (step, batch) and whose terms are the taps of all
 * depths. It is summed up over bands of taps, for which the input is copied with its padding; the
 * bands are dealt to several slices, whose sums a last phase adds in their order. If each batch is
 * a group of its own (a depthwise convolution), batches are the lanes of a vector.
 */
final class Contracted implements Kernel {
  private static final int FINISH_TASK = 32_768;
  private static final int MOST_BAND = 100_000;
  private static final int MOST_PARTS = 1 << 20;
  private static final int WANTED_TASKS = 16;
  private static final int LEAST_ROWS = 60;
  private static final double TASK_TERMS = 4e6;

  private final Tiles tiles;
  private final CorrelationShape shape;
  private final Finish finish;
  private final Axis d;
  private final Axis h;
  private final Axis w;
  private final boolean lanewise;
  private final boolean slides;
  private final boolean readsInPlace;
  private final int width;
  private final int groups;
  private final int batch;
  private final int columns;
  private final int panels;
  private final int pitch;
  private final int bandColumns;
  private final int tapRows;
  private final int tapBands;
  private final int units;
  private final int slices;
  private final int rowCount;
  private final int rowsPerTask;
  private final int rowBlocks;
  private final Rows[] rows;
  private final Walk fullWalk;
  private final Walk lastWalk;
  private final Offsets fullTaps;
  private final Offsets lastTaps;
  private final Offsets kernelColumns;
  private final Band band;
  private final Pitch bandPitch;
  private final Pitch kernelPitch;
  private final int planePitch;
  private final int bandSize;
  private final boolean finishesAfter;
  private final boolean rowMajor;

  Contracted(Tiles tiles, CorrelationShape shape, Epilogue epilogue) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.d = shape.axes().get(0);
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.lanewise = shape.batchGroups() > 1 && shape.batch() == 1 && shape.columns() == 1;
    this.slides = lanewise && d.output() == 1 && slides(h) && slides(w);
    this.width = lanewise ? tiles.lanes() : tiles.width();
    this.groups = lanewise ? 1 : shape.groups();
    this.batch = shape.batch();
    this.columns = lanewise ? shape.groups() : shape.columns();
    this.panels = Panels.count(columns, width);
    int inner = shape.batch() * shape.batchGroups();
    boolean gapless = !lanewise || (slides && inner % width == 0);
    this.pitch = gapless ? inner : Band.skewed(inner, width);
    this.bandColumns = extent(w, w.taps());
    int rowsOfOne = extent(h, 1);
    int planes = extent(d, 1);
    int perRow = Math.max(1, planes * bandColumns * pitch);
    this.tapRows =
        Math.clamp((MOST_BAND / perRow - rowsOfOne) / h.dilation() + 1, 1, Math.max(1, h.taps()));
    this.tapBands = Math.ceilDiv(h.taps(), tapRows);
    this.units = shape.depth() * d.taps() * tapBands;
    this.rowCount = shape.steps() * batch;
    double terms = (double) rowCount * panels * width * groups * shape.depth() * shape.taps();
    int tasks = Math.clamp((int) (terms / TASK_TERMS), 1, WANTED_TASKS);
    int parts = Math.max(1, rowCount * panels * width * groups);
    this.slices = Math.clamp(Math.min(tasks, MOST_PARTS / parts), 1, Math.max(1, units));
    int wantedBlocks = Math.clamp(rowCount / LEAST_ROWS, 1, Math.ceilDiv(tasks, slices * groups));
    this.rowsPerTask = Math.max(1, Math.ceilDiv(rowCount, wantedBlocks));
    this.rowBlocks = Math.ceilDiv(rowCount, rowsPerTask);
    this.bandPitch = new Pitch(bandColumns * pitch, pitch);
    this.kernelPitch = new Pitch(w.taps() * panels * width, panels * width);
    this.planePitch = extent(h, tapRows) * bandColumns * pitch;
    this.rows = new Rows[rowBlocks];
    for (int block = 0; block < rowBlocks; block++) {
      int first = block * rowsPerTask;
      rows[block] =
          new Rows(
              Math.min(rowsPerTask, rowCount - first),
              row -> read(first + row),
              row -> (first + row) * panels * width);
    }
    this.kernelColumns = Offsets.apart(columns, shape.wColumn());
    this.readsInPlace =
        !lanewise && kernelColumns.isContiguous() && columns % width == 0 && rowCount < LEAST_ROWS;
    int lastRows = h.taps() - (tapBands - 1) * tapRows;
    this.fullWalk = walk(tapRows);
    this.lastWalk = walk(lastRows);
    this.fullTaps = taps(tapRows);
    this.lastTaps = taps(lastRows);
    this.band = new Band(shape, /* dilated= */ true, inner, shape.xBatch(), pitch);
    this.bandSize = Band.size(planes, extent(h, tapRows), bandColumns, pitch) + tiles.lanes();
    this.rowMajor = shape.imagesInside();
    this.finishesAfter = !rowMajor && (epilogue.hasSteps() || epilogue.tail().isPresent());
  }

  /** The elements, of the dilated input, from the first to the last that some taps ever meet. */
  private static int extent(Axis axis, int taps) {
    return Math.max(0, axis.output() - 1) * axis.stride()
        + Math.max(0, taps - 1) * axis.dilation()
        + 1;
  }

  /** Whether {@link DepthwiseTiles} compute this along an axis, if batches are lanes. */
  private static boolean slides(Axis axis) {
    return axis.output() == DepthwiseTiles.SIDE && axis.stride() == 1 && axis.dilation() == 1;
  }

  /** Where a row of the product begins to read. */
  private int read(int row) {
    int b = row % batch;
    int step = row / batch;
    int column = step % w.output() * w.stride();
    int line = step / w.output() % h.output() * h.stride();
    int plane = step / w.output() / h.output() * d.stride();
    return plane * planePitch + (line * bandColumns + column) * pitch + b;
  }

  private Walk walk(int rows) {
    int[] starts = new int[2 * Math.max(rows, 0)];
    for (int row = 0; row < rows; row++) {
      starts[2 * row] = row * h.dilation() * bandColumns * pitch;
      starts[2 * row + 1] = row * (readsInPlace ? h.wStride() : w.taps() * width);
    }
    int step = readsInPlace ? w.wStride() : width;
    return new Walk(starts, w.taps(), w.dilation() * pitch, step);
  }

  private Offsets taps(int rows) {
    return Offsets.of(
        List.of(
            new Offsets.Axis(Math.max(rows, 0), h.wStride()),
            new Offsets.Axis(w.taps(), w.wStride())));
  }

  @Override
  public int phases() {
    return finishesAfter ? 3 : 2;
  }

  @Override
  public int tasks(int phase) {
    if (shape.resultSize() == 0) {
      return 0;
    }
    return switch (phase) {
      case 0 -> groups * slices * rowBlocks;
      case 1 -> Math.ceilDiv(rowCount, rowsOfSum());
      default -> Math.ceilDiv(shape.resultSize(), FINISH_TASK);
    };
  }

  private int rowsOfSum() {
    return Math.max(1, FINISH_TASK / Math.max(1, panels * width * groups));
  }

  @Override
  public int temporary() {
    return Math.toIntExact((long) groups * slices * rowCount * panels * width);
  }

  @Override
  public int workspace() {
    return bandSize + tapRows * w.taps() * (slides ? panels * width : width);
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    switch (phase) {
      case 0 -> multiply(task, arguments, workspace.floats());
      case 1 -> sum(task, arguments);
      default -> {
        int from = task * FINISH_TASK;
        finish.all(arguments, from, Math.min(shape.resultSize(), from + FINISH_TASK));
      }
    }
  }

  /** Where a slice's part of the sums of a group begins. */
  private int partAt(int group, int slice) {
    return (group * slices + slice) * rowCount * panels * width;
  }

  private void multiply(int task, Arguments arguments, float[] workspace) {
    int block = task % rowBlocks;
    int slice = task / rowBlocks % slices;
    int group = task / rowBlocks / slices;
    int first = (int) ((long) units * slice / slices);
    int end = (int) ((long) units * (slice + 1) / slices);
    float[] parts = arguments.floats(finish.temporary());
    int partsAt = arguments.offset(finish.temporary()) + partAt(group, slice);
    if (slides || first == end) {
      int from = partsAt + rows[block].places()[0];
      Arrays.fill(parts, from, from + rows[block].count() * panels * width, 0);
    }
    for (int unit = first; unit < end; unit++) {
      unit(unit, group, rows[block], arguments, workspace, parts, partsAt, unit > first);
    }
  }

  /** Adds the products of one band of taps of one depth. */
  private void unit(
      int unit,
      int group,
      Rows rows,
      Arguments arguments,
      float[] workspace,
      float[] parts,
      int partsAt,
      boolean add) {
    int tapRow = unit % tapBands * tapRows;
    int tapPlane = unit / tapBands % d.taps();
    int depth = unit / tapBands / d.taps();
    boolean last = tapRow + tapRows > h.taps();
    int featureGroup = shape.featureGroups() > 1 ? group : 0;
    band.copy(
        arguments.floats(0),
        arguments.offset(0) + (featureGroup * shape.depth() + depth) * shape.xFeature(),
        tapPlane * d.dilation() - d.low(),
        extent(d, 1),
        tapRow * h.dilation() - h.low(),
        extent(h, tapRows),
        -w.low(),
        bandColumns,
        planePitch,
        workspace,
        0);
    Offsets taps = last ? lastTaps : fullTaps;
    Walk walk = last ? lastWalk : fullWalk;
    int wAt =
        arguments.offset(1)
            + depth * shape.wDepth()
            + tapPlane * d.wStride()
            + tapRow * h.wStride()
            + group * columns * shape.wColumn();
    if (slides) {
      slide(taps, arguments.floats(1), wAt, workspace, parts, partsAt);
      return;
    }
    int a = shape.batchGroups() > 1 && !lanewise ? group * batch : 0;
    for (int panel = 0; panel < panels; panel++) {
      int at = partsAt + panel * width;
      if (readsInPlace) {
        float[] kernel = arguments.floats(1);
        tiles.product(walk, rows, workspace, a, kernel, wAt + panel * width, parts, at, add);
        continue;
      }
      Panels.pack(
          arguments.floats(1),
          wAt,
          taps,
          0,
          taps.size(),
          kernelColumns,
          panel * width,
          width,
          workspace,
          bandSize);
      if (lanewise) {
        tiles.lanewise(walk, rows, workspace, panel * width, workspace, bandSize, parts, at, add);
      } else {
        tiles.product(walk, rows, workspace, a, workspace, bandSize, parts, at, add);
      }
    }
  }

  /** Adds the products of the copied band and the kernel's rows, which are copied beside it. */
  private void slide(
      Offsets taps, float[] kernel, int kernelAt, float[] workspace, float[] parts, int partsAt) {
    int lanes = panels * width;
    if (kernelColumns.isContiguous() && taps.isRegular() && taps.stride() == lanes) {
      System.arraycopy(kernel, kernelAt, workspace, bandSize, taps.size() * lanes);
    } else {
      Panels.pack(
          kernel, kernelAt, taps, 0, taps.size(), kernelColumns, 0, lanes, workspace, bandSize);
    }
    DepthwiseTiles depthwise = tiles.depthwise();
    int rows = taps.size() / w.taps();
    for (int row = 0; row < rows; row += DepthwiseTiles.ROWS_AT_A_TIME) {
      int count = Math.min(DepthwiseTiles.ROWS_AT_A_TIME, rows - row);
      int from = row * bandPitch.row();
      int dy = bandSize + row * kernelPitch.row();
      for (int n = 0; n < lanes; n += width) {
        depthwise.gradient(
            count,
            w.taps(),
            workspace,
            from + n,
            bandPitch,
            workspace,
            dy + n,
            kernelPitch,
            parts,
            partsAt + n,
            lanes);
      }
    }
  }

  private void sum(int task, Arguments arguments) {
    int first = task * rowsOfSum();
    int end = Math.min(rowCount, first + rowsOfSum());
    float[] parts = arguments.floats(finish.temporary());
    int partsAt = arguments.offset(finish.temporary());
    float[] y = arguments.floats(finish.result());
    int yAt = arguments.offset(finish.result());
    for (int row = first; row < end; row++) {
      int place = yAt + place(row);
      for (int group = 0; group < groups; group++) {
        int from = partsAt + partAt(group, 0) + row * panels * width;
        int to = place + group * columns * shape.yFeature();
        sumRow(parts, from, y, to);
      }
    }
    if (rowMajor) {
      int size = columns * groups;
      finish.all(arguments, first * size, end * size);
    }
  }

  /** Adds the slices of a row in their order. */
  private void sumRow(float[] parts, int from, float[] y, int to) {
    int step = shape.yFeature();
    int slice = rowCount * panels * width;
    for (int n = 0; n < columns; n++) {
      y[to + n * step] = parts[from + n];
    }
    for (int s = 1; s < slices; s++) {
      int at = from + s * slice;
      for (int n = 0; n < columns; n++) {
        y[to + n * step] += parts[at + n];
      }
    }
  }

  private int place(int row) {
    int step = row / batch;
    return row % batch * shape.yBatch()
        + step % w.output() * w.yStride()
        + step / w.output() % h.output() * h.yStride()
        + step / w.output() / h.output() * d.yStride();
  }
}
