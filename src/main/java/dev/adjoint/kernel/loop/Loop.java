package dev.adjoint.kernel.loop;

import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A group of operators over one index space, independent of any graph. Made by {@link LoopBuilder}.
 *
 * <p>The trailing {@code rowAxes} axes of the index space form a row; {@link Instruction.Reduce}
 * makes one value of it, which instructions may use again for all elements of the row. Such a loop
 * goes over each row as often as its reductions depend on each other.
 *
 * @param sizes of the index space
 * @param rowAxes how many trailing axes a reduction folds; 0 if there is none
 * @param instructions in order, operands before their use
 * @param results what is stored
 */
public record Loop(
    List<Integer> sizes, int rowAxes, List<Instruction> instructions, List<Result> results) {
  /** Copies the lists. */
  public Loop {
    sizes = List.copyOf(sizes);
    instructions = List.copyOf(instructions);
    results = List.copyOf(results);
  }

  /**
   * Where a value goes.
   *
   * @param value the position of the instruction
   * @param access of the argument; along the row axes its strides are 0 if the value is one a row
   */
  public record Result(int value, Access access) {}

  /** How many elements the index space has. */
  public int elements() {
    return product(sizes);
  }

  /** Whether it has no reductions. */
  public boolean isElementwise() {
    return instructions.stream().noneMatch(Instruction.Reduce.class::isInstance);
  }

  /** Whether an access stays where it is along a row. */
  boolean isFixedAlongRow(List<Integer> strides) {
    return IntStream.range(strides.size() - rowAxes, strides.size())
        .allMatch(axis -> sizes.get(axis) == 1 || strides.get(axis) == 0);
  }

  /** Whether instructions give one value a row, the same for all of its elements. */
  boolean[] perRow() {
    boolean[] perRow = new boolean[instructions.size()];
    for (int i = 0; i < perRow.length; i++) {
      Instruction instruction = instructions.get(i);
      perRow[i] =
          switch (instruction) {
            case Instruction.Read(var access) -> isFixedAlongRow(access.strides());
            case Instruction.Iota(_, _, var strides) -> isFixedAlongRow(strides);
            case Instruction.ReadAt(var access, var index, _, _) ->
                isFixedAlongRow(access.strides()) && perRow[index];
            case Instruction.Scalar _, Instruction.Reduce _ -> true;
            case Instruction.Apply _ ->
                instruction.operands().stream().allMatch(operand -> perRow[operand]);
          };
    }
    return perRow;
  }

  static int product(List<Integer> sizes) {
    long product = 1;
    for (int size : sizes) {
      product *= size;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "A loop over %s has more than 2^31 - 1 elements. Cut it along its first axis."
                .formatted(sizes));
      }
    }
    return (int) product;
  }

  /** The dtype of each instruction's value. */
  List<DType> dtypes() {
    List<DType> dtypes = new ArrayList<>();
    for (Instruction instruction : instructions) {
      dtypes.add(dtype(instruction, dtypes));
    }
    return dtypes;
  }

  static DType dtype(Instruction instruction, List<DType> before) {
    return switch (instruction) {
      case Instruction.Read(var access) -> access.dtype();
      case Instruction.ReadAt(var access, _, _, _) -> access.dtype();
      case Instruction.Scalar(var dtype, _) -> dtype;
      case Instruction.Iota(var dtype, _, _) -> dtype;
      case Instruction.Reduce(var fold, var operand) ->
          fold.isIndex() ? DType.INT64 : before.get(operand);
      case Instruction.Apply(var op, var operands) ->
          switch (op) {
            case Logic.Comparison _ -> DType.BOOL;
            case Logic.Select _ -> before.get(operands.get(1));
            case Control.Cast(var dtype) -> dtype;
            default -> before.get(operands.getFirst());
          };
    };
  }
}
