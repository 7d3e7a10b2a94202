package dev.adjoint.kernel;

import java.util.Arrays;

/**
 * The indices into an axis that operand 1 holds, of INT32 or INT64. They are all checked, by one
 * task in their order, before anything is read or written: so the first wrong one is reported
 * however the tasks run.
 *
 * @param indices the sizes of operand 1
 * @param axis the axis of operand 0
 * @param size of that axis
 */
record AxisIndices(RowMajor indices, int axis, int size) {
  /**
   * Checks them all.
   *
   * @throws OperandException naming the first that is outside the axis
   */
  void check(Arguments arguments) {
    Object array = arguments.array(1);
    int offset = arguments.offset(1);
    for (int i = 0; i < indices.count(); i++) {
      long index = array instanceof int[] ints ? ints[offset + i] : ((long[]) array)[offset + i];
      if (index < 0 || index >= size) {
        throw new OperandException(
            "index %d at %s of operand 1 lies outside axis %d of operand 0, which has %d elements."
                .formatted(index, Arrays.toString(position(i)), axis, size));
      }
    }
  }

  private int[] position(int place) {
    int[] position = new int[indices.rank()];
    for (int a = 0; a < position.length; a++) {
      position[a] = place / indices.stride(a) % indices.size(a);
    }
    return position;
  }

  /** The index at a place of an array of INT32 or INT64, which has been checked. */
  static int at(Object array, int place) {
    return array instanceof int[] ints ? ints[place] : (int) ((long[]) array)[place];
  }
}
