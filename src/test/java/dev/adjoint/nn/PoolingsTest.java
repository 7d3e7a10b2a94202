package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Averages are those of PyTorch's definition, computed apart. */
class PoolingsTest {
  /** -2, 5, 1, -3, 4, 0, -4. */
  private static final Tensor ROW = pattern(1, 1, 7, 1);

  private static void assertPooled(
      BiFunction<Value, Pool, Value> function, Pool pool, double... expected) {
    Tensor actual = evaluate(g -> function.apply(g.constant(ROW), pool));
    assertClose(Tensor.of(expected, 1, expected.length, 1), actual, 0, 1e-14);
  }

  @Test
  void averagesWithAndWithoutPadding() {
    Pool padded = Pool.of(3).strides(2).padding(Padding.of(1));
    assertPooled(Poolings::averagePoolCountingPadding, padded, 1, 1, 1 / 3.0, -4 / 3.0);
    assertPooled(Poolings::averagePool, padded, 1.5, 1, 1 / 3.0, -2);
  }

  @Test
  void ceilModeCountsPaddingButNotWhatHangsOverIt() {
    Pool before = Pool.of(3).padding(Padding.of(Padding.Edges.of(1, 0))).ceilMode();
    assertPooled(Poolings::averagePoolCountingPadding, before, 1, 2 / 3.0, -2);
    Pool both = Pool.of(4).strides(3).padding(Padding.of(1)).ceilMode();
    assertPooled(Poolings::averagePoolCountingPadding, both, 1, 0.5, -4 / 3.0);
    assertPooled(Poolings::averagePool, Pool.of(2).ceilMode(), 1.5, -1, 2, -4);
    Pool exact = Pool.of(3).padding(Padding.of(1)).ceilMode();
    assertPooled(Poolings::averagePool, exact, 1.5, 2 / 3.0, -2);
  }

  @Test
  void ceilModeDropsAWindowThatStartsBehindTheInput() {
    assertPooled(Poolings::maxPool, Pool.of(1).strides(4).ceilMode(), -2, 4);
    Pool behind = Pool.of(2).strides(4).padding(Padding.of(1)).ceilMode();
    assertPooled(Poolings::maxPool, behind, -2, 4);
  }

  @Test
  void maximumSameDilatedAndSum() {
    assertPooled(Poolings::maxPool, Pool.of(3).strides(3).padding(Padding.same()), 5, 4, 0);
    assertPooled(Poolings::maxPool, Pool.of(2).strides(1).dilations(3), -2, 5, 1, -3);
    assertPooled(Poolings::sumPool, Pool.of(4).strides(2), 1, 2);
  }

  @Test
  void powersAndTheirRoots() {
    assertPooled((x, p) -> Poolings.lpPool(x, 1, p), Pool.of(3), 8, 7);
    double cubes = Math.cbrt(8 + 125 + 1);
    assertPooled((x, p) -> Poolings.lpPool(x, 3, p), Pool.of(3), cubes, Math.cbrt(27 + 64));
  }

  @Test
  void threeSpatialAxesInBothFormats() {
    Tensor x = pattern(2, 2, 4, 5, 6, 3);
    Pool pool = Pool.of(2, 3, 2).strides(2, 1, 3);
    GraphBuilder g = GraphBuilder.create("formats");
    Value last = Poolings.maxPool(g.constant(x), pool);
    Value first =
        Poolings.maxPool(
            g.constant(x).transpose(0, 4, 1, 2, 3), pool.format(DataFormat.FEATURES_FIRST));
    assertEquals(Shape.of(2, 2, 3, 2, 3), last.shape());
    assertEquals(evaluate(last), evaluate(first.transpose(0, 2, 3, 4, 1)));
    Value mean = Poolings.averagePool(g.constant(x), pool.padding(Padding.of(1, 0, 1)));
    Value meanFirst =
        Poolings.averagePool(
            g.constant(x).transpose(0, 4, 1, 2, 3),
            pool.padding(Padding.of(1, 0, 1)).format(DataFormat.FEATURES_FIRST));
    assertEquals(evaluate(mean), evaluate(meanFirst.transpose(0, 2, 3, 4, 1)));
  }

  @Test
  void symbolicSizes() {
    GraphBuilder g = GraphBuilder.create("symbolic");
    Value x = g.input("x", DType.FLOAT64, Shape.parse("[N, H, 1]"));
    Value halves = Poolings.maxPool(x, Pool.of(2));
    assertEquals(Shape.parse("[N, H//2, 1]"), halves.shape());
    Pool ceiling = Pool.of(3).strides(2).padding(Padding.of(1)).ceilMode();
    g.signature("run")
        .output("ceiling", Poolings.averagePoolCountingPadding(x, ceiling))
        .output("same", Poolings.averagePool(x, Pool.of(3).padding(Padding.same())));
    Map<String, Tensor> results =
        Interpreter.create().run(g.build(), "run", Map.of("x", ROW)).outputs();
    Tensor known = evaluate(b -> Poolings.averagePoolCountingPadding(b.constant(ROW), ceiling));
    assertEquals(known, results.get("ceiling"));
    Tensor same =
        evaluate(b -> Poolings.averagePool(b.constant(ROW), Pool.of(3).padding(Padding.same())));
    assertEquals(same, results.get("same"));
  }

  @Test
  @DisplayName("C1, C2, C3: an input, settings or a window that do not fit")
  void errors() {
    GraphBuilder g = GraphBuilder.create("errors");
    Value matrix = g.input("matrix", DType.FLOAT32, 4, 5);
    GraphException noSpace =
        assertThrows(GraphException.class, () -> Poolings.maxPool(matrix, Pool.of(2)));
    assertEquals("C1", noSpace.constraint().orElseThrow());
    assertTrue(noSpace.getMessage().contains("maxPool of 'matrix' (C1)"));
    Value image = g.input("image", DType.FLOAT32, Shape.parse("[N, 4, 5, 3]"));
    GraphException settings =
        assertThrows(GraphException.class, () -> Poolings.sumPool(image, Pool.of(2, 2, 2)));
    assertEquals("C2", settings.constraint().orElseThrow());
    GraphException window =
        assertThrows(GraphException.class, () -> Poolings.averagePool(image, Pool.of(2, 6)));
    assertEquals("C3", window.constraint().orElseThrow());
    assertEquals("image", window.node().orElseThrow());
    assertTrue(
        window
            .getMessage()
            .contains("spatial axis 1 would get size 0: a window of 6 (dilation 1) does not fit"));
    assertThrows(GraphException.class, () -> Poolings.lpPool(image, 0.5, Pool.of(2)));
    assertThrows(GraphException.class, () -> Poolings.lpPool(image, Double.NaN, Pool.of(2)));
  }
}
