package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Phase;
import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Walk;
import dev.adjoint.kernel.f32.DepthwiseTiles.Pitch;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a correlation that has one {@link Phase} along each axis: for a band of output rows
 * it is a product, whose rows are pixels and whose terms are taps and features.
 */
final class Piece {
  private final Phase plane;
  private final Phase row;
  private final Phase column;
  private final int pitch;
  private final int columns;
  private final int rowsInBand;
  private final int outputColumns;
  private final int outputRows;
  private final int lastOutputRows;
  private final Pitch inputPitch;
  private final Pitch outputPitch;
  private final int terms;
  private final Walk walk;
  private final int kernelOrigin;
  private final Offsets kernel;
  private final Rows full;
  private final Rows last;
  private final Rows fullNarrow;
  private final Rows lastNarrow;

  /**
   * A piece.
   *
   * @param phases one for each axis
   * @param height how many output rows a band has, a multiple of every phase's period
   * @param lastHeight how many the last band has
   * @param pitch elements from one pixel of the copied band to the next
   * @param width columns that are computed at a time
   */
  Piece(
      CorrelationShape shape,
      List<Phase> phases,
      int height,
      int lastHeight,
      int pitch,
      int width) {
    this.plane = phases.get(0);
    this.row = phases.get(1);
    this.column = phases.get(2);
    this.pitch = pitch;
    int steps = column.stepsBelow(shape.axes().get(2).output());
    this.columns = steps == 0 ? 0 : (steps - 1) * column.move() + column.extent();
    this.rowsInBand = bandRows(row.stepsBelow(height));
    this.outputColumns = steps;
    this.outputRows = row.stepsBelow(height);
    this.lastOutputRows = row.stepsBelow(lastHeight);
    this.inputPitch = new Pitch(columns * pitch, pitch);
    this.outputPitch =
        new Pitch(
            row.period() * shape.axes().get(1).yStride(),
            column.period() * shape.axes().get(2).yStride());
    this.walk = walk(shape.depth(), width);
    this.terms = walk.terms();
    int[] table = kernelTable(shape);
    int origin = terms == 0 ? 0 : table[0];
    this.kernelOrigin = origin;
    this.kernel = Offsets.of(Arrays.stream(table).map(at -> at - origin).toArray());
    this.full = rows(shape, outputRows, steps);
    this.last = rows(shape, lastOutputRows, steps);
    this.fullNarrow = full.placedApart(width);
    this.lastNarrow = last.placedApart(width);
  }

  private int bandRows(int steps) {
    return steps == 0 ? 0 : (steps - 1) * row.move() + row.extent();
  }

  private Rows rows(CorrelationShape shape, int rows, int steps) {
    int yRow = shape.axes().get(1).yStride();
    int yColumn = shape.axes().get(2).yStride();
    return new Rows(
        rows * steps,
        i -> ((i / steps) * row.move() * columns + i % steps * column.move()) * pitch,
        i ->
            (row.first() + i / steps * row.period()) * yRow
                + (column.first() + i % steps * column.period()) * yColumn);
  }

  private Walk walk(int depth, int width) {
    int spacing = spacing();
    boolean merged = depth == 1 ? spacing > 0 : spacing == 1 && depth == pitch;
    int taps = column.taps().size();
    int runsInRow = merged ? Math.min(taps, 1) : taps;
    int runs = plane.taps().size() * row.taps().size() * runsInRow;
    int length = merged ? taps * depth : depth;
    int[] starts = new int[2 * runs];
    int run = 0;
    for (int p : plane.sources()) {
      for (int r : row.sources()) {
        for (int c = 0; c < runsInRow; c++) {
          int fromColumn = column.sources().get(c) - column.origin();
          starts[2 * run] =
              (p - plane.origin()) * planePitch()
                  + ((r - row.origin()) * columns + fromColumn) * pitch;
          starts[2 * run + 1] = run * length * width;
          run++;
        }
      }
    }
    return new Walk(starts, length, depth == 1 && merged ? spacing * pitch : 1, width);
  }

  /** The distance of neighbouring taps of a row, or 0 if it is not constant. */
  private int spacing() {
    List<Integer> sources = column.sources();
    int spacing = sources.size() < 2 ? 1 : sources.get(1) - sources.get(0);
    for (int i = 1; i < sources.size(); i++) {
      if (sources.get(i) - sources.get(i - 1) != spacing) {
        return 0;
      }
    }
    return spacing;
  }

  /** Where the kernel's elements of one output feature are, in the order of the walk. */
  private int[] kernelTable(CorrelationShape shape) {
    int[] table = new int[terms];
    int i = 0;
    for (int p : plane.taps()) {
      for (int r : row.taps()) {
        for (int c : column.taps()) {
          for (int f = 0; f < shape.depth(); f++) {
            table[i++] =
                p * shape.axes().get(0).wStride()
                    + r * shape.axes().get(1).wStride()
                    + c * shape.axes().get(2).wStride()
                    + f * shape.wDepth();
          }
        }
      }
    }
    return table;
  }

  /** Where the first of the kernel's elements is. */
  int kernelOrigin() {
    return kernelOrigin;
  }

  Offsets kernel() {
    return kernel;
  }

  int terms() {
    return terms;
  }

  Walk walk() {
    return walk;
  }

  Rows rows(boolean ofLastBand) {
    return ofLastBand ? last : full;
  }

  /** Whether {@link DepthwiseTiles} compute the piece of these phases, if features are lanes. */
  static boolean slides(List<Phase> phases) {
    return phases.get(0).taps().size() == 1 && slides(phases.get(1)) && slides(phases.get(2));
  }

  private static boolean slides(Phase phase) {
    return phase.taps().size() == DepthwiseTiles.SIDE
        && phase.extent() == DepthwiseTiles.SIDE
        && phase.move() == 1;
  }

  /** How many output rows of a band this computes. */
  int outputRows(boolean ofLastBand) {
    return ofLastBand ? lastOutputRows : outputRows;
  }

  /** How many outputs of a row this computes. */
  int outputColumns() {
    return outputColumns;
  }

  /** Where the pixels of a copied band stand. */
  Pitch inputPitch() {
    return inputPitch;
  }

  /** Where the outputs that this computes stand. */
  Pitch outputPitch() {
    return outputPitch;
  }

  Rows narrowRows(boolean ofLastBand) {
    return ofLastBand ? lastNarrow : fullNarrow;
  }

  private int planePitch() {
    return rowsInBand * columns * pitch;
  }

  int bandSize() {
    return Band.size(plane.extent(), rowsInBand, columns, pitch);
  }

  /** Whether this piece computes elements of an output plane. */
  boolean isOf(int outputPlane) {
    return outputPlane % plane.period() == plane.first();
  }

  /** Copies what the rows of a band read. */
  void copy(
      Band band, float[] x, int xAt, int outputPlane, int outputRow, boolean last, float[] to) {
    int step = outputPlane / plane.period();
    int rows = last ? this.last.count() : full.count();
    if (terms == 0 || rows == 0) {
      return;
    }
    band.copy(
        x,
        xAt,
        step * plane.move() + plane.origin(),
        plane.extent(),
        outputRow / row.period() * row.move() + row.origin(),
        rowsInBand,
        column.origin(),
        columns,
        planePitch(),
        to,
        0);
  }
}
