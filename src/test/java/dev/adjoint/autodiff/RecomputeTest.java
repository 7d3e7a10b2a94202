package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Source;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.Golden;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RecomputeTest {
  /** How a region is put into the graph: marked, or as it is. */
  private interface Region {
    Value of(GraphBuilder g, Supplier<Value> body);
  }

  private static final Region MARKED = Control::recompute;
  private static final Region PLAIN = (_, body) -> body.get();

  /** Two layers with dropout, each a region, the second within another one, and what is asked. */
  private record Network(GraphBuilder g, Value x, Value loss, List<Value> gradients) {
    static Network of(Region region) {
      GraphBuilder g = GraphBuilder.create("network");
      Value x = g.input("x", DType.FLOAT32, 3, 4);
      Value key = g.input("key", DType.INT64);
      Value first = region.of(g, () -> layer(g, "first", x, 5, key, 1));
      Value second =
          region.of(
              g,
              () -> {
                Value inner = region.of(g, () -> layer(g, "second", first, 2, key, 2));
                return inner.mul(inner).add(first.sum()).sin();
              });
      Value loss = second.mean();
      List<Value> parameters = g.trainableParameters();
      List<Value> gradients = Gradients.of(loss).to(parameters);
      return new Network(g, x, loss, gradients);
    }

    private static Value layer(
        GraphBuilder g, String name, Value x, long units, Value key, long counter) {
      double[] w = new double[4 * 5];
      for (int i = 0; i < w.length; i++) {
        w[i] = Math.sin(i + counter);
      }
      long inputs = x.dim(1).value();
      Tensor start =
          Tensor.of(Arrays.copyOf(w, (int) (inputs * units)), inputs, units).cast(DType.FLOAT32);
      Value weights = g.parameter(name + "/w", start);
      Value y = x.matmul(weights).tanh();
      Value keep =
          Source.bernoulli(key, g.constant(Tensor.scalar(counter)), y.scalar(0.6), y.type());
      return y.mul(keep.cast(DType.FLOAT32));
    }

    List<Tensor> numbers(List<Value> values) {
      Tensor x = Tensor.of(new float[] {1, 2, -1, 3, .5f, 0, 2, 1, -2, 1, 1, .25f}, 3, 4);
      Map<String, Tensor> leaves = new HashMap<>();
      leaves.putAll(Interpreter.create().initialParameters(g.build()));
      leaves.put("x", x);
      leaves.put("key", Tensor.scalar(42L));
      return Computed.asWritten(values, leaves);
    }
  }

  @Test
  void givesTheSameGradientsBitForBit() {
    Network plain = Network.of(PLAIN);
    Network marked = Network.of(MARKED);
    List<Tensor> expected = plain.numbers(plain.gradients());
    assertTrue(expected.getFirst().asDoubles()[0] != 0);
    assertEquals(expected, marked.numbers(marked.gradients()));
    assertEquals(plain.numbers(List.of(plain.loss())), marked.numbers(List.of(marked.loss())));
  }

  @Test
  void givesTheSameSecondDerivatives() {
    List<Tensor> plain = secondOrder(Network.of(PLAIN));
    List<Tensor> marked = secondOrder(Network.of(MARKED));
    assertTrue(plain.getFirst().closeTo(marked.getFirst(), 1e-5, 1e-7));
  }

  private static List<Tensor> secondOrder(Network n) {
    Value norm = n.gradients().getFirst().mul(n.gradients().getFirst()).sum();
    return n.numbers(Gradients.of(norm).to(n.x()));
  }

  @Test
  void backwardPassReadsNothingOfTheFirstComputation() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value before = x.exp().as("before");
    int start = g.values().size();
    Value y = Control.recompute(g, () -> before.sin().mul(before.cos()).tanh());
    Set<Value> inside = new HashSet<>(g.values(start, y.index()));
    Value loss = y.mul(y).sum();
    int forward = g.values().size();
    Value dx = Gradients.of(loss).to(x).getFirst();
    for (Value backward : g.values(forward, g.values().size())) {
      for (Value operand : backward.operands()) {
        assertTrue(!inside.contains(operand), backward.name() + " reads " + operand.name());
      }
    }
    // Once: one copy of each node of the region, its boundary behind one barrier.
    List<Value> added = g.values(forward, g.values().size());
    assertEquals(1, added.stream().filter(v -> v.op() instanceof Control.Barrier).count());
    for (Value original : inside) {
      long copies =
          added.stream()
              .filter(v -> v.name().startsWith("gradients/recompute/" + original.name()))
              .filter(v -> v.op().equals(original.op()))
              .count();
      assertEquals(1, copies, original.name());
    }
    g.signature("d").output("dx", dx);
    Golden.assertMatches(getClass(), "recompute", g.build().toString());
  }

  @Test
  void sourceInsideTheRegionGetsItsGradient() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.constant(Tensor.vector(0.5, 2.0));
    Value[] inner = new Value[1];
    Value y =
        Control.recompute(
            g,
            () -> {
              inner[0] = x.mul(x);
              return inner[0].mul(3);
            });
    List<Value> gradients = Gradients.of(y.sum()).to(inner[0], x);
    assertArrayEquals(new double[] {3, 3}, Computed.doubles(gradients.get(0)));
    assertArrayEquals(new double[] {3, 12}, Computed.doubles(gradients.get(1)));
  }

  @Test
  void innerValueUsedOutsideAddsItsPart() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.constant(Tensor.vector(0.5, 2.0));
    Value[] inner = new Value[1];
    Value y =
        Control.recompute(
            g,
            () -> {
              inner[0] = x.mul(x);
              return inner[0].mul(3);
            });
    Value dx = Gradients.of(y.add(inner[0].mul(10)).sum()).to(x).getFirst();
    assertArrayEquals(new double[] {13, 52}, Computed.doubles(dx));
  }

  @Test
  void regionThatComputesNothingPassesTheCotangent() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.constant(Tensor.vector(0.5, 2.0));
    Value dx = Gradients.of(Control.recompute(g, () -> x).sum()).to(x).getFirst();
    assertArrayEquals(new double[] {1, 1}, Computed.doubles(dx));
  }

  @Test
  void holdsRandomNumbersOfItsOwnKey() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.constant(Tensor.vector(1.0, 2.0, 3.0));
    Value[] noise = new Value[1];
    Value y =
        Control.recompute(
            g,
            () -> {
              Value key = g.constant(Tensor.scalar(7L));
              noise[0] = Source.normal(key, key, TensorType.of(DType.FLOAT64, 3));
              return x.mul(noise[0]);
            });
    Value dx = Gradients.of(y.sum()).to(x).getFirst();
    assertArrayEquals(Computed.doubles(noise[0]), Computed.doubles(dx));
  }

  @Test
  void survivesTheTextForm() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.input("x", DType.FLOAT64, 2);
    Value y = Control.recompute(g, () -> x.exp().sin()).as("y");
    g.signature("f").output("y", y);
    Graph graph = g.build();
    Graph loaded = Graph.parse(graph.toString());
    assertEquals(graph, loaded);
    GraphBuilder again = loaded.toBuilder();
    Value dx = Gradients.of(again.value("y").sum()).to(again.value("x")).getFirst();
    Tensor slopes = Computed.inDouble(List.of(dx), Map.of("x", Tensor.vector(0.0, 1.0))).getFirst();
    assertArrayEquals(
        new double[] {Math.cos(1), Math.cos(Math.E) * Math.E}, slopes.asDoubles(), 1e-15);
  }

  @Test
  void manyRegionsStayLinear() {
    GraphBuilder g = GraphBuilder.create("test");
    Value x = g.constant(Tensor.vector(1.0));
    Value y = x;
    for (int i = 0; i < 1000; i++) {
      Value from = y;
      y = Control.recompute(g, () -> from.sin().mul(from));
    }
    int forward = g.values().size();
    Gradients.of(y.sum()).to(x);
    assertTrue(g.values().size() - forward <= 12 * 1000, "" + g.values().size());
  }
}
