package dev.adjoint.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Splits the vertices of a network into two sides so that the edges from the first side to the
 * second have the least capacity together. By shortest augmenting paths (Edmonds and Karp,
 * "Theoretical improvements in algorithmic efficiency for network flow problems", 1972).
 */
final class MinimumCut {
  /** On the first side. */
  static final int SOURCE = 0;

  /** On the second side. */
  static final int SINK = 1;

  static final long UNBOUNDED = Long.MAX_VALUE / 4;

  /** By vertex: the edges that leave it. Edge {@code e ^ 1} goes back along e. */
  private final List<List<Integer>> leaving = new ArrayList<>();

  private final List<Integer> heads = new ArrayList<>();
  private final List<Long> left = new ArrayList<>();

  MinimumCut() {
    vertex();
    vertex();
  }

  /** Adds a vertex. */
  int vertex() {
    leaving.add(new ArrayList<>());
    return leaving.size() - 1;
  }

  /** Adds an edge, which costs {@code capacity} if it leads from the first side to the second. */
  void edge(int from, int to, long capacity) {
    if (from != to && capacity > 0) {
      half(from, to, capacity);
      half(to, from, 0);
    }
  }

  private void half(int from, int to, long capacity) {
    leaving.get(from).add(heads.size());
    heads.add(to);
    left.add(capacity);
  }

  /** By vertex: whether it is on the second side. */
  boolean[] secondSide() {
    int[] reached = reach();
    while (reached[SINK] >= 0) {
      augment(reached);
      reached = reach();
    }
    boolean[] second = new boolean[leaving.size()];
    for (int vertex = 0; vertex < second.length; vertex++) {
      second[vertex] = vertex != SOURCE && reached[vertex] < 0;
    }
    return second;
  }

  /** By vertex: the edge by which a shortest path with capacity left comes there, or -1. */
  private int[] reach() {
    int[] by = new int[leaving.size()];
    Arrays.fill(by, -1);
    Deque<Integer> open = new ArrayDeque<>(List.of(SOURCE));
    while (!open.isEmpty() && by[SINK] < 0) {
      for (int edge : leaving.get(open.remove())) {
        int head = heads.get(edge);
        if (left.get(edge) > 0 && by[head] < 0 && head != SOURCE) {
          by[head] = edge;
          open.add(head);
        }
      }
    }
    return by;
  }

  private void augment(int[] reached) {
    long most = UNBOUNDED;
    for (int at = SINK; at != SOURCE; at = heads.get(reached[at] ^ 1)) {
      most = Math.min(most, left.get(reached[at]));
    }
    for (int at = SINK; at != SOURCE; at = heads.get(reached[at] ^ 1)) {
      left.set(reached[at], left.get(reached[at]) - most);
      left.set(reached[at] ^ 1, left.get(reached[at] ^ 1) + most);
    }
  }
}
