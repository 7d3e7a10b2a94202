package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;

/**
 * The numbers of one loop nest that its class leaves open, so that nests of one structure share
 * code.
 *
 * <p>The nest's axes are some outer ones, counted together in row-major order, the row axis and the
 * column axis.
 *
 * @param outerSizes the sizes of the outer axes
 * @param arguments for each access its argument
 * @param offsets for each access its offset
 * @param strides for each access the strides of all axes, the outer ones first
 * @param parameters the numbers that are no part of the code, as bits
 */
@SuppressWarnings("ArrayRecordComponent") // Read in inner loops, never compared.
record Geometry(
    int[] outerSizes, int[] arguments, int[] offsets, int[][] strides, long[] parameters) {
  /** The argument of an access. */
  int argument(int access) {
    return arguments[access];
  }

  /** Where an access begins, from the start of its argument. */
  int start(int access, int outer, int row, int column) {
    int[] steps = strides[access];
    int axes = outerSizes.length;
    int start = offsets[access] + row * steps[axes] + column * steps[axes + 1];
    int rest = outer;
    for (int axis = axes - 1; axis > 0; axis--) {
      int next = rest / outerSizes[axis];
      start += (rest - next * outerSizes[axis]) * steps[axis];
      rest = next;
    }
    return axes > 0 ? start + rest * steps[0] : start;
  }

  /** Where an access of an argument begins in its array. */
  int start(int access, Arguments values, int outer, int row, int column) {
    return values.offset(arguments[access]) + start(access, outer, row, column);
  }

  /** The step of an access along the row axis. */
  int rowStride(int access) {
    return strides[access][outerSizes.length];
  }

  /** The step of an access along the column axis. */
  int columnStride(int access) {
    return strides[access][outerSizes.length + 1];
  }

  /** A number of the run. */
  long parameter(int position) {
    return parameters[position];
  }
}
