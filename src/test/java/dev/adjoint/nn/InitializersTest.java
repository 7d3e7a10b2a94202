package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.vector;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Initializer;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializersTest {
  /** A kernel of 3x3, 20 features to 50: fan-in 180, fan-out 450. */
  private static final long[] HWIO = {3, 3, 20, 50};

  private static Tensor first(Initializer initializer, DType dtype, long... sizes) {
    GraphBuilder g = GraphBuilder.create("first");
    g.parameter("w", TensorType.of(dtype, sizes), initializer);
    Map<String, Tensor> values = Interpreter.create().initialParameters(g.build());
    assertEquals(TensorType.of(dtype, sizes), values.get("w").type());
    return values.get("w");
  }

  private static double mean(Tensor t) {
    return Arrays.stream(t.asDoubles()).average().orElseThrow();
  }

  private static double variance(Tensor t) {
    double mean = mean(t);
    return Arrays.stream(t.asDoubles()).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  private static double largest(Tensor t) {
    return Arrays.stream(t.asDoubles()).map(Math::abs).max().orElseThrow();
  }

  @Test
  void constants() {
    assertEquals(Tensor.zeros(DType.INT32, 2, 3), first(Initializers.zeros(), DType.INT32, 2, 3));
    assertEquals(Tensor.vector(1f, 1), first(Initializers.ones(), DType.FLOAT32, 2));
    assertEquals(Tensor.scalar(-2.5), first(Initializers.constant(-2.5), DType.FLOAT64));
  }

  @ParameterizedTest
  @CsvSource({
    "glorotUniform, 0.0031746", "glorotNormal, 0.0031746", "heUniform, 0.0111111",
    "heNormal, 0.0111111", "lecunUniform, 0.0055556", "lecunNormal, 0.0055556"
  })
  void variancesFollowTheFansInBothFormats(String name, double expected) {
    KernelInitializer initializer =
        switch (name) {
          case "glorotUniform" -> Initializers.glorotUniform(11);
          case "glorotNormal" -> Initializers.glorotNormal(11);
          case "heUniform" -> Initializers.heUniform(11);
          case "heNormal" -> Initializers.heNormal(11);
          case "lecunUniform" -> Initializers.lecunUniform(11);
          default -> Initializers.lecunNormal(11);
        };
    Tensor last = first(initializer, DType.FLOAT32, HWIO);
    assertEquals(1, variance(last) / expected, 0.05);
    assertEquals(0, mean(last) / Math.sqrt(expected), 0.05);
    Tensor firstFormat = first(initializer.format(DataFormat.NCHW), DType.FLOAT32, 50, 20, 3, 3);
    assertEquals(1, variance(firstFormat) / expected, 0.05);
    double deviations = largest(last) / Math.sqrt(expected);
    assertEquals(name.endsWith("Uniform"), deviations <= Math.sqrt(3) + 1e-6);
  }

  @Test
  void aMatrixIsThatOfADenseLayerInEveryFormatAndAVectorHasOneFan() {
    double limit = Math.sqrt(6.0 / 400);
    KernelInitializer he = Initializers.heUniform(5);
    for (DataFormat format : DataFormat.values()) {
      double largest = largest(first(he.format(format), DType.FLOAT64, 400, 3));
      assertTrue(largest <= limit && largest > 0.98 * limit);
    }
    double ofVector = largest(first(he, DType.FLOAT64, 400));
    assertTrue(ofVector <= limit && ofVector > 0.98 * limit);
  }

  @Test
  void uniformNormalAndTruncatedNormal() {
    Tensor uniform = first(Initializers.uniform(2, 5, 3), DType.FLOAT64, 5000);
    assertEquals(3.5, mean(uniform), 0.05);
    assertEquals(0.75, variance(uniform), 0.03);
    Tensor normal = first(Initializers.normal(-1, 2, 3), DType.FLOAT64, 5000);
    assertEquals(-1, mean(normal), 0.1);
    assertEquals(4, variance(normal), 0.25);
    assertTrue(largest(normal) > 6);
    Tensor truncated = first(Initializers.truncatedNormal(0, 3, 3), DType.FLOAT64, 5000);
    assertEquals(0, mean(truncated), 0.12);
    assertEquals(Math.pow(3 * 0.87962566, 2), variance(truncated), 0.3);
    assertTrue(largest(truncated) <= 6 && largest(truncated) > 5.7);
  }

  @Test
  void theTruncatedNormalIsTheInverseOfItsDistribution() {
    Tensor numbers =
        evaluate(
            g -> TruncatedNormal.ofUniform(g.constant(vector(0.001, 0.1, 0.5, 0.75, 0.99, 0))));
    Tensor expected = vector(-1.982625621, -1.184032467, 0, 0.639111911, 1.84808354, -2);
    assertClose(expected, numbers, 0, 5e-7);
  }

  private static void assertOrthonormal(Tensor matrix, boolean rows, double gain, double within) {
    Tensor gram =
        evaluate(g -> {
          var q = g.constant(matrix.cast(DType.FLOAT64));
          return rows ? q.matmul(q.transpose()) : q.transpose().matmul(q);
        });
    for (int i = 0; i < gram.size(); i++) {
      int n = (int) gram.dim(0);
      double expected = i / n == i % n ? gain * gain : 0;
      assertEquals(expected, gram.getDouble(i), within);
    }
  }

  @Test
  void orthogonalMatricesAreOrthonormalAlongTheirShorterSide() {
    assertOrthonormal(first(Initializers.orthogonal(1, 2), DType.FLOAT64, 17, 17), false, 1, 1e-12);
    assertOrthonormal(first(Initializers.orthogonal(1, 2), DType.FLOAT32, 9, 4), false, 1, 1e-6);
    assertOrthonormal(first(Initializers.orthogonal(3, 2), DType.FLOAT64, 4, 9), true, 3, 1e-11);
    Tensor kernel = first(Initializers.orthogonal(1, 2), DType.FLOAT64, 3, 2, 2, 5);
    assertOrthonormal(kernel.reshape(12, 5), false, 1, 1e-12);
    KernelInitializer nchw = Initializers.orthogonal(1, 2).format(DataFormat.NCHW);
    assertOrthonormal(first(nchw, DType.FLOAT64, 5, 2, 3, 2).reshape(5, 12), true, 1, 1e-12);
    assertOrthonormal(
        first(Initializers.orthogonal(1, 2), DType.FLOAT64, 6).reshape(1, 6), true, 1, 1e-12);
  }

  @Test
  void everyParameterHasAStreamOfItsOwn() {
    GraphBuilder g = GraphBuilder.create("streams");
    TensorType type = TensorType.of(DType.FLOAT64, 6);
    g.parameter("a", type, Initializers.normal(0, 1, 9));
    g.parameter("b", type, Initializers.normal(0, 1, 9));
    Map<String, Tensor> both = Interpreter.create().initialParameters(g.build());
    assertNotEquals(both.get("a"), both.get("b"));

    GraphBuilder alone = GraphBuilder.create("alone");
    alone.parameter("b", type, Initializers.normal(0, 1, 9));
    assertEquals(both.get("b"), Interpreter.create().initialParameters(alone.build()).get("b"));
    assertFalse(
        first(Initializers.normal(0, 1, 9), DType.FLOAT64, 6)
            .equals(first(Initializers.normal(0, 1, 10), DType.FLOAT64, 6)));
  }

  @Test
  void keysStayAsTheyAre() {
    assertEquals(-3434947869408532698L, RandomKeys.key(7, "conv1/kernel"));
    assertEquals(4667246044982130809L, RandomKeys.key(-1, "ü"));
  }

  @Test
  void randomFirstValuesAreOfFloatingPoint() {
    GraphBuilder g = GraphBuilder.create("errors");
    GraphException error =
        assertThrows(
            GraphException.class,
            () ->
                g.parameter(
                    "counts", TensorType.of(DType.INT32, 3), Initializers.uniform(0, 1, 1)));
    assertEquals("dtype", error.constraint().orElseThrow());
    assertEquals("counts", error.node().orElseThrow());
    assertTrue(error.getMessage().startsWith("The parameter 'counts' is i32[3]"));
    assertThrows(
        GraphException.class,
        () ->
            g.parameter("steps", TensorType.of(DType.INT64, 3, 3), Initializers.orthogonal(1, 1)));
  }
}
