package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Decides how the kernel of one loop goes over its axes. */
final class LoopPlanner {
  /** Fewer columns than this are not worth a vector loop across them. */
  static final int FEW_COLUMNS = 8;

  /** From this size on what is read along rows is better read by tiles. */
  private static final int MANY_ROWS = 64;

  private final LoopCompiler compiler;
  private final Loop loop;
  private final DType own;
  private final List<Reach> reaches;
  private final AxisPlan axes;

  /**
   * @param own the dtype of the worker's array, and of the temporary one
   */
  LoopPlanner(LoopCompiler compiler, Loop loop, DType own) {
    this.compiler = compiler;
    this.loop = loop;
    this.own = own;
    this.reaches = reachesOf(loop);
    this.axes = AxisPlan.of(loop, reaches);
  }

  /** What instructions reach, in their order, then what results reach. */
  private static List<Reach> reachesOf(Loop loop) {
    List<Reach> reaches = new ArrayList<>();
    for (Instruction instruction : loop.instructions()) {
      switch (instruction) {
        case Instruction.Read(var access) -> reaches.add(Reach.of(access));
        case Instruction.ReadAt(var access, _, _, _) -> reaches.add(Reach.of(access));
        case Instruction.Iota iota -> reaches.add(Reach.counter(iota));
        default -> {}
      }
    }
    loop.results().forEach(result -> reaches.add(Reach.of(result.access())));
    return reaches;
  }

  LoopKernel plan() {
    Optional<SplitPlan> split =
        loop.isElementwise() ? Optional.empty() : SplitPlan.of(loop, own, columns());
    return split.map(plan -> new SplitLoops(plan).kernel(compiler)).orElseGet(this::uncut);
  }

  /** How many neighbouring rows are reduced side by side. */
  private int columns() {
    return isByColumns() ? axes.kept().getLast().size() : 1;
  }

  /** The kernel of one phase. */
  LoopKernel uncut() {
    if (loop.isElementwise()) {
      return elementwise();
    }
    return isByColumns() ? byColumns() : byRows();
  }

  private LoopKernel elementwise() {
    List<AxisPlan.Axis> nested = padded(axes.inOrderOf(firstResult()));
    LoopBody body = new LoopBody(compiler, loop, own, nested);
    int rows = body.size(-2);
    int columns = Math.max(1, body.size(-1));
    boolean transposes =
        contiguous(nested.get(nested.size() - 2)) > 0
            && Math.min(rows, columns) >= MANY_ROWS
            && Math.multiplyExact(rows, columns) >= LoopKernel.CHUNK;
    return new ElementwiseKernel(body.elementwise(), loop.elements(), rows, columns, transposes);
  }

  private int firstResult() {
    return reaches.size() - loop.results().size();
  }

  /** At least a row axis and a column axis. */
  private List<AxisPlan.Axis> padded(List<AxisPlan.Axis> order) {
    List<AxisPlan.Axis> padded = new ArrayList<>(order);
    while (padded.size() < 2) {
      padded.addFirst(AxisPlan.fixed(1, reaches.size()));
    }
    return padded;
  }

  /** Whether more is contiguous along the last kept axis than along the row. */
  private boolean isByColumns() {
    boolean hasIndex = loop.instructions().stream().anyMatch(LoopPlanner::needsRows);
    if (hasIndex || axes.kept().isEmpty() || axes.kept().getLast().size() < FEW_COLUMNS) {
      return false;
    }
    long alongRow = axes.row().stream().mapToLong(this::contiguous).max().orElse(0);
    return contiguous(axes.kept().getLast()) > alongRow;
  }

  /** An index is counted along a row, and one is looked up for a row. */
  private static boolean needsRows(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Reduce(var fold, _) -> fold.isIndex();
      case Instruction.ReadAt _ -> true;
      default -> false;
    };
  }

  private long contiguous(AxisPlan.Axis axis) {
    return axis.strides().subList(0, firstResult()).stream()
        .filter(stride -> Math.abs(stride) == 1)
        .count();
  }

  /** At least one axis; exactly one if the row is empty, so that the others still lead to rows. */
  private List<AxisPlan.Axis> rowAxes() {
    int elements = AxisPlan.elements(axes.row());
    return axes.row().isEmpty() || elements == 0
        ? new ArrayList<>(List.of(AxisPlan.fixed(elements, reaches.size())))
        : new ArrayList<>(axes.row());
  }

  private LoopKernel byRows() {
    List<AxisPlan.Axis> row = rowAxes();
    // Stable, so that among equals the innermost stays last. An index must keep its order.
    row.sort(Comparator.comparingLong(axis -> Math.min(1, contiguous(axis))));
    List<AxisPlan.Axis> inner = padded(row);
    List<AxisPlan.Axis> order = new ArrayList<>(axes.kept());
    order.addAll(inner);
    LoopBody body = new LoopBody(compiler, loop, own, order);
    body.foldRows();
    return new RowKernel(
        body.rowStages(),
        body.lastNests(),
        AxisPlan.elements(axes.kept()),
        AxisPlan.elements(inner.subList(0, inner.size() - 2)),
        body.size(-2),
        body.size(-1),
        body.workspace());
  }

  private LoopKernel byColumns() {
    List<AxisPlan.Axis> outer = axes.kept().subList(0, axes.kept().size() - 1);
    List<AxisPlan.Axis> row = rowAxes();
    List<AxisPlan.Axis> order = new ArrayList<>(outer);
    order.addAll(row);
    order.add(axes.kept().getLast());
    LoopBody body = new LoopBody(compiler, loop, own, order);
    body.foldColumns();
    return new ColumnKernel(
        body.columnStages(),
        body.lastNests(),
        AxisPlan.elements(outer),
        AxisPlan.elements(row.subList(0, row.size() - 1)),
        body.size(-2),
        body.size(-1),
        body.workspace());
  }

  /** The dtype of the first result, which the arrays of a kernel's own have. */
  static DType workspaceType(Loop loop) {
    return loop.results().stream()
        .map(Loop.Result::access)
        .min(Comparator.comparingInt(Access::argument))
        .orElseThrow()
        .dtype();
  }
}
