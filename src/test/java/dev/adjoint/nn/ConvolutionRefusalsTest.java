package dev.adjoint.nn;

import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What convolutions refuse, by the label of the constraint. */
class ConvolutionRefusalsTest {
  private final GraphBuilder g = GraphBuilder.create("errors");
  private final Value x = g.input("block1/out", DType.FLOAT32, Shape.parse("[N, 28, 28, 32]"));

  private Value kernel(long... sizes) {
    return g.input("block2/w", DType.FLOAT32, sizes);
  }

  private void assertRefusedAt(String constraint, Executable call, String... pieces) {
    GraphException error = assertRefused(GraphException.class, call, pieces);
    assertEquals(constraint, error.constraint().orElseThrow());
    assertEquals("block2/w", error.node().orElseThrow());
  }

  @Test
  @DisplayName("C1: a kernel of another rank")
  void ranks() {
    Value w = kernel(3, 32, 4);
    assertRefusedAt(
        "C1",
        () -> Convolutions.conv2d(x, w),
        "must have 4 axes, they have 4 and 3",
        "an input of NHWC and a kernel of HWIO");
  }

  @Test
  @DisplayName("C2: settings for other ranks")
  void settings() {
    Value w = kernel(3, 3, 32, 4);
    assertRefusedAt(
        "C2",
        () -> Convolutions.conv2d(x, w, Conv.valid().strides(1, 2, 3)),
        "for 1 or 2 spatial axes, given 1x2x3");
  }

  @Test
  @DisplayName("dtype: an input and a kernel of different dtypes")
  void dtypes() {
    Value w = g.input("block2/w", DType.FLOAT64, 3, 3, 32, 4);
    assertRefusedAt(
        "dtype", () -> Convolutions.conv2d(x, w), "the input is f32, the kernel is f64");
  }

  @Test
  @DisplayName("C4: mismatched planes, saying both ways out")
  void planes() {
    Value w = kernel(3, 3, 64, 128);
    GraphException error =
        assertMessage(
            GraphException.class,
            """
            conv2d of 'block1/out' with 'block2/w' (C4): the kernel reads 64 planes, the input has 32.
              input  'block1/out'  f32[N, 28, 28, 32]   NHWC
              kernel 'block2/w'  f32[3, 3, 64, 128]   HWIO, 1 group
            Pass a kernel of f32[3, 3, 32, 128], or an input of 64 planes.\
            """,
            () -> Convolutions.conv2d(x, w));
    assertEquals("C4", error.constraint().orElseThrow());
  }

  @Test
  @DisplayName("C4: planes that do not divide into the groups")
  void indivisiblePlanes() {
    Value w = kernel(3, 3, 11, 6);
    assertRefusedAt(
        "C4",
        () -> Convolutions.conv2d(x, w, Conv.valid().groups(3)),
        "reads 33 planes, 11 in each group, the input has 32",
        "32 do not divide into 3 groups");
  }

  @Test
  @DisplayName("C4: an input that the transposed convolution's kernel does not make")
  void transposedPlanes() {
    Value w = kernel(3, 3, 32, 64);
    assertRefusedAt(
        "C4",
        () -> Convolutions.convTranspose2d(x, w, Conv.valid()),
        "makes 64 planes, the input has 32",
        "Pass a kernel of f32[3, 3, 32, 32]");
  }

  @Test
  @DisplayName("C5: output planes that do not divide into the groups")
  void groups() {
    Value w = kernel(3, 3, 8, 6);
    assertRefusedAt(
        "C5",
        () -> Convolutions.conv2d(x, w, Conv.valid().groups(4)),
        "6 output planes do not divide into 4 groups");
  }

  @Test
  @DisplayName("C7: a kernel that does not fit")
  void negativeSize() {
    Value w = kernel(29, 31, 32, 4);
    assertRefusedAt(
        "C7",
        () -> Convolutions.conv2d(x, w),
        "spatial axis 0 would get size 0",
        "a kernel of 29 (dilation 1) does not fit an input of 28",
        "pad with Padding.same()");
    assertRefusedAt(
        "C7",
        () -> Convolutions.conv2d(x, w, Conv.valid().padding(Padding.of(5, 0))),
        "spatial axis 1 would get size -2");
  }

  @Test
  @DisplayName("C8: output padding that the stride leaves no room for")
  void outputPadding() {
    Value w = kernel(3, 3, 4, 32);
    assertRefusedAt(
        "C8",
        () -> Convolutions.convTranspose2d(x, w, Conv.valid().strides(2), 0, 2),
        "output padding 2 of spatial axis 1 with stride 2 and VALID",
        "less than the stride");
    assertRefusedAt(
        "C8",
        () -> Convolutions.convTranspose2d(x, w, Conv.same().strides(2), 1),
        "the result has the input's size times the stride");
  }

  @Test
  @DisplayName("C3: groups of a factored convolution")
  void factoredGroups() {
    Value w = kernel(3, 3, 32, 2);
    assertRefusedAt(
        "C3", () -> FactoredConvolutions.depthwise(x, w, Conv.valid().groups(32)), "given 32");
  }

  @Test
  @DisplayName("C4: a depthwise kernel for other planes")
  void depthwisePlanes() {
    Value w = kernel(3, 3, 31, 2);
    assertRefusedAt(
        "C4",
        () -> FactoredConvolutions.depthwise(x, w, Conv.valid()),
        "f32[3, 3, 31, 2] must have size 32 along axis 2");
  }

  @Test
  void aValueOfAnotherBuilder() {
    Value foreign = GraphBuilder.create("other").input("w", DType.FLOAT32, 3, 3, 32, 4);
    assertRefused(
        GraphException.class,
        () -> Convolutions.conv2d(x, foreign),
        "'w' belongs to the builder of the graph 'other'");
  }

  @Test
  void settingsThatAreNone() {
    assertRefused(
        GraphException.class, () -> Conv.valid().strides(0), "A stride must be 1 or more, given 0");
    assertRefused(
        GraphException.class,
        () -> Conv.valid().dilations(2, -1),
        "A dilation must be 1 or more, given 2x-1");
    assertRefused(GraphException.class, () -> Conv.valid().groups(0), "Groups must be 1 or more");
    assertThrows(GraphException.class, () -> PerAxis.of());
    assertThrows(GraphException.class, () -> Padding.of(new long[0]));
  }
}
