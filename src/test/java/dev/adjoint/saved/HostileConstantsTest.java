package dev.adjoint.saved;

import static dev.adjoint.saved.Hostile.refusalOfKinds;
import static dev.adjoint.saved.Hostile.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.saved.proto.DTypeProto;
import dev.adjoint.saved.proto.TensorProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Constants whose elements are not there, are too many, or are none. */
@Timeout(60)
class HostileConstantsTest {
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
}
