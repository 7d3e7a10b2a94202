package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.Workspace;

/** Packs the right operand of a product into {@link Panels}: argument 0 into argument 1. */
final class PackPanels implements Kernel {
  private final Tiles tiles;
  private final ProductShape shape;

  PackPanels(Tiles tiles, ProductShape shape) {
    this.tiles = tiles;
    this.shape = shape;
  }

  /** How many elements the packed right operand has. */
  static int length(Tiles tiles, ProductShape shape) {
    long panels = Panels.count(shape.n(), tiles.width());
    return Math.toIntExact(shape.bBatch().size() * panels * tiles.width() * shape.k());
  }

  @Override
  public int tasks(int phase) {
    return shape.batch() * Panels.count(shape.n(), tiles.width());
  }

  /** Panels of one width, from columns that stand so. */
  private record Function(int width, Offsets matrices, Offsets depth, Offsets columns) {}

  @Override
  public Object function() {
    return new Function(tiles.width(), shape.bBatch(), shape.bDepth(), shape.bColumn());
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    panel(
        tiles,
        shape,
        task,
        arguments.floats(0),
        arguments.offset(0),
        arguments.floats(1),
        arguments.offset(1));
  }

  /** Packs one panel of one matrix, counted over all matrices. */
  static void panel(
      Tiles tiles, ProductShape shape, int panel, float[] b, int bAt, float[] to, int toAt) {
    int width = tiles.width();
    int panels = Panels.count(shape.n(), width);
    Panels.pack(
        tiles,
        b,
        bAt + shape.bBatch().at(panel / panels),
        shape.bDepth(),
        0,
        shape.k(),
        shape.bColumn(),
        panel % panels * width,
        to,
        toAt + panel * shape.k() * width);
  }
}
