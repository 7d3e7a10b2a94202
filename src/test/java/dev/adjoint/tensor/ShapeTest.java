package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
  private static final Dim N = Dim.named("N");
  private static final Shape IMAGES = Shape.of(N, Dim.of(28), Dim.of(14), Dim.of(3));

  @Test
  void axesAndSizes() {
    assertEquals(4, IMAGES.rank());
    assertEquals(N, IMAGES.dim(0));
    assertEquals(14, IMAGES.size(2));
    assertEquals(List.of(Dim.of(2), Dim.of(5)), Shape.of(2, 5).dims());
    assertArrayEquals(new long[] {2, 5}, Shape.of(2, 5).sizes());
    assertEquals("1176*N", IMAGES.elements().toString());
    assertEquals(Dim.of(1), Shape.scalar().elements());
    assertEquals(1, Shape.scalar().elementCount());
    assertEquals(0, Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elementCount());
    assertEquals(Set.of("N"), IMAGES.names());
    assertFalse(IMAGES.isConstant());
    assertTrue(Shape.of(0).isConstant());
  }

  @Test
  void changesMakeNewShapes() {
    assertEquals("[N, 7, 14, 3]", IMAGES.withDim(1, Dim.of(7)).toString());
    assertEquals("[N, 28, 14, 3, 2]", IMAGES.append(Dim.of(2)).toString());
    assertEquals("[2, N, 28, 14, 3]", IMAGES.insert(0, Dim.of(2)).toString());
    assertEquals("[N, 28, 3]", IMAGES.remove(2).toString());
    assertEquals("[N, 28, 14, 3]", IMAGES.toString());
    assertEquals("[]", Shape.of(4).remove(0).toString());
  }

  @Test
  void bindingMakesConstants() {
    Shape shape = Shape.parse("[N, (H + 1)//2 - 1, 3]");
    assertEquals(Shape.of(5, 4, 3), shape.bind(Map.of("N", 5L, "H", 9L)));
    assertEquals(Shape.of(2), Shape.of(2).bind(Map.of()));
    assertEquals(
        "Axis 1 of [N, (H + 1)//2 - 1, 3] would have -1 elements with {H=0, N=5}; bind larger"
            + " sizes.",
        assertThrows(
                IllegalArgumentException.class,
                () -> shape.bind(new TreeMap<>(Map.of("H", 0L, "N", 5L))))
            .getMessage());
    assertEquals(
        "A size is not negative, 'N' of [N, (H + 1)//2 - 1, 3] is bound to -2.",
        assertThrows(IllegalArgumentException.class, () -> shape.bind(Map.of("N", -2L, "H", 9L)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> shape.bind(Map.of("N", 2L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[0]", "[N, 28, 28, 1]", "[max(N - 3, 0), (H + 1)//2, N//M]"})
  void textReadsBack(String text) {
    assertEquals(text, Shape.parse(text).toString());
    TensorType type = TensorType.parse("f32" + text);
    assertEquals("f32" + text, type.toString());
    assertEquals(new TensorType(DType.FLOAT32, Shape.parse(text)), type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "]",
        "N",
        "[N",
        "N]",
        "[,]",
        "[N,]",
        "[N M]",
        "[-1]",
        "[1,2,3,4,5,6,7,8,9]",
        "[(N, M)]",
        "[max(N, M]",
        "[[1]]",
        "[1]]"
      })
  void garbageIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Shape.parse(text));
    assertThrows(IllegalArgumentException.class, () -> TensorType.parse("f32" + text));
  }

  @Test
  void hugeTextIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Shape.parse("[" + "(".repeat(1_000_000) + "]"));
    assertThrows(
        IllegalArgumentException.class, () -> Shape.parse("[" + "1,".repeat(500_000) + "]"));
  }

  @Test
  void errorsSayWhatWasGiven() {
    assertEquals(
        "A size is not negative, axis 1 of [2, -3] is.",
        assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -3)).getMessage());
    assertEquals(
        "A shape has at most 8 axes, 9 are given: [1, 1, 1, 1, 1, 1, 1, 1, 1].",
        assertThrows(IllegalArgumentException.class, () -> Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1))
            .getMessage());
    assertEquals(
        "There is no axis 4 in [N, 28, 14, 3]; axes are 0 to 3.",
        assertThrows(IndexOutOfBoundsException.class, () -> IMAGES.dim(4)).getMessage());
    assertEquals(
        "There is no axis 0 in []; a scalar has none.",
        assertThrows(IndexOutOfBoundsException.class, () -> Shape.scalar().size(0)).getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> IMAGES.insert(5, N));
    assertThrows(IndexOutOfBoundsException.class, () -> IMAGES.remove(-1));
    assertThrows(IllegalStateException.class, IMAGES::sizes);
    assertThrows(IllegalStateException.class, IMAGES::elementCount);
    assertThrows(
        ArithmeticException.class, () -> Shape.of(Long.MAX_VALUE, Long.MAX_VALUE).elementCount());
  }

  @Test
  void typesCarryDTypeAndShape() {
    TensorType type = new TensorType(DType.BOOL, IMAGES);
    assertEquals("bool[N, 28, 14, 3]", type.toString());
    assertEquals(4, type.rank());
    assertEquals(Dim.of(3), type.dim(3));
    assertEquals("i64[N, 28, 14, 3]", type.withDType(DType.INT64).toString());
    assertEquals("bool[2]", type.withShape(Shape.of(2)).toString());
    assertEquals(TensorType.of(DType.BOOL, 2, 28, 14, 3), type.bind(Map.of("N", 2L)));
    assertFalse(type.isConstant());
  }

  @Test
  void dtypesReadBack() {
    for (DType dtype : DType.values()) {
      assertEquals(dtype, DType.parse(dtype.toString()));
      assertFalse(dtype.isFloating() && dtype.isInteger());
    }
    assertEquals(
        "No dtype is called 'f16'; known are f32, f64, i32, i64, bool.",
        assertThrows(IllegalArgumentException.class, () -> DType.parse("f16")).getMessage());
  }
}
