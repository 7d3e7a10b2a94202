package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OperatorCatalog;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Laws of saving over random graphs. */
class GraphFileProperties {
  private static final GraphReader READER =
      GraphReader.installed().with(OperatorCatalog.installed().with(List.of(EveryKind.class)));

  @Provide
  Arbitrary<Graph> graphs() {
    return Arbitraries.longs().list().ofMaxSize(40).map(RandomGraph::of);
  }

  @Provide
  Arbitrary<Graph> networks() {
    return GraphArbitraries.graphs().map(GraphCase::graph);
  }

  @Provide
  Arbitrary<Graph> operators() {
    return GraphArbitraries.operators().map(GraphCase::graph);
  }

  @Property(tries = 100)
  void aNetworkIsReadAsItWasWritten(@ForAll("networks") Graph graph) throws SavedGraphException {
    assertEquals(graph, READER.fromBytes(GraphFile.toBytes(graph)));
  }

  @Property(tries = 500)
  void anyOperatorIsReadAsItWasWritten(@ForAll("operators") Graph graph)
      throws SavedGraphException {
    assertEquals(graph, READER.fromBytes(GraphFile.toBytes(graph)));
  }

  @Property(tries = 300)
  void aGraphIsReadAsItWasWritten(@ForAll("graphs") Graph graph) throws SavedGraphException {
    Graph read = READER.fromBytes(GraphFile.toBytes(graph));
    assertEquals(graph, read);
    assertEquals(graph.toString(), read.toString());
  }

  @Property(tries = 100)
  void aGraphHasOneSequenceOfBytes(@ForAll("graphs") Graph graph) throws SavedGraphException {
    byte[] bytes = GraphFile.toBytes(graph);
    assertArrayEquals(bytes, GraphFile.toBytes(graph));
    assertArrayEquals(bytes, GraphFile.toBytes(READER.fromBytes(bytes)));
    assertArrayEquals(bytes, GraphFile.toBytes(graph.toBuilder().build()));
  }

  @Property(tries = 300)
  void aChangedByteIsRefusedOrAnotherGraph(
      @ForAll("graphs") Graph graph, @ForAll int place, @ForAll byte value)
      throws SavedGraphException {
    byte[] contents = Sealed.contents(GraphFile.toBytes(graph));
    contents[Math.floorMod(place, contents.length)] = value;
    Refusal.isRefusedOrAGraph(READER, Sealed.seal(contents));
  }
}
