package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The instructions of a loop as steps over ordered axes, and the nests that they make: one for each
 * stage, where a stage needs only what reductions of earlier ones gave. What several stages need is
 * computed in each of them.
 */
final class LoopBody {
  private final LoopCompiler compiler;
  private final Loop loop;
  private final DType own;
  private final List<AxisPlan.Axis> axes;
  private final List<Reach> reaches = new ArrayList<>();
  private final Code code = new Code();
  private final List<Long> parameters = new ArrayList<>();
  private final int[] values;
  private final int[] kept;
  private final List<RowValue> rowValues = new ArrayList<>();
  private final List<FoldPlace> folds = new ArrayList<>();
  private final List<Integer> stages = new ArrayList<>();
  private int workspace;
  private boolean byColumns;

  /** Where a reduction happens: {@code step} is folded, in a stage. */
  private record FoldPlace(Fold fold, int step, int stage, int target, int partials) {}

  /** A step that is one value a row, and where it is kept for the elements of the row. */
  private record RowValue(int step, int stage, int target) {}

  /**
   * @param own the dtype of the worker's array
   */
  LoopBody(LoopCompiler compiler, Loop loop, DType own, List<AxisPlan.Axis> axes) {
    this.compiler = compiler;
    this.loop = loop;
    this.own = own;
    this.axes = axes;
    this.values = new int[loop.instructions().size()];
    this.kept = new int[values.length];
    int reach = 0;
    for (Instruction instruction : loop.instructions()) {
      switch (instruction) {
        case Instruction.Read(var access) -> addReach(Reach.of(access), reach++);
        case Instruction.ReadAt(var access, _, _, _) -> addReach(Reach.of(access), reach++);
        case Instruction.Iota iota -> addReach(Reach.counter(iota), reach++);
        default -> {}
      }
    }
    for (Loop.Result result : loop.results()) {
      addReach(Reach.of(result.access()), reach++);
    }
  }

  private void addReach(Reach reach, int position) {
    reaches.add(
        reach.withStrides(axes.stream().map(axis -> axis.strides().get(position)).toList()));
  }

  private int firstResultReach() {
    return (int)
        loop.instructions().stream()
            .filter(instruction ->
                instruction instanceof Instruction.Read
                    || instruction instanceof Instruction.ReadAt
                    || instruction instanceof Instruction.Iota)
            .count();
  }

  /** The size of an axis, counted from the end. */
  int size(int axis) {
    return axes.get(axes.size() + axis).size();
  }

  int workspace() {
    return workspace;
  }

  BoundNest elementwise() {
    expand();
    return nest(elementStores(0), List.of(), List.of());
  }

  /** Folds along the columns, among others. */
  void foldRows() {
    expand();
  }

  /** Folds along all but the last axis. */
  void foldColumns() {
    byColumns = true;
    expand();
  }

  List<RowKernel.Stage> rowStages() {
    return IntStream.range(0, stageCount())
        .mapToObj(stage ->
            new RowKernel.Stage(
                stageNest(stage), foldsOf(stage).stream().anyMatch(f -> f.partials() >= 0)))
        .toList();
  }

  List<ColumnKernel.Stage> columnStages() {
    return IntStream.range(0, stageCount())
        .mapToObj(stage -> new ColumnKernel.Stage(rowValueNests(stage), stageNest(stage)))
        .toList();
  }

  /** What computes the values that are one a row and that the elements of a stage need. */
  private List<BoundNest> rowValueNests(int stage) {
    List<Nest.Store> stores =
        rowValues.stream()
            .filter(value -> value.stage() == stage)
            .map(value -> new Nest.Store(value.step(), value.target()))
            .toList();
    return stores.isEmpty() ? List.of() : List.of(nest(stores, List.of(), List.of()));
  }

  private int stageCount() {
    int count = 0;
    for (FoldPlace fold : folds) {
      count = Math.max(count, fold.stage() + 1);
    }
    for (int r = 0; r < loop.results().size(); r++) {
      if (!isPerRow(r)) {
        count = Math.max(count, stageOfResult(r) + 1);
      }
    }
    return count;
  }

