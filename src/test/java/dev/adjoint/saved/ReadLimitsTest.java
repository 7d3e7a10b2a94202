package dev.adjoint.saved;

import static dev.adjoint.saved.Hostile.NODE_SUM;
import static dev.adjoint.saved.Hostile.SUM;
import static dev.adjoint.saved.Hostile.file;
import static dev.adjoint.saved.Hostile.refusal;
import static dev.adjoint.saved.Hostile.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.ListProto;
import dev.adjoint.saved.proto.NamedAttributeProto;
import dev.adjoint.saved.proto.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are larger, longer or deeper than a reader allows are refused before it is too late.
 */
@Timeout(60)
class ReadLimitsTest {
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
