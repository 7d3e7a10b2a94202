package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.Value;
import dev.adjoint.op.BuiltInOperators;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.NodeProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again, whatever it is. */
class GraphFileTest {
  private static final OperatorCatalog CATALOG =
      OperatorCatalog.installed().with(List.of(EveryKind.class));

  private static Graph roundTrip(Graph graph) throws IOException {
    return GraphReader.installed().with(CATALOG).fromBytes(GraphFile.toBytes(graph));
  }

  @Test
  void everyOperatorIsReadAsItWasWritten() throws IOException {
    Graph graph = EveryOperator.graph();
    Graph read = roundTrip(graph);
    assertEquals(graph, read);
    assertEquals(graph.toString(), read.toString());
    assertArrayEquals(GraphFile.toBytes(graph), GraphFile.toBytes(read));
  }

  @Test
  void theSampleAppliesEveryBuiltInOperator() {
    Set<Class<? extends Op>> missing = new HashSet<>(new BuiltInOperators().operators());
    EveryOperator.graph().nodes().forEach(node -> missing.remove(node.op().getClass()));
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyKindOfAttributeIsReadAsItWasWritten() throws IOException {
    for (EveryKind kinds : EveryKind.samples()) {
      GraphBuilder g = GraphBuilder.create("kinds");
      Value y = g.add(kinds);
      g.signature("run").output("y", y);
      Graph graph = g.build();
      Graph read = roundTrip(graph);
      assertEquals(kinds, read.nodes().getFirst().op());
      assertEquals(graph, read);
    }
  }

  @Test
  void realNumbersKeepTheirBits() throws IOException {
    for (double real :
        new double[] {-0.0, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY}) {
      GraphBuilder g = GraphBuilder.create("reals");
      g.add(EveryKind.samples().getFirst().withReal(real));
      EveryKind read = (EveryKind) roundTrip(g.build()).nodes().getFirst().op();
      assertEquals(Double.doubleToRawLongBits(real), Double.doubleToRawLongBits(read.real()));
    }
  }

  @Test
  void anEmptyGraphIsAGraph() throws IOException {
    Graph empty = GraphBuilder.create("empty").build();
    assertEquals(empty, roundTrip(empty));
  }

  @Test
  void orderIsKeptWhereTextShowsIt() throws IOException {
    GraphBuilder g = GraphBuilder.create("order");
    g.metadata("b", "1");
    g.metadata("a", "2");
    Value second = g.parameter("second", Tensor.scalar(1f));
    Value first = g.parameter("first", Tensor.scalar(2f));
    Value y = g.input("y", DType.FLOAT32);
    Value x = g.input("x", DType.FLOAT32);
    g.signature("s")
        .input("x", x)
        .input("y", y)
        .output("q", x)
        .output("p", y)
        .update(first, second)
        .update(second, first);
    Graph graph = g.build();
    assertEquals(graph.toString(), roundTrip(graph).toString());
  }

  @Test
  void constantsOfOneElementAreSmallAndThoseThatDifferAreNot() {
    assertTrue(sizeWith(Tensor.fill(DType.FLOAT32, Shape.of(1000, 1000), 2.5)) < 200);
    float[] different = new float[1_000_000];
    different[999_999] = -0.0f;
    assertTrue(sizeWith(Tensor.of(different, 1000, 1000)) > 4_000_000);
  }

  @Test
  void constantsThatTogetherRepeatMoreThanAReaderFillsAreWrittenInFull() throws IOException {
    GraphBuilder g = GraphBuilder.create("ones");
    for (int i = 0; i < 3; i++) {
      g.constant(Tensor.fill(DType.FLOAT64, Shape.of(4 << 20), i));
    }
    Graph graph = g.build();
    assertEquals(graph, GraphFile.fromBytes(GraphFile.toBytes(graph)));
  }

  private static int sizeWith(Tensor constant) {
    GraphBuilder g = GraphBuilder.create("constant");
    g.constant(constant);
    return GraphFile.toBytes(g.build()).length;
  }

  @Test
  void aChainOfAHundredThousandNodesIsSavedAndLoaded() throws IOException {
    GraphBuilder g = GraphBuilder.create("deep");
    Value y = g.input("x", TensorType.parse("f32[N, 3]"));
    for (int i = 0; i < 100_000; i++) {
      y = i % 2 == 0 ? y.neg() : y.mul(y);
    }
    g.signature("run").output("y", y);
    Graph graph = g.build();
    assertEquals(graph, roundTrip(graph));
  }

  @Test
  void manyInputsParametersAndOutputsAreSavedAndLoaded() throws IOException {
    GraphBuilder g = GraphBuilder.create("wide");
    var run = g.signature("run");
    for (int i = 0; i < 20_000; i++) {
      Value x = g.input("x" + i, DType.FLOAT32);
      Value w = g.parameter("w" + i, Tensor.scalar(1f));
      run.output("y" + i, x.mul(w)).update(w, x);
    }
    Graph graph = g.build();
    assertEquals(graph, roundTrip(graph));
  }

  @Test
  void streamsStayOpen() throws IOException {
    Graph graph = EveryOperator.graph();
    var closed = new boolean[1];
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    GraphFile.write(graph, out);
    var in =
        new ByteArrayInputStream(out.toByteArray()) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    assertEquals(graph, GraphFile.read(in));
    assertEquals(false, closed[0]);
  }

  @Test
  void aFileIsReplacedAndNothingIsLeftOver(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.graph");
    GraphFile.write(GraphBuilder.create("old").build(), file);
    GraphFile.write(GraphBuilder.create("new").build(), file);
    assertEquals("new", GraphFile.read(file).name());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.graph");
    GraphFile.write(GraphBuilder.create("old").build(), file);
    assertThrows(
        IOException.class,
        () ->
            CrashSafeFile.replace(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("disk full");
                }));
    assertEquals("old", GraphFile.read(file).name());
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aLinkKeepsPointingToTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model-1.graph");
    Path link = folder.resolve("current.graph");
    GraphFile.write(GraphBuilder.create("old").build(), file);
    Files.createSymbolicLink(link, file);
    GraphFile.write(GraphBuilder.create("new").build(), link);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", GraphFile.read(file).name());
  }