  private int stageOfResult(int result) {
    return stages.get(kept[loop.results().get(result).value()]);
  }

  private List<FoldPlace> foldsOf(int stage) {
    return folds.stream().filter(fold -> fold.stage() == stage).toList();
  }

  private BoundNest stageNest(int stage) {
    return nest(elementStores(stage), List.of(), foldsOf(stage));
  }

  /** What is stored for each element of a row in a stage. */
  private List<Nest.Store> elementStores(int stage) {
    return IntStream.range(0, loop.results().size())
        .filter(r -> (loop.isElementwise() || !isPerRow(r)) && stageOfResult(r) == stage)
        .mapToObj(this::store)
        .toList();
  }

  /** What stores the values that are one a row; not those that folds wrote there themselves. */
  List<BoundNest> lastNests() {
    List<Nest.Store> stores =
        IntStream.range(0, loop.results().size())
            .filter(r -> isPerRow(r) && folds.stream().noneMatch(f -> f.target() == resultReach(r)))
            .mapToObj(this::store)
            .toList();
    if (stores.isEmpty()) {
      return List.of();
    }
    return List.of(
        byColumns ? nest(stores, List.of(), List.of()) : nest(List.of(), stores, List.of()));
  }

  private int resultReach(int result) {
    return firstResultReach() + result;
  }

  private Nest.Store store(int result) {
    int value = loop.results().get(result).value();
    return new Nest.Store(isPerRow(result) ? values[value] : kept[value], resultReach(result));
  }

  private boolean isPerRow(int result) {
    return loop.isFixedAlongRow(loop.results().get(result).access().strides());
  }

