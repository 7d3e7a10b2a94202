package dev.adjoint.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Splits the vertices of a network into two sides so that the edges from the first side to the
 * second have the least capacity together. By blocking flows along shortest paths (Dinitz,
 * "Algorithm for solution of a problem of maximum flow in networks with power estimation", 1970).
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
    int[] distances = distances();
    while (distances[SINK] >= 0) {
      block(distances);
      distances = distances();
    }
    boolean[] second = new boolean[leaving.size()];
    for (int vertex = 0; vertex < second.length; vertex++) {
      second[vertex] = distances[vertex] < 0;
    }
    return second;
  }

  /** By vertex: how many edges with capacity left lead there from the source, or -1. */
  private int[] distances() {
    int[] distances = new int[leaving.size()];
    Arrays.fill(distances, -1);
    distances[SOURCE] = 0;
    Deque<Integer> open = new ArrayDeque<>(List.of(SOURCE));
    while (!open.isEmpty()) {
      int at = open.remove();
      for (int edge : leaving.get(at)) {
        int head = heads.get(edge);
        if (left.get(edge) > 0 && distances[head] < 0) {
          distances[head] = distances[at] + 1;
          open.add(head);
        }
      }
    }
    return distances;
  }

  /** Sends as much as goes along shortest paths; vertices that lead nowhere lose their distance. */
  private void block(int[] distances) {
    int[] next = new int[leaving.size()];
    Deque<Integer> path = new ArrayDeque<>();
    int at = SOURCE;
    while (true) {
      if (at == SINK) {
        send(path);
        path.clear();
        at = SOURCE;
      } else if (next[at] < leaving.get(at).size()) {
        int edge = leaving.get(at).get(next[at]);
        if (left.get(edge) > 0 && distances[heads.get(edge)] == distances[at] + 1) {
          path.addLast(edge);
          at = heads.get(edge);
        } else {
          next[at]++;
        }
      } else if (at == SOURCE) {
        return;
      } else {
        distances[at] = -1;
        at = heads.get(path.removeLast() ^ 1);
      }
    }
  }

  private void send(Deque<Integer> path) {
    long most = path.stream().mapToLong(left::get).min().orElse(0);
    for (int edge : path) {
      left.set(edge, left.get(edge) - most);
      left.set(edge ^ 1, left.get(edge ^ 1) + most);
    }
  }
}