  @Test
  void aMissingFolderOrFileIsAnOrdinaryError(@TempDir Path folder) {
    Path file = folder.resolve("no/model.graph");
    assertThrows(
        java.nio.file.NoSuchFileException.class,
        () -> GraphFile.write(GraphBuilder.create("g").build(), file));
    assertEquals(
        "%s: there is no such file in %s. Pass one that GraphFile.write made, or a model's folder to SavedModel.read."
            .formatted(file, file.getParent()),
        assertThrows(java.nio.file.NoSuchFileException.class, () -> GraphFile.read(file))
            .getMessage());
  }

  @Test
  void halfACharacterIsRefusedAndNotReplaced() {
    GraphBuilder g = GraphBuilder.create("g");
    g.metadata("classes", "a\ud83d");
    Graph graph = g.build();
    assertEquals(
        "the metadata 'classes', a\\ud83d, holds half of a surrogate pair, which no file can hold."
            + " Use whole characters.",
        assertThrows(GraphException.class, () -> GraphFile.toBytes(graph)).getMessage());
  }

  @Test
  void halfACharacterInAnAttributeNamesTheNode() {
    GraphBuilder g = GraphBuilder.create("g");
    g.add("a/b", EveryKind.samples().getFirst().withText("\ude00"), List.of());
    Graph graph = g.build();
    GraphException e = assertThrows(GraphException.class, () -> GraphFile.toBytes(graph));
    assertEquals("a/b", e.node().orElseThrow());
    assertTrue(e.getMessage().startsWith("every_kind 'a/b' cannot be saved: a text, \\ude00, "));
  }

  @Test
  void defaultsAreWrittenAndAbsentOnesAreFilledIn() throws IOException {
    GraphBuilder g = GraphBuilder.create("g");
    g.input("x", DType.FLOAT32, 2, 3).sum(1);
    byte[] bytes = GraphFile.toBytes(g.build());
    GraphFileProto.Builder file = GraphFileProto.parseFrom(bytes).toBuilder();
    NodeProto.Builder sum = file.getGraphBuilder().getNodesBuilder(1);
    assertEquals(
        List.of("axes", "keepDims"),
        sum.getAttributesList().stream().map(a -> a.getName()).toList());
    sum.removeAttributes(1);
    assertEquals(g.build(), GraphFile.fromBytes(Sealed.of(file)));
  }

  @Test
  void whatALaterWriterAddedIsPassedOver() throws IOException {
    byte[] bytes = GraphFile.toBytes(EveryOperator.graph());
    GraphFileProto.Builder file = GraphFileProto.parseFrom(bytes).toBuilder();
    var unknown =
        com.google.protobuf.UnknownFieldSet.newBuilder()
            .addField(
                99, com.google.protobuf.UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .build();
    file.setUnknownFields(unknown).getGraphBuilder().setUnknownFields(unknown);
    file.getGraphBuilder().getNodesBuilder(0).setUnknownFields(unknown);
    assertEquals(EveryOperator.graph(), GraphFile.fromBytes(Sealed.of(file)));
  }
}