  /** Turns instructions into steps. */
  private void expand() {
    Operators operators = new Operators(code);
    boolean[] perRow = byColumns ? loop.perRow() : new boolean[values.length];
    int reach = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (loop.instructions().get(i)) {
            case Instruction.Read _, Instruction.Iota _ -> load(reach++);
            case Instruction.ReadAt(_, var index, var size, var stride) ->
                code.step(
                    Opcode.GATHER,
                    reaches.get(reach).dtype(),
                    reach++,
                    values[index],
                    parameter(DType.INT32, size),
                    parameter(DType.INT32, stride));
            // What is compared with zero has faster code.
            case Instruction.Scalar(var dtype, var bits) ->
                bits == 0 ? code.integer(dtype, 0) : parameter(dtype, bits);
            case Instruction.Apply(var op, var operands) -> {
              int[] known = perRow[i] ? values : kept;
              yield operators.apply(op, operands.stream().map(operand -> known[operand]).toList());
            }
            case Instruction.Reduce(var fold, var operand) -> fold(i, fold, kept[operand]);
          };
      assignStages();
      kept[i] = isKept(i, perRow) ? keep(values[i]) : values[i];
    }
  }

  /**
   * Whether a result is computed once a row and kept for its elements: what lies along columns
   * would be computed anew for each of them, as nothing of a column stays in registers.
   */
  private boolean isKept(int instruction, boolean[] perRow) {
    DType type = code.type(values[instruction]);
    return perRow[instruction]
        && loop.instructions().get(instruction) instanceof Instruction.Apply
        && type.isFloating()
        && type == own
        && IntStream.range(instruction, perRow.length)
            .anyMatch(reader -> isReadByElements(instruction, reader, perRow));
  }

  private boolean isReadByElements(int instruction, int reader, boolean[] perRow) {
    return switch (loop.instructions().get(reader)) {
      case Instruction.Apply(_, var operands) -> !perRow[reader] && operands.contains(instruction);
      case Instruction.Reduce(_, var operand) -> operand == instruction;
      default -> false;
    };
  }

  private int keep(int step) {
    List<Integer> strides = new ArrayList<>(Collections.nCopies(axes.size(), 0));
    strides.set(axes.size() - 1, 1);
    int target = workspace(code.type(step), ColumnKernel.BLOCK, strides);
    rowValues.add(new RowValue(step, stages.get(step), target));
    int kept = load(target);
    assignStages();
    return kept;
  }

  private int load(int reach) {
    return code.step(Opcode.LOAD, reaches.get(reach).dtype(), reach);
  }

  private int parameter(DType dtype, long bits) {
    int known = parameters.indexOf(bits);
    if (known < 0) {
      parameters.add(bits);
      known = parameters.size() - 1;
    }
    return code.step(Opcode.PARAMETER, dtype, known);
  }

  /** A step belongs to the earliest stage in which its operands are known. */
  private void assignStages() {
    for (int step = stages.size(); step < code.steps().size(); step++) {
      Step added = code.steps().get(step);
      int stage = 0;
      for (int operand : added.operands()) {
        stage = Math.max(stage, stages.get(operand));
      }
      if (added.opcode() == Opcode.LOAD) {
        for (FoldPlace fold : folds) {
          stage = fold.target() == added.immediate() ? fold.stage() + 1 : stage;
        }
        for (RowValue value : rowValues) {
          stage = value.target() == added.immediate() ? value.stage() : stage;
        }
      }
      stages.add(stage);
    }
  }

  private int fold(int instruction, Fold fold, int step) {
    assignStages();
    DType type = code.type(step);
    boolean inWorkspace = type == own && type.isFloating() && !fold.isIndex();
    int target;
    int partials = -1;
    if (inWorkspace && byColumns) {
      List<Integer> strides = new ArrayList<>(Collections.nCopies(axes.size(), 0));
      strides.set(axes.size() - 1, 1);
      target = workspace(type, ColumnKernel.BLOCK, strides);
    } else if (inWorkspace) {
      List<Integer> fixed = Collections.nCopies(axes.size(), 0);
      target = workspace(type, 1, fixed);
      partials = workspace(type, Fold.PARTIALS, fixed);
    } else {
      target = resultOf(instruction, fold, type);
    }
    folds.add(new FoldPlace(fold, step, stages.get(step), target, partials));
    return load(target);
  }

  private int workspace(DType type, int length, List<Integer> strides) {
    reaches.add(Reach.workspace(type, workspace, strides));
    workspace += length;
    return reaches.size() - 1;
  }

  private int resultOf(int instruction, Fold fold, DType type) {
    for (int r = 0; r < loop.results().size(); r++) {
      if (loop.results().get(r).value() == instruction && isPerRow(r)) {
        return resultReach(r);
      }
    }
    throw new IllegalArgumentException(
        "%s of %s (value %d) is not stored, and the worker's array is of %s, the first result's dtype. Store it, or make it the first result's dtype."
            .formatted(fold, type, instruction, own));
  }

  /** The code of what the stores and folds need, with only the steps that they need. */
  private BoundNest nest(
      List<Nest.Store> stores, List<Nest.Store> rowStores, List<FoldPlace> accumulated) {
    TreeSet<Integer> needed = new TreeSet<>();
    stores.forEach(store -> needed.add(store.value()));
    rowStores.forEach(store -> needed.add(store.value()));
    accumulated.forEach(fold -> needed.add(fold.step()));
    for (int step = code.steps().size() - 1; step >= 0; step--) {
      if (needed.contains(step)) {
        needed.addAll(code.steps().get(step).operands());
      }
    }
    NestBuilder builder = new NestBuilder(reaches, parameters);
    needed.forEach(step -> builder.add(step, code.steps().get(step)));
    stores.forEach(store -> builder.store(store.value(), store.access()));
    rowStores.forEach(store -> builder.storeRow(store.value(), store.access()));
    accumulated.forEach(
        fold -> builder.fold(fold.fold(), fold.step(), fold.target(), fold.partials()));
    List<AxisPlan.Axis> outer = axes.subList(0, axes.size() - 2);
    Nest nest = builder.nest(compiler, axes.getLast().size());
    return new BoundNest(compiler.code(nest), builder.geometry(outer));
  }
}
