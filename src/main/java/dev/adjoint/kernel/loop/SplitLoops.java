package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The loops of a {@link SplitPlan}. What depends on no reduction is of level 0, and a reduction is
 * one level above what it reduces. For each level, one phase goes over the parts: it reduces each,
 * and stores what the elements of this level are. Another one then reduces the parts' values, and
 * computes from that what is one a row. Values that are one a row and needed by later phases lie in
 * the temporary array, behind the parts' values.
 */
final class SplitLoops {
  private final SplitPlan plan;
  private final Loop loop;
  private final List<DType> dtypes;
  private final boolean[] perRow;
  private final int[] levels;
  private final List<Integer> folds;
  private final List<Integer> carried;
  private final int temporary;

  SplitLoops(SplitPlan plan) {
    this.plan = plan;
    this.loop = plan.loop();
    this.dtypes = loop.dtypes();
    this.perRow = loop.perRow();
    this.levels = levelsOf(loop);
    this.folds = foldsOf(loop);
    this.carried = carried();
    this.temporary = lastArgument() + 1;
  }

  LoopKernel kernel(LoopCompiler compiler) {
    List<List<LoopKernel>> stages = new ArrayList<>();
    for (int level = 0; level <= lastLevel(); level++) {
      int at = level;
      List<Loop> parts = plan.overParts().stream().flatMap(s -> ofParts(s, at).stream()).toList();
      if (!parts.isEmpty()) {
        stages.add(parts.stream().map(part -> compile(compiler, part)).toList());
      }
      ofRows(level).ifPresent(rows -> stages.add(List.of(compile(compiler, rows))));
    }
    int slots = folds.size() * plan.parts() + carried.size();
    return new SplitKernel(stages, slots * plan.kept());
  }

  private LoopKernel compile(LoopCompiler compiler, Loop part) {
    return new LoopPlanner(compiler, part, plan.own()).uncut();
  }

  // What the values are.

  private static int[] levelsOf(Loop loop) {
    int[] levels = new int[loop.instructions().size()];
    for (int i = 0; i < levels.length; i++) {
      for (int operand : loop.instructions().get(i).operands()) {
        levels[i] = Math.max(levels[i], levels[operand]);
      }
      levels[i] += loop.instructions().get(i) instanceof Instruction.Reduce ? 1 : 0;
    }
    return levels;
  }

  private int lastLevel() {
    return IntStream.of(levels).max().orElse(0);
  }

  private static List<Integer> foldsOf(Loop loop) {
    return IntStream.range(0, loop.instructions().size())
        .filter(i -> loop.instructions().get(i) instanceof Instruction.Reduce)
        .boxed()
        .toList();
  }

  private int lastArgument() {
    return IntStream.concat(
            loop.instructions().stream().mapToInt(SplitLoops::argument),
            loop.results().stream().mapToInt(result -> result.access().argument()))
        .max()
        .orElseThrow();
  }

