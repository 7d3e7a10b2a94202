package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Workspace;

/**
 * {@link Streaming} for a matrix that comes as {@link PackPanels} leaves it, to the same bits. Each
 * task reads two panels, from beginning to end, and holds its sums in registers: no parts of the
 * result are written and read again, and two threads read twice as fast as one.
 */
final class StreamingPanels implements Kernel {
  private final Tiles tiles;
  private final ProductShape shape;
  private final Finish finish;
  private final int panels;
  private final int depthPerSlice;
  private final int slices;

  StreamingPanels(Tiles tiles, ProductShape shape, Epilogue epilogue) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.panels = Panels.count(shape.n(), tiles.width());
    this.depthPerSlice = Streaming.depthPerSlice(shape);
    this.slices = Math.ceilDiv(shape.k(), depthPerSlice);
  }

  @Override
  public int tasks(int phase) {
    return shape.batch() * pairs();
  }

  private int pairs() {
    return Math.ceilDiv(panels, 2);
  }

  /** Elements of a row that a task computes, the filling of a last panel among them. */
  private int columns() {
    return 2 * tiles.width();
  }

  /** The sums of each slice and row, and those of all slices. */
  @Override
  public int workspace() {
    return (slices + 1) * shape.m() * columns();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int batch = task / pairs();
    int panel = task % pairs() * 2;
    float[] sums = workspace.floats();
    for (int slice = 0; slice < slices; slice++) {
      slice(batch, panel, slice, arguments, sums, slice * shape.m() * columns());
    }
    int all = slices * shape.m() * columns();
    tiles.sum(slices, shape.m() * columns(), sums, 0, shape.m() * columns(), sums, all);
    store(batch, panel, sums, all, arguments);
  }

  /** The sums of a slice, of all rows before those of the next: they read the same panels. */
  private void slice(
      int batch, int panel, int slice, Arguments arguments, float[] sums, int sumsAt) {
    int from = slice * depthPerSlice;
    int depth = Math.min(depthPerSlice, shape.k() - from);
    int step = shape.aDepth().stride();
    int aAt = arguments.offset(0) + shape.aBatch().at(batch) + from * step;
    int first = panelAt(batch, panel, from, arguments);
    int second = panelAt(batch, Math.min(panel + 1, panels - 1), from, arguments);
    for (int row = 0; row < shape.m(); row++) {
      tiles.twoPanels(
          depth,
          arguments.floats(0),
          aAt + shape.aRow().at(row),
          step,
          arguments.floats(1),
          first,
          second,
          sums,
          sumsAt + row * columns());
    }
  }

  private int panelAt(int batch, int panel, int row, Arguments arguments) {
    return arguments.offset(1) + ((batch * panels + panel) * shape.k() + row) * tiles.width();
  }

  private void store(int batch, int panel, float[] sums, int sumsAt, Arguments arguments) {
    int column = panel * tiles.width();
    int count = Math.min(columns(), shape.n() - column);
    for (int row = 0; row < shape.m(); row++) {
      int element = (batch * shape.m() + row) * shape.n() + column;
      int place = arguments.offset(finish.result()) + element;
      float[] y = arguments.floats(finish.result());
      System.arraycopy(sums, sumsAt + row * columns(), y, place, count);
      finish.all(arguments, element, element + count);
    }
  }
}
