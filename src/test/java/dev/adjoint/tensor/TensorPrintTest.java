package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each expected text is what {@code print} of NumPy 2.4 shows for the same array. */
class TensorPrintTest {

  @Test
  void scalars() {
    assertPrints("5", Tensor.scalar(5));
    assertPrints("-7", Tensor.scalar(-7L));
    assertPrints("True", Tensor.scalar(true));
    assertPrints("0.1", Tensor.scalar(0.1f));
    assertPrints("0.33333334", Tensor.scalar(1 / 3f));
    assertPrints("0.3333333333333333", Tensor.scalar(1 / 3.0));
    assertPrints("1e+06", Tensor.scalar(1e6f));
    assertPrints("1.6777216e+07", Tensor.scalar(16777216f));
    assertPrints("1000000.0", Tensor.scalar(1e6));
    assertPrints("1000000000000000.0", Tensor.scalar(1e15));
    assertPrints("1e+16", Tensor.scalar(1e16));
    assertPrints("0.0001", Tensor.scalar(1e-4));
    assertPrints("9.9e-05", Tensor.scalar(9.9e-5));
    assertPrints("1e-45", Tensor.scalar(Float.MIN_VALUE));
    assertPrints("5e-324", Tensor.scalar(Double.MIN_VALUE));
    assertPrints("-0.0", Tensor.scalar(-0.0));
    assertPrints("nan", Tensor.scalar(Float.NaN));
    assertPrints("-inf", Tensor.scalar(Double.NEGATIVE_INFINITY));
  }

  @Test
  void wholeNumbersAreAligned() {
    assertPrints(
        """
        [[  1  -2]
         [300   4]]\
        """,
        Tensor.of(new int[] {1, -2, 300, 4}, 2, 2));
    assertPrints("[ True False]", Tensor.vector(true, false));
  }

  @Test
  void floatsShareOneForm() {
    assertPrints("[-0.   0.   1.5]", Tensor.vector(-0.0, 0, 1.5));
    assertPrints("[0.12345678 0.00024414]", Tensor.vector(0.1234567846, 0.000244140625));
    assertPrints("[0.001 1.   ]", Tensor.vector(0.001, 1));
    assertPrints("[9.e-04 1.e+00]", Tensor.vector(0.0009, 1));
    assertPrints("[1.000000e-01 1.234567e+05]", Tensor.vector(0.1f, 123456.7f));
    assertPrints(
        "[1.6777216e+07 1.0000000e-01 2.9999999e-05]", Tensor.vector(16777216f, 0.1f, 3e-5f));
    assertPrints("[1.000000e+06 1.000001e+06]", Tensor.vector(1e6f, 1e6f + 1));
    assertPrints("[1.e-310 5.e-324 1.e+300]", Tensor.vector(1e-310, Double.MIN_VALUE, 1e300));
  }

  @Test
  void specialValuesTakeTheCommonWidth() {
    double inf = Double.POSITIVE_INFINITY;
    assertPrints("[ nan   1.  inf -inf]", Tensor.vector(Double.NaN, 1, inf, -inf));
    assertPrints("[nan]", Tensor.vector(Double.NaN));
    assertPrints("[ nan -inf]", Tensor.vector(Double.NaN, -inf));
  }

  @Test
  void emptyTensorsAreBrackets() {
    assertPrints("[]", Tensor.zeros(DType.FLOAT32, 0));
    assertPrints("[]", Tensor.zeros(DType.FLOAT32, 3, 0, 2));
  }

  @Test
  void blocksAreSeparatedByLines() {
    assertPrints(
        """
        [[[0. 0. 0.]
          [0. 0. 0.]]

         [[0. 0. 0.]
          [0. 0. 0.]]]\
        """,
        Tensor.zeros(DType.FLOAT32, 2, 2, 3));
  }

  @Test
  void longRowsWrapAt75Columns() {
    assertPrints(
        """
        [    0  1000  2000  3000  4000  5000  6000  7000  8000  9000 10000 11000
         12000 13000]\
        """,
        Tensor.vector(IntStream.range(0, 14).map(i -> i * 1000).toArray()));
  }

  @Test
  void largeTensorsShowTheirEdges() {
    assertPrints(
        """
        [[0.000e+00 1.000e+00 2.000e+00 ... 9.970e+02 9.980e+02 9.990e+02]
         [1.000e+03 1.001e+03 1.002e+03 ... 1.997e+03 1.998e+03 1.999e+03]]\
        """,
        Tensor.of(IntStream.range(0, 2000).asDoubleStream().toArray(), 2, 1000));
    assertPrints(
        """
        [[   0    1]
         [   2    3]
         [   4    5]
         ...
         [1994 1995]
         [1996 1997]
         [1998 1999]]\
        """,
        Tensor.of(IntStream.range(0, 2000).toArray(), 1000, 2));
  }

  private static void assertPrints(String expected, Tensor tensor) {
    assertEquals(expected, tensor.toString());
  }
}
