package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.DTypeProto;
import dev.adjoint.saved.proto.DimProto;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.saved.proto.ListProto;
import dev.adjoint.saved.proto.MetadataProto;
import dev.adjoint.saved.proto.NamedAttributeProto;
import dev.adjoint.saved.proto.NodeProto;
import dev.adjoint.saved.proto.SignatureProto;
import dev.adjoint.saved.proto.TensorProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that someone made on purpose; the checksum fits. Each is refused in words. */
@Timeout(60)
class GraphFileHostileTest {
  private static final int X = 0;
  private static final int W = 1;
  private static final int SUM = 3;

  private static final OperatorCatalog CATALOG =
      OperatorCatalog.installed().with(List.of(EveryKind.class));

  /** Nodes: x, w, w's first value, sum; the sum's attributes: axes, keepDims. */
  private static GraphFileProto.Builder file() {
    GraphBuilder g = GraphBuilder.create("g");
    Value x = g.input("x", TensorType.parse("f32[N, 3]"));
    Value w = g.parameter("w", Tensor.vector(1f, 2f));
    g.signature("run").output("y", x.reduceSum(new Axes(List.of(1)), false)).update(w, w);
    return parse(GraphFile.toBytes(g.build()));
  }

  private static GraphFileProto.Builder everyKind() {
    GraphBuilder g = GraphBuilder.create("g");
    g.add(EveryKind.samples().getFirst());
    return parse(GraphFile.toBytes(g.build()));
  }

