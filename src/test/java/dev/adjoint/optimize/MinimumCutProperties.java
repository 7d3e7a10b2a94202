package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** No other way to split a network is cheaper. */
class MinimumCutProperties {
  private record Edge(int from, int to, long capacity) {}

  @Property(tries = 300)
  void theCutIsTheCheapest(@ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int vertices) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < 3 * vertices; i++) {
      edges.add(new Edge(random.nextInt(vertices), random.nextInt(vertices), random.nextInt(9)));
    }
    MinimumCut cut = new MinimumCut();
    for (int vertex = 2; vertex < vertices; vertex++) {
      cut.vertex();
    }
    edges.forEach(edge -> cut.edge(edge.from, edge.to, edge.capacity));
    long least = Long.MAX_VALUE;
    for (int split = 0; split < 1 << vertices; split++) {
      least = Math.min(least, cost(edges, split));
    }
    boolean[] second = cut.secondSide();
    int found = 0;
    for (int vertex = 0; vertex < vertices; vertex++) {
      found |= second[vertex] ? 1 << vertex : 0;
    }
    assertEquals(least, cost(edges, found));
  }

  /** Of the vertices on the second side as bits. */
  private static long cost(List<Edge> edges, int second) {
    boolean apart = (second >> MinimumCut.SOURCE & 1) == 0 && (second >> MinimumCut.SINK & 1) == 1;
    return !apart
        ? Long.MAX_VALUE
        : edges.stream()
            .filter(edge -> (second >> edge.from & 1) == 0 && (second >> edge.to & 1) == 1)
            .mapToLong(Edge::capacity)
            .sum();
  }
}
