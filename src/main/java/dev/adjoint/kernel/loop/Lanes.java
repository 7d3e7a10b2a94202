package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;

/** Writes the bytecode of steps, for one element or for a vector of them. */
interface Lanes {
  /** How many elements a value of this form holds. */
  int count();

  /** Writes a step whose operands are loaded by {@code operands}; leaves its value on the stack. */
  void step(CodeBuilder out, Step step, Operands operands);

  /** Writes the loading from an array; leaves the value on the stack. */
  void load(CodeBuilder out, DType type, Runnable array, Runnable index);

  /** Writes the storing of a value, each of whose parts is loaded when asked for. */
  void store(CodeBuilder out, DType type, Runnable value, Runnable array, Runnable index);

  /** Writes the combination of two values of a fold, the earlier one first on the stack. */
  void combine(CodeBuilder out, Fold fold, DType type);

  /** Saves the value on the stack in a new local variable. */
  int save(CodeBuilder out, DType type);

  /** Saves the value on the stack in a local variable. */
  void save(CodeBuilder out, DType type, int local);

  /** Loads a local variable. */
  void restore(CodeBuilder out, DType type, int local);

  /** The values that a step works on. */
  interface Operands {
    /** Loads operand {@code position} onto the stack. */
    void load(int position);

    /** The dtype of operand {@code position}. */
    DType type(int position);
  }
}
