package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Epilogue.Pooled;
import dev.adjoint.kernel.Workspace;

/** An epilogue, applied to parts of a result whose last axis has a known size. */
final class Finish {
  private static final float[] NONE = {};

  private final Tiles tiles;
  private final Epilogue epilogue;
  private final int lastAxis;

  Finish(Tiles tiles, Epilogue epilogue, int lastAxis) {
    this.tiles = tiles;
    this.epilogue = epilogue;
    this.lastAxis = lastAxis;
  }

  int result() {
    return epilogue.result();
  }

  int temporary() {
    return epilogue.temporary();
  }

  /** The steps before the tail, on elements {@code from} to {@code to - 1} of the result. */
  void steps(Arguments arguments, int from, int to) {
    if (!epilogue.hasSteps()) {
      return;
    }
    int column = from % lastAxis;
    int begun = column == 0 ? from : Math.min(to, from - column + lastAxis);
    stepsOfRows(arguments, from, column, 1, begun - from);
    int rows = (to - begun) / lastAxis;
    stepsOfRows(arguments, begun, 0, rows, lastAxis);
    int last = begun + rows * lastAxis;
    stepsOfRows(arguments, last, 0, 1, to - last);
  }

  /** The steps on parts of rows that begin at the given column. */
  @SuppressWarnings("cast") // needless in f64
  private void stepsOfRows(Arguments arguments, int at, int column, int rows, int columns) {
    if (rows == 0 || columns == 0) {
      return;
    }
    int bias = epilogue.bias().orElse(0);
    int residual = epilogue.residual().orElse(0);
    tiles.finish(
        rows,
        columns,
        arguments.floats(result()),
        arguments.offset(result()) + at,
        lastAxis,
        (float) epilogue.scale(),
        bias == 0 ? NONE : arguments.floats(bias),
        arguments.offset(bias) + column,
        residual == 0 ? NONE : arguments.floats(residual),
        arguments.offset(residual) + at,
        epilogue.relu());
  }

  /** The loop at the end, on elements {@code from} to {@code to - 1}, which are complete. */
  void tail(Arguments arguments, int from, int to) {
    if (epilogue.tail().isPresent() && from < to) {
      epilogue.tail().get().run(arguments, from, to);
    }
  }

  /** Whether the result is pooled, so that only the workspace has it, in parts. */
  boolean pools() {
    return epilogue.pooled().isPresent();
  }

  /**
   * The arguments of a part of the result that begins with element {@code place}. If it is pooled,
   * that element is at {@code at} of the workspace, and the others lie behind it as they would in
   * the whole result.
   */
  Arguments ofPart(Arguments arguments, Workspace workspace, int at, int place) {
    if (epilogue.pooled().isEmpty()) {
      return arguments;
    }
    Arguments part = workspace.copyOf(arguments);
    part.set(epilogue.pooled().get().argument(), workspace.floats(), at - place);
    return part;
  }

  /**
   * Pools a complete part of the result: some rows and columns of a plane, both from a multiple of
   * the pooling's strides on.
   *
   * @param part what {@link #ofPart} gave
   */
  void pool(
      Arguments part,
      Arguments arguments,
      Workspace workspace,
      int plane,
      int row,
      int rowLimit,
      int column,
      int columnLimit) {
    if (epilogue.pooled().isEmpty()) {
      return;
    }
    Pooled pooled = epilogue.pooled().get();
    int argument = pooled.argument();
    Arguments pair = workspace.pair();
    pair.set(0, part.array(argument), part.offset(argument));
    pair.set(1, arguments.array(argument), arguments.offset(argument));
    pooled.pooling().pool(pair, plane, row, rowLimit, column, columnLimit);
  }

  /** Steps and tail. */
  void all(Arguments arguments, int from, int to) {
    steps(arguments, from, to);
    tail(arguments, from, to);
  }
}
