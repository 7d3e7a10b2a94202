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
import java.util.Arrays;
import java.util.List;

/**
 * Correlations of stride 1 with very few output features, such as the gradient with respect to an
 * image: the columns of a product, which would stay empty, are the taps. A task multiplies the
 * pixels that a band of output rows reads with the kernel as a matrix (features x taps), and then
 * adds for each element of the result the products along its taps.
 */
final class Narrow implements Kernel {
  private static final int MOST_COLUMNS = 4;
  private static final int MOST_TAPS = 64;
  private static final int LEAST_DEPTH = 8;
  private static final int MOST_PRODUCTS = 64 * 1024;

  private final Tiles tiles;
  private final CorrelationShape shape;
  private final Finish finish;
  private final boolean packed;
  private final Axis h;
  private final Axis w;
  private final int width;
  private final int panels;
  private final int columns;
  private final int pitch;
  private final int paddedColumns;
  private final int height;
  private final int bands;
  private final Rows[] rows;
  private final int[] firstRows;
  private final int[] taps;
  private final Walk walk;
  private final Offsets kernelDepth;
  private final Offsets kernelColumns;

  Narrow(Tiles tiles, CorrelationShape shape, Epilogue epilogue, boolean packed) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.packed = packed;
    this.h = shape.axes().get(1);
    this.w = shape.axes().get(2);
    this.width = tiles.width();
    this.columns = shape.columns();
    this.panels = Panels.count(shape.taps() * columns, width);
    this.pitch = panels * width;
    this.paddedColumns = w.output() + (w.taps() - 1) * w.dilation();
    int more = (h.taps() - 1) * h.dilation();
    this.height = Math.clamp(MOST_PRODUCTS / (paddedColumns * pitch) - more, 1, h.output());
    this.bands = Math.ceilDiv(h.output(), height);
    this.rows = new Rows[bands];
    this.firstRows = new int[bands];
    int firstColumn = Math.clamp(w.low(), 0, paddedColumns);
    int columnsInside = Math.max(0, Math.min(paddedColumns, w.low() + w.input()) - firstColumn);
    for (int band = 0; band < bands; band++) {
      int top = band * height - h.low();
      int first = Math.max(top, 0);
      int end = Math.min(top + height + more, h.input());
      firstRows[band] = first;
      rows[band] =
          new Rows(
              Math.max(0, end - first) * columnsInside,
              i ->
                  i / columnsInside * h.xStride()
                      + (i % columnsInside + firstColumn - w.low()) * w.xStride(),
              i ->
                  ((first - top + i / columnsInside) * paddedColumns
                          + firstColumn
                          + i % columnsInside)
                      * pitch);
    }
    this.taps = new int[shape.taps()];
    for (int tap = 0; tap < taps.length; tap++) {
      int row = tap / w.taps() * h.dilation();
      int column = tap % w.taps() * w.dilation();
      taps[tap] = (row * paddedColumns + column) * pitch + tap * columns;
    }
    this.walk = Walk.straight(shape.depth(), shape.xFeature(), width);
    this.kernelDepth = Offsets.apart(shape.depth(), shape.wDepth());
    this.kernelColumns =
        Offsets.of(
            List.of(
                new Offsets.Axis(h.taps(), h.wStride()),
                new Offsets.Axis(w.taps(), w.wStride()),
                new Offsets.Axis(columns, shape.wColumn())));
  }

  /** Whether a correlation has the form that this computes, and is large enough to gain by it. */
  static boolean suits(CorrelationShape shape) {
    Axis d = shape.axes().get(0);
    return shape.groups() == 1
        && d.taps() == 1
        && d.output() == 1
        && d.input() == 1
        && d.low() == 0
        && hasForm(shape.axes().get(1))
        && hasForm(shape.axes().get(2))
        && shape.taps() > 1
        && shape.taps() <= MOST_TAPS
        && shape.columns() <= MOST_COLUMNS
        && shape.depth() >= LEAST_DEPTH
        && shape.featuresLast()
        && shape.resultSize() > 0;
  }

  private static boolean hasForm(Axis axis) {
    return axis.stride() == 1 && axis.inputDilation() == 1;
  }

  int packedLength() {
    return Math.toIntExact((long) pitch * shape.depth());
  }

  @Override
  public int phases() {
    return packed ? 1 : 2;
  }

  @Override
  public int tasks(int phase) {
    return !packed && phase == 0 ? panels : shape.batch() * bands;
  }

  @Override
  public int temporary() {
    return packed ? 0 : packedLength();
  }

  @Override
  public int workspace() {
    return (height + (h.taps() - 1) * h.dilation()) * paddedColumns * pitch;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (!packed && phase == 0) {
      pack(task, arguments, 1, finish.temporary());
    } else {
      correlate(task / bands, task % bands, arguments, workspace.floats());
    }
  }

  /** How the kernel lies before, and how wide its panels are. */
  private record Packed(int width, Offsets depth, Offsets columns) {}

  /** The kernel that packs w: argument 0 into argument 1. */
  Kernel packing() {
    return new PackKernel(
        panels,
        0,
        (part, arguments, from, to, _) -> pack(part, arguments, from, to),
        new Packed(width, kernelDepth, kernelColumns));
  }

  private void pack(int panel, Arguments arguments, int kernel, int to) {
    Panels.pack(
        arguments.floats(kernel),
        arguments.offset(kernel),
        kernelDepth,
        0,
        shape.depth(),
        kernelColumns,
        panel * width,
        width,
        arguments.floats(to),
        arguments.offset(to) + panel * shape.depth() * width);
  }

  private void correlate(int image, int band, Arguments arguments, float[] products) {
    Arrays.fill(products, 0, workspace(), 0);
    int kernel = packed ? 1 : finish.temporary();
    int xAt = arguments.offset(0) + image * shape.xBatch() + firstRows[band] * h.xStride();
    for (int panel = 0; panel < panels; panel++) {
      int from = arguments.offset(kernel) + panel * shape.depth() * width;
      tiles.product(
          walk,
          rows[band],
          arguments.floats(0),
          xAt,
          arguments.floats(kernel),
          from,
          products,
          panel * width,
          /* add= */ false);
    }
    int row = band * height;
    int count = Math.min(height, h.output() - row);
    int place = (image * h.output() + row) * w.output() * columns;
    float[] y = arguments.floats(finish.result());
    int yAt = arguments.offset(finish.result()) + place;
    for (int r = 0; r < count; r++) {
      for (int c = 0; c < w.output(); c++) {
        int from = (r * paddedColumns + c) * pitch;
        int to = yAt + (r * w.output() + c) * columns;
        for (int n = 0; n < columns; n++) {
          y[to + n] = sumOfTaps(products, from + n);
        }
      }
    }
    finish.all(arguments, place, place + count * w.output() * columns);
  }

  private float sumOfTaps(float[] products, int from) {
    float sum = 0;
    for (int tap : taps) {
      sum += products[from + tap];
    }
    return sum;
  }
}
