package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.testing.DrawnGraphs;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The text form says everything about a graph. */
class GraphTextProperties implements DrawnGraphs {
  @Property(tries = 1000)
  void ofAnyOperatorParsesBack(@ForAll("operators") GraphCase drawn) {
    requireParsesBack(drawn.graph());
    requireParsesBack(drawn.bound());
  }

  @Property(tries = 300)
  void ofAnyGraphParsesBack(@ForAll("graphs") GraphCase drawn) {
    requireParsesBack(drawn.graph());
    requireParsesBack(drawn.bound());
  }

  private static void requireParsesBack(Graph graph) {
    String text = graph.toString();
    Graph parsed = Graph.parse(text);
    assertEquals(graph, parsed);
    assertEquals(graph.hashCode(), parsed.hashCode());
    assertEquals(text, parsed.toString());
  }
}
