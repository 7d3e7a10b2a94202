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
 * @param axis the axis that is cut: the longest of the row
 * @param length how long a part is along it; the last one may be shorter
 */
record SplitPlan(Loop loop, DType own, int axis, int length) {
  /** Enough tasks to keep threads busy. */
  private static final int ENOUGH_TASKS = 16;

  /** Where there are fewer, parts are made until there are about as many. */
  private static final int WANTED_TASKS = 64;

  private static final int PART = 2 * LoopKernel.CHUNK;

  /**
   * Whether rows are cut, if what is folded lets them: they are too few for the threads, or so long
   * that the sum of a column would be too long.
   *
   * @param columns how many neighbouring rows are reduced side by side; 1 if none
   */
  static boolean cuts(long rows, long length, long columns) {
    return isLong(length, columns) || areFew(rows, length, columns);
  }

  private static boolean isLong(long length, long columns) {
    return columns > 1 && length > Fold.BLOCK;
  }

  private static boolean areFew(long rows, long length, long columns) {
    return tasks(rows, columns) < ENOUGH_TASKS && rows * length >= 2 * PART;
  }

  private static long tasks(long rows, long columns) {
    return rows / columns * Math.ceilDiv(columns, ColumnKernel.BLOCK);
  }

  /**
   * Cuts the rows of a loop, if that is of use and can be.
   *
   * @param columns how many neighbouring rows are reduced side by side; 1 if none
   */
  static Optional<SplitPlan> of(Loop loop, DType own, int columns) {
    int elements = loop.elements();
    int keptAxes = loop.sizes().size() - loop.rowAxes();
    int rows = Loop.product(loop.sizes().subList(0, keptAxes));
    if (elements == 0 || !cuts(rows, elements / rows, columns) || !canSplit(loop, own)) {
      return Optional.empty();
    }
    int axis =
        IntStream.range(keptAxes, loop.sizes().size())
            .reduce((a, b) -> loop.sizes().get(b) > loop.sizes().get(a) ? b : a)
            .orElseThrow();
    int size = loop.sizes().get(axis);
    int length = length(rows, elements / rows, columns, size);
    return length == size ? Optional.empty() : Optional.of(new SplitPlan(loop, own, axis, length));
  }

  /**
   * How long parts are along an axis of a size. There is a value for each, so no more than help.
   */
  private static int length(int rows, int ofRow, int columns, int size) {
    int length = size;
    if (areFew(rows, ofRow, columns)) {
      int wanted = Math.ceilDiv(WANTED_TASKS, (int) tasks(rows, columns));
      int largeEnough = PART / (rows * (ofRow / size));
      length = Math.clamp(Math.max(largeEnough, Math.ceilDiv(size, wanted)), 1, size);
    }
    return isLong(ofRow, columns) ? Math.clamp(Fold.BLOCK / (ofRow / size), 1, length) : length;
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
   * An index space that a phase goes over: either the parts of rows, whose axes are the parts, the
   * kept axes and those of a row; or the rows, whose axes are the kept ones and the parts.
   *
   * @param first the part that it begins with
   * @param rowAxes how many of its last axes a reduction folds
   */
  record Space(SplitPlan plan, int first, List<Integer> sizes, int rowAxes, boolean isOverParts) {
    /** An access of the whole loop, here. */
    Access moved(Access a) {
      List<Integer> strides = new ArrayList<>(a.strides());
      if (isOverParts) {
        int step = plan.length * a.stride(plan.axis);
        strides.addFirst(step);
        return new Access(a.argument(), a.dtype(), a.offset() + first * step, strides);
      }
      strides.subList(plan.keptAxes(), strides.size()).clear();
      strides.add(0);
      return new Access(a.argument(), a.dtype(), a.offset(), strides);
    }

    /** One element a row of the loop, in memory behind each other from an offset on. */
    Access valueOfRow(int argument, int offset) {
      return at(argument, offset, 0);
    }

    /** One element a part of each row of the loop. */
    Access valueOfPart(int argument, int offset) {
      return at(argument, offset + first * plan.kept(), plan.kept());
    }

    private Access at(int argument, int offset, int ofPart) {
      List<Integer> strides = new ArrayList<>(Access.rowMajor(plan.keptSizes()));
      if (isOverParts) {
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
