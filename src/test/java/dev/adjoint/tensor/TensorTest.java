package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TensorTest {
  private static final Tensor SIX = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);

  @Test
  void elementsLieInRowMajorOrder() {
    assertEquals(TensorType.of(DType.FLOAT32, 2, 3), SIX.type());
    assertEquals(5, SIX.at(1, 2));
    assertEquals(3, SIX.at(1, 0));
    assertEquals(4, SIX.getDouble(4));
    assertEquals(6, SIX.size());
    assertEquals(3, SIX.dim(1));
    assertEquals(2, SIX.rank());
    assertEquals(Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 3, 1, 2), SIX.reshape(3, 1, 2));
    assertEquals(7, Tensor.scalar(7L).at());
  }

  @Test
  void dataIsCopiedInAndOut() {
    int[] data = {1, 2};
    Tensor tensor = Tensor.vector(data);
    data[0] = 9;
    tensor.toInts()[1] = 9;
    assertEquals(Tensor.vector(1, 2), tensor);
    FloatBuffer view = SIX.floatBuffer();
    assertThrows(ReadOnlyBufferException.class, () -> view.put(0, 1));
  }

  @Test
  void adoptedDataIsNotCopied() {
    double[] data = {1, 2};
    Tensor tensor = Tensor.adopt(data, Shape.of(2));
    data[0] = 9;
    assertEquals(9, tensor.getDouble(0));
  }

  @Test
  void bytesAreLittleEndianWhateverTheBufferSays() {
    assertArrayEquals(
        new byte[] {1, 0, 0, 0, -2, -1, -1, -1}, Tensor.vector(1, -2).toBytes().array());
    assertArrayEquals(new byte[] {1, 0}, Tensor.vector(true, false).toBytes().array());
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 2, 1, 0, 0, 0, 0, 0, 0}).position(1);
    bytes.order(ByteOrder.BIG_ENDIAN);
    assertEquals(Tensor.scalar(258L), Tensor.of(bytes, DType.INT64));
    assertEquals(1, bytes.position());
    assertEquals(
        "i64[2] takes 16 bytes, 8 remain in the buffer.",
        messageOf(IllegalArgumentException.class, () -> Tensor.of(bytes, DType.INT64, 2)));
  }

  @Test
  void buffersGiveWhatRemains() {
    FloatBuffer buffer = FloatBuffer.wrap(new float[] {9, 1, 2, 3}).position(1);
    assertEquals(Tensor.vector(1f, 2f, 3f), Tensor.of(buffer, 3));
    assertEquals(1, buffer.position());
  }

  @Test
  void nestedArraysGoInAndOut() {
    float[][][] nested = {{{1, 2}}, {{3, 4}}, {{5, 6}}};
    Tensor tensor = Tensor.nested(nested);
    assertEquals(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 1, 2), tensor);
    assertArrayEquals(nested, (float[][][]) tensor.toNested());
    assertEquals(Tensor.scalar(true), Tensor.nested(true));
    assertEquals(2.5, Tensor.scalar(2.5).toNested());
    assertEquals(Tensor.zeros(DType.INT32, 2, 0), Tensor.nested(new int[2][0]));
    assertEquals(Tensor.zeros(DType.INT32, 0, 0), Tensor.nested(new int[0][3]));
  }

  @Test
  void raggedArraysAreRefusedByPath() {
    assertEquals(
        "The nested array is ragged: element [1][0] has 1 elements where 2 are expected to fill"
            + " i32[2, 1, 2].",
        messageOf(
            IllegalArgumentException.class, () -> Tensor.nested(new int[][][] {{{1, 2}}, {{3}}})));
    assertEquals(
        "The nested array is ragged: element [1] is null.",
        messageOf(IllegalArgumentException.class, () -> Tensor.nested(new int[][] {{1}, null})));
    assertEquals(
        "A tensor holds float, double, int, long or boolean, not java.lang.String[]; pass nested"
            + " arrays of one of them.",
        messageOf(IllegalArgumentException.class, () -> Tensor.nested(new String[] {"a"})));
    assertEquals(
        "A tensor has at most 8 axes; int[][][][][][][][][] has 9.",
        messageOf(
            IllegalArgumentException.class,
            () -> Tensor.nested(new int[1][1][1][1][1][1][1][1][1])));
  }

  @Test
  void sizesMustGiveTheElements() {
    assertEquals(
        "f32[] has 1 elements, 3 are given; pass sizes whose product is 3.",
        messageOf(IllegalArgumentException.class, () -> Tensor.of(new float[3])));
    assertEquals(
        "f32[4, 2] has 8 elements, 6 are given; pass sizes whose product is 6.",
        messageOf(IllegalArgumentException.class, () -> SIX.reshape(4, 2)));
    assertEquals(
        "A tensor has at most 2147483639 elements, f64[65536, 65536] has more; split it.",
        messageOf(IllegalArgumentException.class, () -> Tensor.zeros(DType.FLOAT64, 65536, 65536)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.zeros(DType.BOOL, Long.MAX_VALUE, Long.MAX_VALUE));
    assertEquals(
        "A tensor has constant sizes, f32[N] has not; bind N first.",
        messageOf(
            IllegalArgumentException.class,
            () -> Tensor.fill(DType.FLOAT32, Shape.of(Dim.named("N")), 1)));
  }

  @Test
  void readingAsAnotherTypeIsRefused() {
    assertEquals(
        "f64 was asked for, this tensor is f32[2, 3]; cast it first.",
        messageOf(IllegalStateException.class, SIX::toDoubles));
    assertThrows(IllegalStateException.class, SIX::intBuffer);
    assertThrows(IllegalStateException.class, () -> SIX.getLong(0));
    assertThrows(IllegalStateException.class, () -> Tensor.vector(1).getBoolean(0));
    assertThrows(IllegalStateException.class, () -> SIX.copyTo(new long[6], 0));
  }

  @Test
  void positionsAreChecked() {
    assertEquals(
        "There is no element 6 in f32[2, 3], which has 6.",
        messageOf(IndexOutOfBoundsException.class, () -> SIX.getDouble(6)));
    assertEquals(
        "[1, 3] lies outside f32[2, 3] at axis 1.",
        messageOf(IndexOutOfBoundsException.class, () -> SIX.at(1, 3)));
    assertEquals(
        "f32[2, 3] takes 2 indices, given are [1].",
        messageOf(IllegalArgumentException.class, () -> SIX.at(1)));
    assertEquals(
        "The 6 elements of f32[2, 3] do not fit an array of 7 from 2 on.",
        messageOf(IndexOutOfBoundsException.class, () -> SIX.copyTo(new float[7], 2)));
  }

  @Test
  void copyFillsTheTargetFromTheOffset() {
    float[] target = new float[8];
    SIX.copyTo(target, 2);
    assertArrayEquals(new float[] {0, 0, 0, 1, 2, 3, 4, 5}, target);
  }

  @Test
  void castsConvertAsJavaDoes() {
    Tensor floats = Tensor.vector(-1.9f, 2.9f, Float.NaN, 1e20f, Float.NEGATIVE_INFINITY, -0.0f);
    assertEquals(
        Tensor.vector(-1, 2, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 0), floats.cast(DType.INT32));
    assertEquals(
        Tensor.vector(-1L, 2, 0, Long.MAX_VALUE, Long.MIN_VALUE, 0), floats.cast(DType.INT64));
    assertEquals(Tensor.vector(true, true, true, true, true, false), floats.cast(DType.BOOL));
    assertEquals(
        Tensor.vector(1, -1), Tensor.vector(0x1_0000_0001L, 0xFFFF_FFFFL).cast(DType.INT32));
    assertEquals(Tensor.vector(1f, 0f), Tensor.vector(true, false).cast(DType.FLOAT32));
    assertEquals(Tensor.vector(true, false), Tensor.vector(0x1_0000_0000L, 0).cast(DType.BOOL));
    // By way of double this would round to even twice and give 2^60.
    assertEquals(
        Tensor.vector((float) ((1L << 60) + (1L << 36) + 1)),
        Tensor.vector((1L << 60) + (1L << 36) + 1).cast(DType.FLOAT32));
    assertEquals(
        Tensor.vector(Long.MAX_VALUE - 1), Tensor.vector(Long.MAX_VALUE - 1).cast(DType.INT64));
  }

  @Test
  void fillConvertsTheValue() {
    assertEquals(Tensor.vector(2, 2, 2), Tensor.fill(DType.INT32, Shape.of(3), 2.7));
    assertEquals(Tensor.vector(true, true), Tensor.fill(DType.BOOL, Shape.of(2), -1));
    assertEquals(Tensor.vector(0.1f), Tensor.fill(DType.FLOAT32, Shape.of(1), 0.1));
    assertEquals(Tensor.scalar(false), Tensor.zeros(DType.BOOL));
  }

  @Test
  void equalityLooksAtTypeAndBits() {
    float otherNan = Float.intBitsToFloat(0x7fc0_0001);
    assertEquals(Tensor.vector(Float.NaN), Tensor.vector(otherNan));
    assertEquals(Tensor.vector(Float.NaN).hashCode(), Tensor.vector(otherNan).hashCode());
    assertNotEquals(Tensor.vector(0.0), Tensor.vector(-0.0));
    assertNotEquals(Tensor.vector(1), Tensor.vector(1L));
    assertNotEquals(SIX, SIX.reshape(3, 2));
    assertNotEquals(Tensor.zeros(DType.INT32, 0, 2), Tensor.zeros(DType.INT32, 2, 0));
  }

  @Test
  void closenessIsRelativeToTheOther() {
    Tensor x = Tensor.vector(1.0, 100, Double.NaN, Double.POSITIVE_INFINITY, -0.0);
    Tensor y = Tensor.vector(1.001, 100.1, Double.NaN, Double.POSITIVE_INFINITY, 0.0);
    assertTrue(x.closeTo(y, 0.0011, 0));
    assertFalse(x.closeTo(y, 0.0009, 0));
    assertTrue(x.closeTo(y, 0, 0.11));
    assertEquals(0.1, x.maxDifference(y), 1e-9);
    assertFalse(Tensor.vector(Double.NaN).closeTo(Tensor.vector(1.0), 1, 1));
    assertFalse(Tensor.vector(1.0).closeTo(Tensor.vector(Double.POSITIVE_INFINITY), 1, 1));
    assertFalse(Tensor.vector(1.0).closeTo(Tensor.vector(1.0f), 1, 1));
    assertEquals(
        Double.POSITIVE_INFINITY, Tensor.vector(Double.NaN).maxDifference(Tensor.vector(1.0)));
    assertEquals(1, Tensor.vector((1L << 53) + 1).maxDifference(Tensor.vector(1L << 53)));
    assertEquals(0, Tensor.zeros(DType.BOOL, 0).maxDifference(Tensor.zeros(DType.BOOL, 0)));
    assertEquals(
        "Only tensors of one type are compared, these are i32[1] and i32[2].",
        messageOf(
            IllegalArgumentException.class,
            () -> Tensor.vector(1).maxDifference(Tensor.vector(1, 2))));
  }

  private static String messageOf(Class<? extends Exception> type, Executable executable) {
    return assertThrows(type, executable).getMessage();
  }
}