  private static int argument(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Read(var access) -> access.argument();
      case Instruction.ReadAt(var access, _, _, _) -> access.argument();
      default -> -1;
    };
  }

  /** The values, one a row, that are needed in a later phase than that which computes them. */
  private List<Integer> carried() {
    boolean[] needed = new boolean[levels.length];
    loop.results().stream()
        .filter(this::isOfElement)
        .forEach(result -> needed[result.value()] = true);
    for (int i = levels.length - 1; i >= 0; i--) {
      boolean again = needed[i] && !isCarried(i);
      for (int operand : loop.instructions().get(i).operands()) {
        needed[operand] |= again || !isComputedWith(i, operand);
      }
    }
    return IntStream.range(0, levels.length)
        .filter(i -> needed[i] && isCarried(i))
        .boxed()
        .toList();
  }

  /** Whether a value can be carried: others are computed again from those that can. */
  private boolean isCarried(int i) {
    return perRow[i] && levels[i] > 0 && dtypes.get(i) == plan.own();
  }

  /** Whether the phase that computes a value, one a row, computes its operand too. */
  private boolean isComputedWith(int i, int operand) {
    return perRow[i]
        && levels[i] == levels[operand]
        && !(loop.instructions().get(i) instanceof Instruction.Reduce);
  }

  private boolean isOfElement(Loop.Result result) {
    return !loop.isFixedAlongRow(result.access().strides());
  }

  // Phases.

  /** Over parts: reduces what is of a level, and stores it where it is one an element. */
  private Optional<Loop> ofParts(SplitPlan.Space space, int level) {
    List<Loop.Result> results = new ArrayList<>();
    for (int fold : folds) {
      if (levels[fold] == level + 1) {
        results.add(new Loop.Result(fold, space.valueOfPart(temporary, partsOf(fold))));
      }
    }
    for (Loop.Result result : loop.results()) {
      if (isOfElement(result) && levels[result.value()] == level) {
        results.add(new Loop.Result(result.value(), space.moved(result.access())));
      }
    }
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(new Phase(space, level).loop(results));
  }

  /** Over rows: reduces the parts' values, and computes what is one a row. */
  private Optional<Loop> ofRows(int level) {
    SplitPlan.Space space = plan.overRows();
    List<Loop.Result> results = new ArrayList<>();
    for (Loop.Result result : loop.results()) {
      if (!isOfElement(result) && Math.max(1, levels[result.value()]) == level + 1) {
        results.add(new Loop.Result(result.value(), space.moved(result.access())));
      }
    }
    for (int value : carried) {
      if (levels[value] == level + 1) {
        results.add(new Loop.Result(value, space.valueOfRow(temporary, rowsOf(value))));
      }
    }
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(new Phase(space, level + 1).loop(results));
  }

  private int partsOf(int fold) {
    return folds.indexOf(fold) * plan.parts() * plan.kept();
  }

  private int rowsOf(int value) {
    return (folds.size() * plan.parts() + carried.indexOf(value)) * plan.kept();
  }

  /** Takes from the loop what the results of one phase need. */
  private final class Phase {
    private final SplitPlan.Space space;
    private final int level;
    private final List<Instruction> taken = new ArrayList<>();
    private final int[] places = new int[levels.length];

    /**
     * @param level of the values that the phase computes
     */
    Phase(SplitPlan.Space space, int level) {
      this.space = space;
      this.level = level;
    }

    Loop loop(List<Loop.Result> results) {
      boolean[] needed = needed(results);
      for (int i = 0; i < needed.length; i++) {
        if (needed[i]) {
          take(i);
        }
      }
      List<Loop.Result> placed =
          results.stream().map(r -> new Loop.Result(places[r.value()], r.access())).toList();
      return new Loop(space.sizes(), space.rowAxes(), taken, placed);
    }

    private boolean[] needed(List<Loop.Result> results) {
      boolean[] needed = new boolean[levels.length];
      results.forEach(result -> needed[result.value()] = true);
      for (int i = needed.length - 1; i >= 0; i--) {
        if (needed[i] && !isRead(i) && !isMerged(i)) {
          loop.instructions().get(i).operands().forEach(operand -> needed[operand] = true);
        }
      }
      return needed;
    }

    /** Whether an earlier phase has left a value in the temporary array. */
    private boolean isRead(int i) {
      return carried.contains(i) && levels[i] <= (space.isOverParts() ? level : level - 1);
    }

    /** Whether a value is reduced from the parts' values here. */
    private boolean isMerged(int i) {
      return !space.isOverParts() && loop.instructions().get(i) instanceof Instruction.Reduce;
    }

    private void take(int i) {
      if (isRead(i)) {
        taken.add(new Instruction.Read(space.valueOfRow(temporary, rowsOf(i))));
      } else {
        taken.add(moved(loop.instructions().get(i), i));
      }
      places[i] = taken.size() - 1;
    }

    private Instruction moved(Instruction instruction, int i) {
      return switch (instruction) {
        case Instruction.Read(var access) -> new Instruction.Read(space.moved(access));
        case Instruction.ReadAt(var access, var index, var size, var stride) ->
            new Instruction.ReadAt(space.moved(access), places[index], size, stride);
        case Instruction.Iota(var dtype, var offset, var strides) -> {
          Access counted = space.moved(new Access(-1, dtype, offset, strides));
          yield new Instruction.Iota(dtype, counted.offset(), counted.strides());
        }
        case Instruction.Scalar scalar -> scalar;
        case Instruction.Apply(var op, var operands) ->
            new Instruction.Apply(op, operands.stream().map(operand -> places[operand]).toList());
        case Instruction.Reduce(var fold, var operand) ->
            new Instruction.Reduce(fold, isMerged(i) ? readParts(i) : places[operand]);
      };
    }

    private int readParts(int fold) {
      taken.add(new Instruction.Read(space.valueOfPart(temporary, partsOf(fold))));
      return taken.size() - 1;
    }
  }
}
