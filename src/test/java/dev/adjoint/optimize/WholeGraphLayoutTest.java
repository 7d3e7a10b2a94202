package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.Golden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks whose parts stand in different layouts, and what is left of the transposes. */
class WholeGraphLayoutTest {
  private static final Conv FIRST = Conv.same().format(DataFormat.FEATURES_FIRST);
  private static final Conv LAST = Conv.same();

  private enum Network {
    /** The input is added to what two layers make of it: it is transposed once, nothing else. */
    RESIDUAL(1) {
      @Override
      Value result(Value x) {
        Value inner = layer(layer(x, FIRST).relu(), FIRST);
        return layer(inner.add(x).relu(), FIRST).reduceMax(2, 3);
      }
    },
    /** A mask of the planes is transposed, which is one array, and not the two around it. */
    MASKED(2) {
      @Override
      Value result(Value x) {
        Value mask = x.builder().input("mask", DType.FLOAT64, 2, 4, 5, 6);
        Value masked = layer(x, FIRST).relu().mul(mask.gt(0.5).cast(DType.FLOAT64));
        return layer(masked, FIRST).reduceMax(2, 3);
      }
    },
    /** As a dense block does. */
    CONCATENATED(1) {
      @Override
      Value result(Value x) {
        Value a = layer(x, FIRST).relu();
        Value b = layer(Movement.concat(1, List.of(x, a)), FIRST).relu();
        return layer(Movement.concat(1, List.of(x, a, b)), FIRST).reduceMax(2, 3);
      }
    },
    /** One branch features last, one planes first. */
    MIXED(1) {
      @Override
      Value result(Value x) {
        Value last = layer(x.transpose(0, 2, 3, 1), LAST).tanh();
        Value first = layer(x, FIRST).tanh();
        Value sum = last.transpose(0, 3, 1, 2).add(first).mul(x);
        return layer(sum, FIRST).reduceMax(2, 3);
      }
    },
    /** Of a product of arrays in either layout, what is pooled is wanted planes first. */
    POOLED(1) {
      @Override
      Value result(Value x) {
        Value other = x.builder().input("other", DType.FLOAT64, 2, 5, 6, 4);
        WindowAxis half = WindowAxis.of(2, Dim.of(0), Dim.of(0));
        return x.transpose(0, 2, 3, 1)
            .mul(other)
            .maxPool(List.of(1L, 2L, 2L, 1L), List.of(WindowAxis.UNIT, half, half, WindowAxis.UNIT))
            .transpose(0, 3, 1, 2);
      }
    },
    /** What is wanted planes first is transposed at the end: as good as anywhere. */
    WANTED_PLANES_FIRST(2) {
      @Override
      Value result(Value x) {
        return layer(x, FIRST).add(x);
      }
    };

    /** How many arrays of rank 4 that depend on the input may be transposed. */
    final int transposes;

    Network(int transposes) {
      this.transposes = transposes;
    }

    abstract Value result(Value x);

    Graph graph() {
      GraphBuilder g = GraphBuilder.create(name());
      Value x = g.input("x", DType.FLOAT64, 2, 4, 5, 6);
      Value y = result(x);
      g.signature("run").output("y", y);
      return g.build();
    }
  }

  private static Value layer(Value x, Conv conv) {
    boolean last = conv.format() == DataFormat.FEATURES_LAST;
    long features = x.dim(last ? 3 : 1).value();
    long[] shape = last ? new long[] {3, 3, features, 4} : new long[] {4, features, 3, 3};
    Value kernel = x.builder().parameter("kernel" + x.index(), TensorType.of(DType.FLOAT64, shape));
    return Convolutions.conv(x, kernel, conv);
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void fewestElementsAreTransposed(Network network) {
    Graph before = network.graph();
    Graph after = Pipeline.standard().run(before);
    String name = network.name().toLowerCase(Locale.ROOT).replace('_', '-');
    Golden.assertMatches(WholeGraphLayoutTest.class, "layout-" + name, after.toString());
    assertSame(before, after);
    assertEquals(network.transposes, transposes(after));
  }

  /** Kernels aside. */
  private static long transposes(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof Movement.Transpose)
        .filter(node -> !(node.operand(0).op() instanceof Parameter))
        .count();
  }

  private static void assertSame(Graph before, Graph after) {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    before
        .signature("run")
        .inputs()
        .forEach((name, node) -> inputs.put(name, values(node.type().shape().sizes(), random)));
    Map<String, Tensor> state = new LinkedHashMap<>();
    before
        .parameters()
        .forEach(node -> state.put(node.name(), values(node.type().shape().sizes(), random)));
    assertEquals(
        Interpreter.create().run(before, "run", inputs, state).outputs(),
        Interpreter.create().run(after, "run", inputs, state).outputs());
  }

  private static Tensor values(long[] sizes, SplittableRandom random) {
    return Tensor.of(random.doubles(Shape.of(sizes).elementCount(), -1, 1).toArray(), sizes);
  }
}
