package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.nn.Layers;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FoldScalesIntoWeightsTest {
  private static Graph network(DataFormat format) {
    GraphBuilder g = GraphBuilder.create("network");
    Layers layers = Layers.seeded(1);
    boolean last = format == DataFormat.FEATURES_LAST;
    Value x = g.input("x", DType.FLOAT64, Shape.parse(last ? "[N, 5, 4, 3]" : "[N, 3, 5, 4]"));
    Value y = layers.conv2d("conv", x, 6, 3, Conv.same().format(format));
    g.signature("serve").output("y", layers.batchNorm("norm", y, format).inference(y).relu());
    return Prune.to(g.build(), "serve").bind(Map.of("N", 2L));
  }

  private static Tensor values(Graph graph, String name, SplittableRandom random) {
    Shape shape = graph.node(name).type().shape();
    return Tensor.of(random.doubles(shape.elementCount(), 0.5, 2).toArray(), shape.sizes());
  }

  /** The products with arrays that depend on the batch: all factors went into the weights. */
  private static long batchProducts(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof Arithmetic.Mul)
        .filter(node -> node.type().rank() == 4 && node.type().dim(0).is(2))
        .count();
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void batchNormalisationGoesIntoTheWeights(DataFormat format) {
    Graph before = network(format);
    Graph after = Pipeline.standard().run(before);
    assertEquals(1, batchProducts(before));
    assertEquals(0, batchProducts(after), after::toString);
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> state = new HashMap<>();
    before.parameters().forEach(p -> state.put(p.name(), values(before, p.name(), random)));
    Map<String, Tensor> inputs = Map.of("x", values(before, "x", random));
    Tensor expected = Interpreter.create().run(before, "serve", inputs, state).output("y");
    Tensor actual = Interpreter.create().run(after, "serve", inputs, state).output("y");
    assertTrue(expected.closeTo(actual, 1e-12, 1e-12));
  }

  @Test
  void theResultIsAConvolutionWithABias() {
    Graph after = Pipeline.standard().run(network(DataFormat.FEATURES_LAST));
    Golden.assertMatches(FoldScalesIntoWeightsTest.class, "batch-norm", after.toString());
  }

  @Test
  void weightsThatARunUpdatesStay() {
    GraphBuilder g = GraphBuilder.create("network");
    Value x = g.input("x", DType.FLOAT32, 2, 3);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3, 4));
    Value s = g.parameter("s", Tensor.zeros(DType.FLOAT32, 4));
    g.signature("run").output("y", x.matmul(w).mul(s)).update(w, w.neg());
    Graph graph = Prune.to(g.build(), "run");
    assertEquals(graph, Pipeline.standard().only("fold-scales-into-weights").run(graph));
  }
}
