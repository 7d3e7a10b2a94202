package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cuts a loop that reduces long rows along one axis of the row, into parts that give a value each,
 * and a loop over those.
 *
 * @param axis the axis that is cut
 * @param length how long a part is along it; the last one may be shorter
 * @param folds the positions of the reductions
 */
record SplitPlan(Loop loop, int axis, int length, List<Integer> folds) {
  /** Enough tasks to keep threads busy. */
  private static final int ENOUGH_TASKS = 16;

  private static final int PART = 2 * LoopKernel.CHUNK;

  static Optional<SplitPlan> of(Loop loop, boolean byColumns) {
    int elements = loop.elements();
    int keptAxes = loop.sizes().size() - loop.rowAxes();
    int kept = Loop.product(loop.sizes().subList(0, keptAxes));
    if (elements < 2 * PART || !canSplit(loop)) {
      return Optional.empty();
    }
    int ofRow = elements / kept;
    int tasks = byColumns ? Math.ceilDiv(kept, ColumnKernel.BLOCK) : kept;
    boolean longColumns = byColumns && ofRow > Fold.BLOCK;
    if (tasks >= ENOUGH_TASKS && !longColumns) {
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
    if (length == size) {
      return Optional.empty();
    }
    List<Integer> folds =
        IntStream.range(0, loop.instructions().size())
            .filter(i -> loop.instructions().get(i) instanceof Instruction.Reduce)
            .boxed()
            .toList();
    return Optional.of(new SplitPlan(loop, axis, length, folds));
  }

  /**
   * All reductions independent, and everything that is kept of the first result's dtype; what is
   * stored of each element does not depend on a reduction.
   */
  private static boolean canSplit(Loop loop) {
    DType type = LoopPlanner.workspaceType(loop);
    List<DType> dtypes = loop.dtypes();
    boolean[] afterFold = new boolean[loop.instructions().size()];
    boolean[] ofElement = new boolean[loop.instructions().size()];
    for (int i = 0; i < afterFold.length; i++) {
      switch (loop.instructions().get(i)) {
        case Instruction.Reduce(var fold, var operand) -> {
          if (fold.isIndex() || dtypes.get(operand) != type || afterFold[operand]) {
            return false;
          }
          afterFold[i] = true;
        }
        case Instruction.Apply(_, var operands) -> {
          for (int operand : operands) {
            afterFold[i] |= afterFold[operand];
            ofElement[i] |= ofElement[operand];
          }
        }
        case Instruction.Read(var access) -> ofElement[i] = movesAlongRow(loop, access.strides());
        case Instruction.Iota(_, _, var strides) -> ofElement[i] = movesAlongRow(loop, strides);
        case Instruction.ReadAt _ -> {
          return false;
        }
        case Instruction.Scalar _ -> {}
      }
    }
    return firstRowType(loop).equals(Optional.of(type))
        && loop.results().stream()
            .allMatch(result ->
                isOfElement(loop, result)
                    ? !afterFold[result.value()] && result.access().dtype() == type
                    : !ofElement[result.value()]);
  }

  /** The dtype of the worker's array when the parts are merged. */
  private static Optional<DType> firstRowType(Loop loop) {
    return loop.results().stream()
        .filter(result -> !isOfElement(loop, result))
        .map(Loop.Result::access)
        .min(Comparator.comparingInt(Access::argument))
        .map(Access::dtype);
  }

  /** Whether a result has a place for each element, not one a row. */
  private static boolean isOfElement(Loop loop, Loop.Result result) {
    return movesAlongRow(loop, result.access().strides());
  }

  private static boolean movesAlongRow(Loop loop, List<Integer> strides) {
    return strides.subList(strides.size() - loop.rowAxes(), strides.size()).stream()
        .anyMatch(stride -> stride != 0);
  }

  private int keptAxes() {
    return loop.sizes().size() - loop.rowAxes();
  }

  private List<Integer> keptSizes() {
    return loop.sizes().subList(0, keptAxes());
  }

  private int kept() {
    return Loop.product(keptSizes());
  }

  private int size() {
    return loop.sizes().get(axis);
  }

  private int parts() {
    return Math.ceilDiv(size(), length);
  }

  LoopKernel kernel(LoopCompiler compiler) {
    int whole = size() / length;
    int rest = size() - whole * length;
    List<LoopKernel> parts = new ArrayList<>();
    parts.add(compile(compiler, part(0, whole, length)));
    if (rest > 0) {
      parts.add(compile(compiler, part(whole, 1, rest)));
    }
    return new SplitKernel(parts, compile(compiler, merge()), folds.size() * parts() * kept());
  }

  private static LoopKernel compile(LoopCompiler compiler, Loop part) {
    return new LoopPlanner(compiler, part).reduction();
  }

  /** A loop over {@code count} parts from part {@code first} on. */
  private Loop part(int first, int count, int size) {
    List<Integer> sizes = new ArrayList<>(loop.sizes());
    sizes.set(axis, size);
    sizes.addFirst(count);
    List<Instruction> instructions =
        loop.instructions().stream()
            .map(instruction ->
                switch (instruction) {
                  case Instruction.Read(var a) -> new Instruction.Read(byParts(a, first));
                  case Instruction.Iota(var dtype, var offset, var strides) ->
                      new Instruction.Iota(
                          dtype, offset + first * length * strides.get(axis), byParts(strides));
                  default -> instruction;
                })
            .toList();
    List<Loop.Result> results = new ArrayList<>();
    for (int f = 0; f < folds.size(); f++) {
      List<Integer> strides = new ArrayList<>(List.of(kept()));
      strides.addAll(Access.rowMajor(keptSizes()));
      strides.addAll(Collections.nCopies(loop.rowAxes(), 0));
      int offset = (f * parts() + first) * kept();
      results.add(new Loop.Result(folds.get(f), new Access(temporary(), type(), offset, strides)));
    }
    for (Loop.Result result : loop.results()) {
      if (isOfElement(loop, result)) {
        results.add(new Loop.Result(result.value(), byParts(result.access(), first)));
      }
    }
    return new Loop(sizes, loop.rowAxes(), instructions, results);
  }

  private Access byParts(Access a, int first) {
    int offset = a.offset() + first * length * a.stride(axis);
    return new Access(a.argument(), a.dtype(), offset, byParts(a.strides()));
  }

  private List<Integer> byParts(List<Integer> strides) {
    List<Integer> byParts = new ArrayList<>(strides);
    byParts.addFirst(length * strides.get(axis));
    return byParts;
  }

  /** The argument behind all others. */
  private int temporary() {
    int last = 0;
    for (Instruction instruction : loop.instructions()) {
      last = instruction instanceof Instruction.Read(var a) ? Math.max(last, a.argument()) : last;
    }
    for (Loop.Result result : loop.results()) {
      last = Math.max(last, result.access().argument());
    }
    return last + 1;
  }

  private DType type() {
    return LoopPlanner.workspaceType(loop);
  }

  /** The loop over the parts' values, which also computes what follows the reductions. */
  private Loop merge() {
    List<Integer> sizes = new ArrayList<>(keptSizes());
    sizes.add(parts());
    List<Instruction> instructions = new ArrayList<>();
    int[] moved = new int[loop.instructions().size()];
    for (int i : neededByResults()) {
      switch (loop.instructions().get(i)) {
        case Instruction.Reduce(var fold, _) -> {
          List<Integer> strides = new ArrayList<>(Access.rowMajor(keptSizes()));
          strides.add(kept());
          int offset = folds.indexOf(i) * parts() * kept();
          instructions.add(new Instruction.Read(new Access(temporary(), type(), offset, strides)));
          instructions.add(new Instruction.Reduce(fold, instructions.size() - 1));
        }
        case Instruction.Read(var a) ->
            instructions.add(
                new Instruction.Read(
                    new Access(a.argument(), a.dtype(), a.offset(), ofKept(a.strides()))));
        case Instruction.Iota(var dtype, var offset, var strides) ->
            instructions.add(new Instruction.Iota(dtype, offset, ofKept(strides)));
        case Instruction.Apply(var op, var operands) ->
            instructions.add(
                new Instruction.Apply(
                    op, operands.stream().map(operand -> moved[operand]).toList()));
        default -> instructions.add(loop.instructions().get(i));
      }
      moved[i] = instructions.size() - 1;
    }
    List<Loop.Result> results =
        rowResults()
            .map(r ->
                new Loop.Result(
                    moved[r.value()],
                    new Access(
                        r.access().argument(),
                        r.access().dtype(),
                        r.access().offset(),
                        ofKept(r.access().strides()))))
            .toList();
    return new Loop(sizes, 1, instructions, results);
  }

  private List<Integer> ofKept(List<Integer> strides) {
    List<Integer> ofKept = new ArrayList<>(strides.subList(0, keptAxes()));
    ofKept.add(0);
    return ofKept;
  }

  private Stream<Loop.Result> rowResults() {
    return loop.results().stream().filter(result -> !isOfElement(loop, result));
  }

  private List<Integer> neededByResults() {
    boolean[] needed = new boolean[loop.instructions().size()];
    rowResults().forEach(result -> needed[result.value()] = true);
    for (int i = needed.length - 1; i >= 0; i--) {
      if (needed[i] && loop.instructions().get(i) instanceof Instruction.Apply(_, var operands)) {
        operands.forEach(operand -> needed[operand] = true);
      }
    }
    return IntStream.range(0, needed.length).filter(i -> needed[i]).boxed().toList();
  }
}
