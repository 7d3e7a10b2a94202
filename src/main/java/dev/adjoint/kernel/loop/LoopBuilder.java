package dev.adjoint.kernel.loop;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Builds a {@link Loop}. Each method returns the number of the value it adds, for use as an
 * operand.
 */
public final class LoopBuilder {
  private final List<Integer> sizes;
  private final int rowAxes;
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<DType> dtypes = new ArrayList<>();
  private final List<Loop.Result> results = new ArrayList<>();

  /** A loop over an index space of which the last {@code rowAxes} axes are what folds combine. */
  public LoopBuilder(List<Integer> sizes, int rowAxes) {
    require(
        rowAxes >= 0 && rowAxes <= sizes.size(),
        "A loop over %s cannot have %d row axes. Pass 0 to %d.",
        sizes,
        rowAxes,
        sizes.size());
    require(sizes.stream().allMatch(size -> size >= 0), "A size of %s is negative.", sizes);
    Loop.product(sizes);
    this.sizes = List.copyOf(sizes);
    this.rowAxes = rowAxes;
  }

  /** An elementwise loop. */
  public LoopBuilder(List<Integer> sizes) {
    this(sizes, 0);
  }

  /** Reads an argument in row-major order of the whole index space. */
  public int read(int argument, DType dtype) {
    return read(Access.rowMajor(argument, dtype, sizes));
  }

  /** Reads an argument. */
  public int read(Access access) {
    requireRank(access);
    return add(new Instruction.Read(access));
  }

  /**
   * Reads an argument at a computed place along one axis.
   *
   * @param access with the place 0 along that axis
   * @param index an INT32 or INT64 value that is one a row
   * @param size of the axis: an index outside is an error when the loop runs
   * @param stride of the axis
   */
  public int readAt(Access access, int index, int size, int stride) {
    requireRank(access);
    require(dtype(index).isInteger(), "An index must be an integer, given %s.", dtype(index));
    return add(new Instruction.ReadAt(access, index, size, stride));
  }

  /** A number in a dtype; rounded to it, or cut to an integer. */
  public int scalar(DType dtype, double value) {
    return dtype.isFloating()
        ? add(
            new Instruction.Scalar(
                dtype, Double.doubleToRawLongBits(dtype == DType.FLOAT32 ? (float) value : value)))
        : scalar(dtype, (long) value);
  }

  /** An integer, or 0 or 1 for BOOL. */
  public int scalar(DType dtype, long value) {
    return dtype.isFloating()
        ? scalar(dtype, (double) value)
        : add(new Instruction.Scalar(dtype, dtype == DType.INT32 ? (int) value : value));
  }

  /** The index along an axis of the index space. */
  public int iota(DType dtype, int axis) {
    require(axis >= 0 && axis < sizes.size(), "A loop over %s has no axis %d.", sizes, axis);
    require(dtype != DType.BOOL, "An index counts in numbers, not in BOOL.");
    List<Integer> strides = new ArrayList<>(Collections.nCopies(sizes.size(), 0));
    strides.set(axis, 1);
    return add(new Instruction.Iota(dtype, 0, strides));
  }

  /** Whether a loop can compute {@code op}. */
  public static boolean supports(Primitive op) {
    return switch (op) {
      case Arithmetic _, Pointwise _, Logic _ -> true;
      case Control control -> !(control instanceof Control.CotangentPlaceholder);
      default -> false;
    };
  }

  /** Applies an elementwise operator: one of {@link #supports}. */
  public int apply(Primitive op, int... operands) {
    require(
        supports(op),
        "%s is not elementwise. A loop computes Arithmetic, Pointwise, Logic and Control.",
        op.operatorName());
    List<Integer> positions = new ArrayList<>();
    for (int operand : operands) {
      dtype(operand);
      positions.add(operand);
    }
    // What a barrier or a region waits for is no part of the computation.
    boolean passes = op instanceof Control && !(op instanceof Control.Cast);
    return passes ? positions.getFirst() : add(new Instruction.Apply(op, positions));
  }

  /** Combines the elements of a row. */
  public int reduce(Fold fold, int operand) {
    require(
        rowAxes > 0 || sizes.isEmpty(),
        "A loop over %s without row axes reduces nothing. Say how many axes form a row.",
        sizes);
    boolean booleans = fold == Fold.ANY || fold == Fold.ALL;
    require(
        booleans == (dtype(operand) == DType.BOOL),
        "%s of %s is not defined.",
        fold,
        dtype(operand));
    return add(new Instruction.Reduce(fold, operand));
  }

  /** Stores a value. */
  public LoopBuilder store(int value, Access access) {
    requireRank(access);
    require(
        dtype(value) == access.dtype(),
        "Value %d is %s and cannot be stored as %s. Cast it.",
        value,
        dtype(value),
        access.dtype());
    results.add(new Loop.Result(value, access));
    return this;
  }

  /** Stores a value in row-major order of the whole index space. */
  public LoopBuilder store(int value, int argument) {
    return store(value, Access.rowMajor(argument, dtype(value), sizes));
  }

  /** Stores a value that is one a row, in row-major order of the axes that form no row. */
  public LoopBuilder storeRow(int value, int argument) {
    List<Integer> strides =
        new ArrayList<>(Access.rowMajor(sizes.subList(0, sizes.size() - rowAxes)));
    strides.addAll(Collections.nCopies(rowAxes, 0));
    return store(value, new Access(argument, dtype(value), 0, strides));
  }

  /** The dtype of a value. */
  public DType dtype(int value) {
    require(
        value >= 0 && value < dtypes.size(),
        "There is no value %d yet, only 0 to %d.",
        value,
        dtypes.size() - 1);
    return dtypes.get(value);
  }

  /** The sizes of the index space. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** The loop. */
  public Loop build() {
    require(!results.isEmpty(), "A loop over %s stores nothing.", sizes);
    return new Loop(sizes, rowAxes, instructions, results);
  }

  private int add(Instruction instruction) {
    dtypes.add(Loop.dtype(instruction, dtypes));
    instructions.add(instruction);
    return instructions.size() - 1;
  }

  private void requireRank(Access access) {
    require(
        access.strides().size() == sizes.size(),
        "Argument %d is read with %d strides in a loop over %s. Give one an axis.",
        access.argument(),
        access.strides().size(),
        sizes);
  }

  private static void require(
      boolean holds, String message, @org.jspecify.annotations.Nullable Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
