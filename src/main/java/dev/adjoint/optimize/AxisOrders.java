package dev.adjoint.optimize;

import java.util.Arrays;

/**
 * In which of two orders of axes arrays stand, as far as one follows from another: sets of arrays,
 * in each of which it is known of any two whether they stand in the same order.
 */
final class AxisOrders {
  private final int[] parent;
  private final int[] size;

  /** Whether an array stands in another order than its parent. */
  private final boolean[] turned;

  AxisOrders(int arrays) {
    parent = new int[arrays];
    size = new int[arrays];
    turned = new boolean[arrays];
    Arrays.setAll(parent, i -> i);
    Arrays.fill(size, 1);
  }

  private int root(int array) {
    int at = array;
    while (parent[at] != at) {
      at = parent[at];
    }
    return at;
  }

  /** Whether an array stands in the second order, where the first is that of its set. */
  boolean isSecond(int array) {
    boolean second = false;
    for (int at = array; parent[at] != at; at = parent[at]) {
      second ^= turned[at];
    }
    return second;
  }

  /** Takes note of two arrays in the same order, or not; false if that is known to be wrong. */
  boolean relate(int a, int b, boolean other) {
    boolean difference = isSecond(a) ^ isSecond(b) ^ other;
    int one = root(a);
    int two = root(b);
    if (one == two) {
      return !difference;
    }
    int small = size[one] < size[two] ? one : two;
    int large = small == one ? two : one;
    parent[small] = large;
    turned[small] = difference;
    size[large] += size[small];
    return true;
  }
}
