package dev.adjoint.saved;

import static dev.adjoint.saved.Hostile.NODE_SUM;
import static dev.adjoint.saved.Hostile.SUM;
import static dev.adjoint.saved.Hostile.refusal;
import static dev.adjoint.saved.Hostile.refusalOfKinds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.DimProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attributes that no operator has, or of another kind, or beyond what a rule allows. */
@Timeout(60)
class HostileAttributesTest {
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
}