  private static GraphFileProto.Builder parse(byte[] bytes) {
    try {
      return GraphFileProto.parseFrom(bytes).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static SavedGraphException refused(byte[] bytes, ReadLimits limits) {
    return assertThrows(
        SavedGraphException.class, () -> new GraphReader(CATALOG, limits).fromBytes(bytes));
  }

  private static String refusal(byte[] bytes) {
    return refused(bytes, ReadLimits.defaults()).getMessage();
  }

  @Test
  void aGraphWithoutANameIsRefused() {
    GraphFileProto.Builder file = file();
    file.getGraphBuilder().clearName();
    assertTrue(refusal(Sealed.of(file)).contains("its graph has no name"));
  }

  private static String refusal(Consumer<GraphProto.Builder> change) {
    GraphFileProto.Builder file = file();
    change.accept(file.getGraphBuilder());
    return refusal(Sealed.of(file));
  }

  private static String refusalOfKinds(String attribute, Consumer<AttributeProto.Builder> change) {
    GraphFileProto.Builder file = everyKind();
    for (var named : file.getGraphBuilder().getNodesBuilder(0).getAttributesBuilderList()) {
      if (named.getName().equals(attribute)) {
        change.accept(named.getValueBuilder());
      }
    }
    String message = refusal(Sealed.of(file));
    String start = "The file holds no valid graph: node 0, 'every_kind': ";
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }

  // Around the graph.

  @Test
  void anotherFileIsRecognised() {
    assertEquals(
        "This is no graph saved by Adjoint: such a file starts with 'adjoint.graph'.",
        refusal("PK\u0003\u0004 something else, long enough".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anEmptyFileIsCutOff() {
    assertEquals(
        "The file is cut off: it ends after 0 bytes, before the graph.", refusal(new byte[0]));
  }

  @Test
  void aNewerFormatIsRefusedBeforeAnythingElseIsRead() {
    byte[] bytes = file().setFormatVersion(2).setProducer("adjoint 9.1\n").build().toByteArray();
    bytes[bytes.length - 1]++;
    assertEquals(
        "The file has format version 2 (written by 'adjoint 9.1\\n'), this build reads up to"
            + " version 1. Use a newer Adjoint, one that reads that version.",
        refusal(bytes));
  }

  @Test
  void aFileWithoutVersionIsRefused() {
    assertEquals(
        "The file is damaged: the version of its format should follow 'adjoint.graph'.",
        refusal(Sealed.of(file().clearFormatVersion())));
  }

  @Test
  void aWrongChecksumIsRefused() {
    byte[] bytes = GraphFile.toBytes(GraphBuilder.create("g").build());
    bytes[bytes.length - 1] ^= 0x10;
    assertTrue(refusal(bytes).startsWith("The file is damaged: its checksum is "));
  }

  @Test
  void aFileWithoutChecksumIsRefused() {
    byte[] bytes = file().clearChecksum().build().toByteArray();
    assertEquals(
        "The file is cut off or damaged: it has %d bytes and does not end with a checksum. Take another copy of it."
            .formatted(bytes.length),
        refusal(bytes));
  }

  @Test
  void aFileWithoutGraphIsRefused() {
    assertEquals("The file holds no graph.", refusal(Sealed.of(file().clearGraph())));
  }

  @Test
  void aMessageFromAPathStartsWithIt(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.graph"), new byte[0]);
    SavedGraphException e = assertThrows(SavedGraphException.class, () -> GraphFile.read(file));
    assertEquals(
        file + ": The file is cut off: it ends after 0 bytes, before the graph.", e.getMessage());
  }

  // Operators.

  @Test
  void unknownOperatorsAreNamedTogether() {
    assertEquals(
        "The graph uses operators that are not known here: 'fancy', 'other\\n'. Put the library"
            + " that has them on the class path, where it names its OperatorProvider under"
            + " META-INF/services, or read with an OperatorCatalog that holds them.",
        refusal(g -> {
          g.getOperatorsBuilder(1).setName("fancy");
          g.getOperatorsBuilder(3).setName("other\n");
        }));
  }

  @Test
  void aNewerOperatorSaysWhichVersionIsNeeded() {
    assertEquals(
        "The graph uses version 2 of the operator 'input', this build has version 1. Read it with a"
            + " newer Adjoint, or a newer library that has the operator.",
        refusal(g -> g.getOperatorsBuilder(0).setVersion(2)));
  }

  @Test
  void anOlderOperatorSaysWhichVersionIsNeeded() {
    assertEquals(
        "The graph uses version 0 of the operator 'input', this build has version 1. Read it with"
            + " the version of Adjoint that wrote it, or build the graph again.",
        refusal(g -> g.getOperatorsBuilder(0).setVersion(0)));
  }

  @Test
  void anOperatorListedTwiceIsRefused() {
    assertEquals(
        "The file is not valid: it lists the operator 'input' twice.",
        refusal(g -> g.addOperators(g.getOperators(0))));
  }

  @Test
  void aNameThatIsNoOperatorIsNeverLoadedAsAClass() {
    String message = refusal(g -> g.getOperatorsBuilder(0).setName("java.lang.Runtime"));
    assertTrue(message.contains("not known here: 'java.lang.Runtime'"), message);
  }

  // Nodes.

  private static final String NODE_SUM = "The file holds no valid graph: node 3, 'reduce_sum': ";

  @Test
  void aNodeOfNoOperatorIsRefused() {
    assertEquals(
        NODE_SUM + "it is of operator 4294967295, the file lists 4 operators.",
        refusal(g -> g.getNodesBuilder(SUM).setOperator(-1)));
  }

  @Test
  void aCycleIsRefused() {
    assertEquals(
        NODE_SUM + "operand 0 is node 3, only the 3 nodes before can be read.",
        refusal(g -> g.getNodesBuilder(SUM).setOperands(0, SUM)));
  }

  @Test
  void anOperandThatDoesNotExistIsRefused() {
    assertEquals(
        NODE_SUM + "operand 0 is node 4294967295, only the 3 nodes before can be read.",
        refusal(g -> g.getNodesBuilder(SUM).setOperands(0, -1)));
  }

  @Test
  void wrongArityIsRefusedByTheShapeRule() {
    String message = refusal(g -> g.getNodesBuilder(SUM).addOperands(X));
    assertTrue(message.startsWith(NODE_SUM + "reduce_sum 'reduce_sum' (arity): takes 1 "), message);
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    String message = refusal(g -> g.getNodesBuilder(SUM).setName("x"));
    assertTrue(message.contains("node 3, 'x': The name 'x' is taken"), message);
  }

  @Test
  void aMalformedNameIsRefused() {
    String message = refusal(g -> g.getNodesBuilder(SUM).setName("../x y"));
    assertTrue(message.contains("'../x y' cannot name a node"), message);
  }

  @Test
  void aTypeThatTheRuleDoesNotGiveIsRefused() {
    assertEquals(
        NODE_SUM + "the file says f64[N], the rule of reduce_sum says f32[N].",
        refusal(g -> g.getNodesBuilder(SUM).getTypeBuilder().setDtype(DTypeProto.FLOAT64)));
  }

  @Test
  void aRefusalCarriesTheNode() {
    GraphFileProto.Builder file = file();
    file.getGraphBuilder().getNodesBuilder(SUM).setOperands(0, 77);
    assertEquals(
        "reduce_sum", refused(Sealed.of(file), ReadLimits.defaults()).node().orElseThrow());
  }

  // Attributes.

  @Test
  void anUnknownAttributeIsRefused() {
    assertEquals(
        NODE_SUM + "reduce_sum has no attribute 'speed', only [axes, keepDims].",
        refusal(g ->
            g.getNodesBuilder(SUM)
                .addAttributes(g.getNodes(SUM).getAttributes(0).toBuilder().setName("speed"))));
  }

  @Test
  void aMissingAttributeIsRefused() {
    assertEquals(
        NODE_SUM + "reduce_sum lacks the attribute 'axes'.",
        refusal(g -> g.getNodesBuilder(SUM).removeAttributes(0)));
  }

  @Test
  void anAttributeTwiceIsRefused() {
    assertEquals(
        NODE_SUM + "it has the attribute 'axes' twice.",
        refusal(g -> g.getNodesBuilder(SUM).addAttributes(g.getNodes(SUM).getAttributes(0))));
  }

  @Test
  void anAttributeOfAnotherKindIsRefused() {
    assertEquals(
        "attribute 'real': expected the kind real, the file has integer.",
        refusalOfKinds("real", a -> a.setInteger(1)));
    assertEquals(
        "attribute 'inner': expected the kind record, the file has none.",
        refusalOfKinds("inner", AttributeProto.Builder::clear));
  }

  @Test
  void aNestedAttributeIsFoundByItsPath() {
    assertEquals(
        "attribute 'inners': attribute 'item 1': attribute 'wrapped': expected the kind record, the"
            + " file has flag.",
        refusalOfKinds(
            "inners",
            a ->
                a.getListBuilder()
                    .getItemsBuilder(1)
                    .getRecordBuilder()
                    .getFieldsBuilder(0)
                    .getValueBuilder()
                    .setFlag(true)));
  }

  @Test
  void aNumberTooLargeForItsAttributeIsRefused() {
    assertEquals(
        "attribute 'narrow': The integer attribute 4294967296 does not fit in 32 bits.",
        refusalOfKinds("narrow", a -> a.setInteger(1L << 32)));
  }

  @Test
  void aChoiceThatIsNoneIsRefused() {
    String message = refusalOfKinds("choice", a -> a.setText("SIDEWAYS"));
    assertTrue(
        message.startsWith("attribute 'choice': 'SIDEWAYS' is not one of up, down,"), message);
  }

  @Test
  void aDTypeFromTheFutureIsRefused() {
    assertEquals(
        "attribute 'dtype': it has a dtype that this build does not know. Use a newer Adjoint.",
        refusalOfKinds("dtype", a -> a.setDtypeValue(77)));
    assertEquals(
        "attribute 'dtype': a dtype is missing.", refusalOfKinds("dtype", a -> a.setDtypeValue(0)));
  }

  @Test
  void aSizeThatIsNoneIsRefused() {
    assertEquals(
        "attribute 'dim': a size is missing.",
        refusalOfKinds("dim", a -> a.setDim(DimProto.getDefaultInstance())));
    String message = refusalOfKinds("dim", a -> a.getDimBuilder().setExpression("N//0"));
    assertTrue(message.startsWith("attribute 'dim': 'N//0' is no size"), message);
  }

  @Test
  void deepParenthesesAreRefused() {
    String message =
        refusalOfKinds("dim", a -> a.getDimBuilder().setExpression("(".repeat(900) + "N"));
    assertTrue(message.contains("at most 160 nested parentheses"), message);
  }

  @Test
  void aLongExpressionIsRefused() {
    String message =
        refusalOfKinds("dim", a -> a.getDimBuilder().setExpression("N" + "+1".repeat(500)));
    assertTrue(
        message.endsWith(
            "has 1001 characters, more than 1000, the limit 'expressionLength' of the reader."),
        message);
  }

  @Test
  void moreAxesThanAShapeHasAreRefused() {
    assertEquals(
        "attribute 'shape': a shape has at most 8 axes, this one has 9.",
        refusalOfKinds(
            "shape",
            a -> {
              for (int i = 0; i < 7; i++) {
                a.getShapeBuilder().addDims(DimProto.newBuilder().setConstant(1));
              }
            }));
  }

  @Test
  void aNegativeSizeIsRefused() {
    assertEquals(
        "attribute 'shape': A size is not negative, axis 0 of [-4, 7] is.",
        refusalOfKinds("shape", a -> a.getShapeBuilder().getDimsBuilder(0).setConstant(-4)));
  }

  // Constants.

  private static String refusalOfTensor(Consumer<TensorProto.Builder> change) {
    String start = "attribute 'tensor': ";
    String message = refusalOfKinds("tensor", a -> change.accept(a.getTensorBuilder()));
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }

  @Test
  void elementsThatAreNotThereAreNotAllocated() {
    assertEquals(
        "a constant f64[3, 1000000000] takes 24000000000 bytes, the file has 48.",
        refusalOfTensor(t -> t.setSizes(1, 1_000_000_000)));
  }

  @Test
  void sizesThatOverflowAreRefused() {
    String message = refusalOfTensor(t -> t.clearSizes().addAllSizes(List.of(1L << 40, 1L << 40)));
    assertTrue(message.contains("64 bits"), message);
    assertTrue(refusalOfTensor(t -> t.clearSizes().addSizes(Long.MAX_VALUE)).contains("overflow"));
  }

  @Test
  void negativeSizesOfConstantsAreRefused() {
    assertEquals(
        "A size is not negative, axis 0 of [-1, 2] is.", refusalOfTensor(t -> t.setSizes(0, -1)));
  }

  @Test
  void moreAxesThanAConstantHasAreRefused() {
    assertEquals(
        "a constant has at most 8 axes, this one has 9.",
        refusalOfTensor(t -> t.addAllSizes(List.of(1L, 1L, 1L, 1L, 1L, 1L, 1L))));
  }

  @Test
  void repeatedElementsFillOnlyWhatTheReaderAllows() {
    assertEquals(
        "a constant f64[3, 2796203] of one repeated element fills 67108872 bytes; with those before"
            + " it that is more than 67108864, the limit 'repeatedBytes' of the reader.",
        refusalOfTensor(
            t -> t.setSizes(1, 2796203).setRepeatedElement(ByteString.copyFrom(new byte[8]))));
  }

  @Test
  void repeatedElementsAreBoundedTogether() {
    GraphBuilder g = GraphBuilder.create("g");
    for (int i = 0; i < 3; i++) {
      g.constant(Tensor.fill(DType.FLOAT32, Shape.of(100), i));
    }
    ReadLimits d = ReadLimits.defaults();
    ReadLimits limits =
        new ReadLimits(
            d.fileBytes(),
            d.elements(),
            d.nesting(),
            d.nodes(),
            d.operands(),
            d.signatures(),
            d.nameLength(),
            d.expressionLength(),
            d.expressionCharacters(),
            1000);
    SavedGraphException e = refused(GraphFile.toBytes(g.build()), limits);
    assertEquals("constant_2", e.node().orElseThrow());
    assertTrue(e.getMessage().contains("'repeatedBytes'"), e.getMessage());
  }

  @Test
  void aRepeatedElementOfNothingIsRefused() {
    assertEquals(
        "a constant f64[0, 2] has no element to repeat.",
        refusalOfTensor(
            t -> t.setSizes(0, 0).setRepeatedElement(ByteString.copyFrom(new byte[8]))));
  }

  @Test
  void aRepeatedElementOfAnotherLengthIsRefused() {
    assertEquals(
        "a constant f64[] takes 8 bytes, the file has 4.",
        refusalOfTensor(t -> t.setRepeatedElement(ByteString.copyFrom(new byte[4]))));
  }

  @Test
  void aConstantWithoutDataIsRefused() {
    assertEquals(
        "a constant f64[3, 2] has no data.", refusalOfTensor(TensorProto.Builder::clearData));
  }

  @Test
  void aByteThatIsNeitherTrueNorFalseIsRefused() {
    assertEquals(
        "element 1 of a constant bool[3] is the byte 2, neither 0 nor 1.",
        refusalOfTensor(t ->
            t.setDtype(DTypeProto.BOOL)
                .clearSizes()
                .addSizes(3)
                .setElements(ByteString.copyFrom(new byte[] {1, 2, 0}))));
  }

  // The rest of the graph.

  private static final String GRAPH = "The file holds no valid graph: ";

  @Test
  void metadataTwiceIsRefused() {
    MetadataProto entry = MetadataProto.newBuilder().setKey("k").build();
    assertEquals(
        GRAPH + "the metadata 'k' is there twice.",
        refusal(g -> g.addMetadata(entry).addMetadata(entry)));
  }

  @Test
  void twoFirstValuesAreRefused() {
    assertEquals(
        GRAPH + "the parameter 'w' has two first values.",
        refusal(g -> g.addInitials(g.getInitials(0))));
  }

  @Test
  void aFirstValueOfNoParameterIsRefused() {
    assertEquals(
        GRAPH + "'x' is a node of input, not a parameter.",
        refusal(g -> g.getInitialsBuilder(0).setParameter(X)));
    assertEquals(
        GRAPH + "a first value is node 9, only the 4 nodes before can be read.",
        refusal(g -> g.getInitialsBuilder(0).setValue(9)));
  }

  @Test
  void aFirstValueOfAnotherTypeIsRefused() {
    String message = refusal(g -> g.getInitialsBuilder(0).setValue(X));
    assertTrue(message.contains("its first value 'x' is f32[N, 3]"), message);
  }

  @Test
  void aFirstValueThatDependsOnAParameterIsRefused() {
    String message = refusal(g -> g.getInitialsBuilder(0).setValue(W));
    assertTrue(message.contains("must not depend on inputs or parameters"), message);
  }

  @Test
  void aSignatureTwiceIsRefused() {
    assertEquals(
        GRAPH + "the signature 'run' is there twice.",
        refusal(g -> g.addSignatures(g.getSignatures(0))));
  }

  @Test
  void anInputThatIsReadAndNotListedIsRefused() {
    assertEquals(
        GRAPH + "the signature 'run' lists 0 inputs and reads 1.",
        refusal(g -> g.getSignaturesBuilder(0).clearInputs()));
  }

  @Test
  void anInputThatIsNoneIsRefused() {
    String message = refusal(g -> g.getSignaturesBuilder(0).getInputsBuilder(0).setNode(W));
    assertTrue(message.contains("'w' is a node of parameter, not an input"), message);
  }

  @Test
  void aSignatureWithoutResultIsRefused() {
    String message = refusal(g -> g.addSignatures(SignatureProto.newBuilder().setName("empty")));
    assertTrue(message.contains("'empty' has neither an output nor an update"), message);
  }

  @Test
  void anUpdateTwiceIsRefused() {
    String message =
        refusal(g -> g.getSignaturesBuilder(0).addUpdates(g.getSignatures(0).getUpdates(0)));
    assertTrue(message.contains("updates the parameter 'w' twice"), message);
  }

  @Test
  void anOutputThatDoesNotExistIsRefused() {
    assertEquals(
        GRAPH + "an output is node 4, only the 4 nodes before can be read.",
        refusal(g -> g.getSignaturesBuilder(0).getOutputsBuilder(0).setNode(4)));
  }

  // Sizes.

  @Test
  void aFileOfMoreBytesThanAllowedIsNotRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.graph");
    GraphFile.write(EveryOperator.graph(), file);
    GraphReader reader =
        GraphReader.installed().with(ReadLimits.defaults().withFileBytes(Files.size(file) - 1));
    String expected =
        "The file has more than %d bytes, the limit 'fileBytes' of its reader."
            .formatted(Files.size(file) - 1);
    assertEquals(
        file + ": " + expected,
        assertThrows(SavedGraphException.class, () -> reader.read(file)).getMessage());
    try (var in = Files.newInputStream(file)) {
      assertEquals(
          expected, assertThrows(SavedGraphException.class, () -> reader.read(in)).getMessage());
    }
  }

  @Test
  void manyEmptyMessagesAreCountedBeforeTheyAreMade() {
    GraphFileProto.Builder file = file();
    NodeProto.Builder node = file.getGraphBuilder().getNodesBuilder(SUM);
    node.getAttributesBuilder(0)
        .getValueBuilder()
        .getListBuilder()
        .addAllItems(Collections.nCopies(1 << 23, AttributeProto.getDefaultInstance()));
    assertEquals(
        "The file has more than 8388608 fields, the limit 'elements' of its reader.",
        refusal(Sealed.of(file)));
  }

  @Test
  void deepNestingIsRefusedWithoutRecursion() {
    AttributeProto.Builder deep = AttributeProto.newBuilder().setFlag(true);
    for (int i = 0; i < 40; i++) {
      deep = AttributeProto.newBuilder().setList(ListProto.newBuilder().addItems(deep));
    }
    NamedAttributeProto.Builder axes =
        NamedAttributeProto.newBuilder().setName("axes").setValue(deep);
    assertEquals(
        "The file nests messages deeper than 32, the limit 'nesting' of its reader.",
        refusal(g -> g.getNodesBuilder(SUM).setAttributes(0, axes)));
  }

  @Test
  void moreNodesSignaturesOrOperandsThanAllowedAreRefused() {
    byte[] bytes = Sealed.of(file());
    assertEquals(
        "The file holds 4 nodes, more than 3, the limit 'nodes' of its reader.",
        refused(bytes, counts(3, 9, 9, 9)).getMessage());
    assertEquals(
        "The file holds 1 signatures, more than 0, the limit 'signatures' of its reader.",
        refused(bytes, counts(9, 9, 0, 99)).getMessage());
    assertEquals(
        NODE_SUM + "it has 1 operands, more than 0, the limit 'operands' of the reader.",
        refused(bytes, counts(9, 0, 9, 99)).getMessage());
    assertEquals(
        "The name of the operator 'parameter' has 9 characters, more than 8, the limit 'nameLength'"
            + " of the reader.",
        refused(bytes, counts(9, 9, 9, 8)).getMessage());
  }

  private static ReadLimits counts(int nodes, int operands, int signatures, int nameLength) {
    ReadLimits d = ReadLimits.defaults();
    return new ReadLimits(
        d.fileBytes(),
        d.elements(),
        d.nesting(),
        nodes,
        operands,
        signatures,
        nameLength,
        d.expressionLength(),
        d.expressionCharacters(),
        d.repeatedBytes());
  }

  @Test
  void aLongNameIsRefusedAndNotRepeatedInFull() {
    String message = refusal(g -> g.getNodesBuilder(SUM).setName("a".repeat(5000)));
    assertTrue(
        message.endsWith(
            "has 5000 characters, more than 1000, the limit 'nameLength' of the reader."));
    assertTrue(message.length() < 400, message);
  }

  @Test
  void aMessageIsNeverLongerThanAPage() {
    String message =
        refusal(g -> {
          ListProto.Builder many = ListProto.newBuilder();
          for (int i = 0; i < 100_000; i++) {
            many.addItems(AttributeProto.newBuilder().setInteger(i));
          }
          NodeProto.Builder node = g.getNodesBuilder(SUM);
          node.getAttributesBuilder(0)
              .getValueBuilder()
              .getRecordBuilder()
              .getFieldsBuilder(0)
              .getValueBuilder()
              .setList(many);
        });
    assertTrue(message.length() < 3000, () -> "" + message.length());
  }

  @Test
  void limitsThatNoReaderHasAreRefused() {
    assertEquals(
        "The limit 'fileBytes' must be from 0 to 2147483639, given 2147483640.",
        assertThrows(
                IllegalArgumentException.class,
                () -> ReadLimits.defaults().withFileBytes(Integer.MAX_VALUE - 7L))
            .getMessage());
  }
}
