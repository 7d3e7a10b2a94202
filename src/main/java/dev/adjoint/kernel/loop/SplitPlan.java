package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a loop whose rows are long is cut along one axis of the row, into parts that are as many
 * rows; see {@link SplitLoops} for what is done with them.
 *
 * @param own the dtype of the first result, which all reductions have
 * @param axis the axis that is cut
 * @param length how long a part is along it; the last one may be shorter
 */
record SplitPlan(Loop loop, DType own, int axis, int length) {
  /** Enough tasks to keep threads busy. */
  private static final int ENOUGH_TASKS = 16;

  private static final int PART = 2 * LoopKernel.CHUNK;

  /**
   * Cuts a loop if its rows are too few for the threads, or are columns too long for one sum.
   *
   * @param byColumns whether neighbouring rows are reduced side by side
   * @param tasks how many tasks the loop has uncut
   */
  static Optional<SplitPlan> of(Loop loop, DType own, boolean byColumns, int tasks) {
    int elements = loop.elements();
    if (elements == 0 || !canSplit(loop, own)) {
      return Optional.empty();
    }
    int keptAxes = loop.sizes().size() - loop.rowAxes();
    int ofRow = elements / Loop.product(loop.sizes().subList(0, keptAxes));
    boolean longColumns = byColumns && ofRow > Fold.BLOCK;
    boolean fewTasks = tasks < ENOUGH_TASKS && elements >= 2 * PART;
    if (!longColumns && !fewTasks) {
      return Optional.empty();
    }
    int axis =
        IntStream.range(keptAxes, loop.sizes().size())
            .reduce((a, b) -> loop.sizes().get(b) > loop.sizes().get(a) ? b : a)
            .orElseThrow();
    int size = loop.sizes().get(axis);
    int length = Math.clamp(PART / (elements / size), 1, size);
    if (byColumns) {
      length = Math.clamp(Fold.BLOCK / (ofRow / size), 1, length);
    }
    return length == size ? Optional.empty() : Optional.of(new SplitPlan(loop, own, axis, length));
  }

  /** All reductions of the first result's dtype, and none that counts along the row. */
  private static boolean canSplit(Loop loop, DType own) {
    List<DType> dtypes = loop.dtypes();
    boolean[] perRow = loop.perRow();
    return loop.instructions().stream()
            .allMatch(instruction ->
                !(instruction instanceof Instruction.Reduce(var fold, var operand))
                    || (!fold.isIndex() && dtypes.get(operand) == own))
        && loop.results().stream()
            .allMatch(r -> !loop.isFixedAlongRow(r.access().strides()) || perRow[r.value()]);
  }

  private int keptAxes() {
    return loop.sizes().size() - loop.rowAxes();
  }

  private List<Integer> keptSizes() {
    return loop.sizes().subList(0, keptAxes());
  }

  /** How many rows there are. */
  int kept() {
    return Loop.product(keptSizes());
  }

  private int size() {
    return loop.sizes().get(axis);
  }

  /** How many parts a row has. */
  int parts() {
    return Math.ceilDiv(size(), length);
  }

  /**
   * An index space that phases go over.
   *
   * @param first the part that it begins with
   * @param sizes of the parts and the kept axes, then of the axes of {@code row}
   */
  record Space(SplitPlan plan, int first, List<Integer> sizes, int rowAxes, boolean ofParts) {
    /** An access of the whole loop, here. */
    Access moved(Access a) {
      List<Integer> strides = new ArrayList<>(a.strides());
      if (ofParts) {
        int step = plan.length * a.stride(plan.axis);
        strides.addFirst(step);
        return new Access(a.argument(), a.dtype(), a.offset() + first * step, strides);
      }
      strides.subList(plan.keptAxes(), strides.size()).clear();
      strides.add(0);
      return new Access(a.argument(), a.dtype(), a.offset(), strides);
    }

    /** One element a row of the loop, in memory behind each other from an offset on. */
    Access ofRows(int argument, int offset) {
      return at(argument, offset, 0);
    }

    /** One element a part of each row of the loop. */
    Access ofParts(int argument, int offset) {
      return at(argument, offset + first * plan.kept(), plan.kept());
    }

    private Access at(int argument, int offset, int ofPart) {
      List<Integer> strides = new ArrayList<>(Access.rowMajor(plan.keptSizes()));
      if (ofParts) {
        strides.addFirst(ofPart);
        strides.addAll(Collections.nCopies(rowAxes, 0));
      } else {
        strides.add(ofPart);
      }
      return new Access(argument, plan.own, offset, strides);
    }
  }

  /** The elements of all parts: those of one length, then possibly a shorter one. */
  List<Space> overParts() {
    int whole = size() / length;
    int rest = size() - whole * length;
    List<Space> spaces = new ArrayList<>();
    spaces.add(overParts(0, whole, length));
    if (rest > 0) {
      spaces.add(overParts(whole, 1, rest));
    }
    return spaces;
  }

  private Space overParts(int first, int count, int size) {
    List<Integer> sizes = new ArrayList<>(loop.sizes());
    sizes.set(axis, size);
    sizes.addFirst(count);
    return new Space(this, first, sizes, loop.rowAxes(), true);
  }

  /** The rows, each of its parts. */
  Space overRows() {
    List<Integer> sizes = new ArrayList<>(keptSizes());
    sizes.add(parts());
    return new Space(this, 0, sizes, 1, false);
  }
}
