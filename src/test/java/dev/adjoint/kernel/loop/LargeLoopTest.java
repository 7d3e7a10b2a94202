package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Work that is cut into several tasks. */
class LargeLoopTest {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);

  private static float[] drawn(int count) {
    Random random = new Random(17);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = random.nextFloat() + 0.5f;
    }
    return x;
  }

  /** The sum and the mean of squares over a and c of {@code [a, b, c]}, in one kernel. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 300007",
    "300007, 1, 1",
    "300007, 3, 1",
    "5003, 64, 1",
    "101, 3, 1009",
    "7, 600, 100",
    "20011, 17, 1",
    "3, 70, 2003"
  })
  void reductionsOverOuterAndInnerAxes(int a, int b, int c) {
    float[] x = drawn(a * b * c);
    LoopBuilder loop = new LoopBuilder(List.of(b, a, c), 2);
    int v = loop.read(new Access(0, DType.FLOAT32, 0, List.of(c, b * c, 1)));
    int sum = loop.reduce(Fold.SUM, v);
    int squares = loop.reduce(Fold.SUM, loop.apply(new Arithmetic.Mul(), v, v));
    int count = loop.scalar(DType.FLOAT32, a * c);
    loop.storeRow(sum, 1);
    loop.storeRow(loop.apply(new Arithmetic.Div(), squares, count), 2);
    loop.store(
        loop.apply(new Arithmetic.Add(), v, v),
        new Access(3, DType.FLOAT32, 0, List.of(c, b * c, 1)));
    float[] sums = new float[b];
    float[] means = new float[b];
    LoopKernel kernel = VECTORS.compile(loop.build());
    float[] doubled = new float[x.length];
    LoopRunner.run(kernel, DType.FLOAT32, x, sums, means, doubled);
    float[] scalarSums = new float[b];
    float[] scalarMeans = new float[b];
    LoopRunner.run(
        SCALARS.compile(loop.build()),
        DType.FLOAT32,
        x,
        scalarSums,
        scalarMeans,
        new float[x.length]);
    for (int i = 0; i < x.length; i++) {
      assertEquals(2 * x[i], doubled[i]);
    }
    assertArrayEquals(scalarSums, sums);
    assertArrayEquals(scalarMeans, means);
    for (int j = 0; j < b; j++) {
      double total = 0;
      double square = 0;
      for (int i = 0; i < a; i++) {
        for (int k = 0; k < c; k++) {
          double element = x[(i * b + j) * c + k];
          total += element;
          square += element * element;
        }
      }
      assertEquals(1, sums[j] / total, 2e-6);
      assertEquals(1, means[j] / (square / (a * c)), 2e-6);
    }
    assertTrue(kernel.tasks(0) > 1, "large work has several tasks");
  }

  /** Of the value that each part gives, the temporary array holds few beside the elements. */
  @ParameterizedTest
  @CsvSource({"50257, 8192", "120000, 5000", "1, 2000000000", "64, 30000000", "16384, 5000"})
  void partsOfLongColumnsAreFew(int columns, int rows) {
    LoopBuilder loop = new LoopBuilder(List.of(columns, rows), 1);
    int x = loop.read(new Access(0, DType.FLOAT32, 0, List.of(1, columns)));
    for (int i = 0; i < 4; i++) {
      x = loop.apply(new Arithmetic.Sub(), x, loop.reduce(Fold.MAX, x));
    }
    loop.store(x, new Access(1, DType.FLOAT32, 0, List.of(1, columns)));
    LoopKernel kernel = VECTORS.compile(loop.build());
    long temporary = kernel.temporary();
    assertTrue(temporary > 0 && temporary <= (long) columns * rows / 100, () -> "" + temporary);
  }

  /** Each task of a phase alone gives its part, whatever the order. */
  @Test
  void elementwiseTasksCoverEverythingOnce() {
    int n = 100_003;
    float[] x = drawn(n);
    LoopBuilder loop = new LoopBuilder(List.of(n));
    loop.store(loop.apply(new Pointwise.Exp(), loop.read(0, DType.FLOAT32)), 1);
    float[] y = new float[n];
    LoopRunner.run(VECTORS.compile(loop.build()), DType.FLOAT32, x, y);
    for (int i = 0; i < n; i++) {
      assertEquals(StrictMath.exp(x[i]), y[i], 1e-6);
    }
  }

  @Test
  void aTransposition() {
    int rows = 301;
    int columns = 203;
    float[] x = drawn(rows * columns * 2);
    LoopBuilder loop = new LoopBuilder(List.of(2, columns, rows));
    List<Integer> strides = List.of(rows * columns, 1, columns);
    loop.store(loop.read(new Access(0, DType.FLOAT32, 0, strides)), 1);
    float[] y = new float[x.length];
    LoopRunner.run(VECTORS.compile(loop.build()), DType.FLOAT32, x, y);
    for (int i = 0; i < y.length; i++) {
      int batch = i / (rows * columns);
      int place = i % (rows * columns);
      int source = batch * rows * columns + place % rows * columns + place / rows;
      assertEquals(x[source], y[i]);
    }
  }

  @Test
  void loopsThatDifferInSizesAndNumbersShareAClass() {
    LoopCompiler compiler = new LoopCompiler();
    for (int n = 2; n < 9; n++) {
      LoopBuilder loop = new LoopBuilder(List.of(n, 3));
      int x = loop.read(0, DType.FLOAT32);
      int bias = loop.read(new Access(1, DType.FLOAT32, 0, List.of(0, 1)));
      int scaled = loop.apply(new Arithmetic.Mul(), x, loop.scalar(DType.FLOAT32, (double) n));
      loop.store(loop.apply(new Arithmetic.Add(), scaled, bias), 2);
      compiler.compile(loop.build());
    }
    assertEquals(1, compiler.classCount());
  }
}
