package dev.adjoint.saved;

import static dev.adjoint.saved.Hostile.NODE_SUM;
import static dev.adjoint.saved.Hostile.SUM;
import static dev.adjoint.saved.Hostile.W;
import static dev.adjoint.saved.Hostile.X;
import static dev.adjoint.saved.Hostile.file;
import static dev.adjoint.saved.Hostile.refusal;
import static dev.adjoint.saved.Hostile.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.proto.DTypeProto;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.MetadataProto;
import dev.adjoint.saved.proto.SignatureProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that someone made on purpose; the checksum fits. Each is refused in words. */
@Timeout(60)
class GraphFileHostileTest {
  @Test
  void aGraphWithoutANameIsRefused() {
    GraphFileProto.Builder file = file();
    file.getGraphBuilder().clearName();
    assertTrue(refusal(Sealed.of(file)).contains("its graph has no name"));
  }

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
}
