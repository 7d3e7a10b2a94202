package dev.adjoint.kernel.loop;

import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.DType;
import java.util.List;

/** One step of a {@link Loop}; operands are positions of earlier ones. */
public sealed interface Instruction {
  /** The positions of the values that it is computed from. */
  List<Integer> operands();

  /** An instruction that only reads or counts. */
  sealed interface Leaf extends Instruction {
    @Override
    default List<Integer> operands() {
      return List.of();
    }
  }

  /** The element of an argument. */
  record Read(Access access) implements Leaf {}

  /**
   * The element of an argument at a computed place along an axis that the access leaves out: at
   * {@code index * stride} more. An index outside {@code 0 .. size - 1} is an {@link
   * IndexOutOfBoundsException} when the loop runs.
   */
  record ReadAt(Access access, int index, int size, int stride) implements Instruction {
    @Override
    public List<Integer> operands() {
      return List.of(index);
    }
  }

  /**
   * A number.
   *
   * @param bits of the number in its dtype: {@code doubleToRawLongBits} for both floating ones, the
   *     value itself for integers, 0 or 1 for BOOL
   */
  record Scalar(DType dtype, long bits) implements Leaf {}

  /** A count over the index space: {@code offset + sum of i_k * strides_k}, which fits an int. */
  record Iota(DType dtype, int offset, List<Integer> strides) implements Leaf {
    /** Copies the strides. */
    public Iota {
      strides = List.copyOf(strides);
    }
  }

  /** An elementwise operator. */
  record Apply(Primitive op, List<Integer> operands) implements Instruction {
    /** Copies the operands. */
    public Apply {
      operands = List.copyOf(operands);
    }
  }

  /** One value a row, from all its elements. */
  record Reduce(Fold fold, int operand) implements Instruction {
    @Override
    public List<Integer> operands() {
      return List.of(operand);
    }
  }
}
