package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is left of the reverses in gradients of convolutions: of a convolution's input gradient that
 * of its kernel, as a penalty on input gradients asks for, and of a transposed convolution the
 * first one. Neither needs a reversed result, nor zeros between the elements of its input.
 */
class ReversedKernelsTest {
  private enum Layer {
    SAME(Conv.same()),
    STRIDED(Conv.valid().strides(2, 3)),
    DILATED(Conv.valid().dilations(2, 1)),
    GROUPED(Conv.same().groups(2)),
    TRUE_CONVOLUTION(Conv.same().asTrueConvolution()),
    PLANES_FIRST(Conv.same().strides(2).format(DataFormat.FEATURES_FIRST)),
    TRANSPOSED(Conv.same().strides(2)) {
      @Override
      Value apply(Value x, Value w) {
        return Convolutions.convTranspose(x, w, conv());
      }
    };

    private final Conv conv;

    Layer(Conv conv) {
      this.conv = conv;
    }

    Conv conv() {
      return conv;
    }

    Value apply(Value x, Value w) {
      return Convolutions.conv(x, w, conv);
    }

    /** The gradients of the layer, and of the square of its input's gradient. */
    Graph graph() {
      GraphBuilder g = GraphBuilder.create(name());
      boolean last = conv.format() == DataFormat.FEATURES_LAST;
      long read = 4 / conv.groups();
      Value x =
          g.input("x", DType.FLOAT64, last ? new long[] {2, 6, 7, 4} : new long[] {2, 4, 6, 7});
      Value w =
          g.input(
              "w", DType.FLOAT64, last ? new long[] {3, 3, read, 4} : new long[] {4, read, 3, 3});
      Value y = apply(x, w);
      Value dy = g.input("dy", y.type());
      List<Value> first = Gradients.of(y.mul(dy).sum()).to(List.of(x, w));
      Value penalty = first.get(0).mul(first.get(0)).sum();
      List<Value> second = Gradients.of(penalty).to(List.of(w, dy));
      g.signature("gradients").output("dx", first.get(0)).output("dw", first.get(1));
      g.signature("penalty").output("dw", second.get(0)).output("ddy", second.get(1));
      return g.build();
    }
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void gradientsReverseOnlyKernels(Layer layer) {
    StringBuilder text = new StringBuilder();
    for (String signature : List.of("gradients", "penalty")) {
      Graph before = Prune.to(layer.graph(), signature);
      Graph after = Pipeline.standard().run(before);
      text.append(after);
      assertSame(before, after, signature);
    }
    String name = layer.name().toLowerCase(Locale.ROOT).replace('_', '-');
    Golden.assertMatches(ReversedKernelsTest.class, "reversed-kernels-" + name, text.toString());
  }

  private static void assertSame(Graph before, Graph after, String signature) {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    before
        .signature(signature)
        .inputs()
        .forEach((name, node) -> inputs.put(name, values(node, random)));
    Map<String, Tensor> expected = Interpreter.create().run(before, signature, inputs).outputs();
    Map<String, Tensor> actual = Interpreter.create().run(after, signature, inputs).outputs();
    expected.forEach(
        (name, value) -> assertTrue(value.closeTo(actual.get(name), 1e-12, 1e-12), name));
  }

  private static Tensor values(Node node, SplittableRandom random) {
    double[] numbers = random.doubles(node.type().shape().elementCount(), -1, 1).toArray();
    return Tensor.of(numbers, node.type().shape().sizes());
  }

  /** An input that is reversed along any axis: images, places, features. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aReversedInput(int axis) {
    GraphBuilder g = GraphBuilder.create("reversed");
    Value x = g.input("x", DType.FLOAT64, 2, 5, 6, 3);
    Value w = g.parameter("w", counted(3, 3, 3, 4));
    g.signature("run").output("y", Convolutions.conv(x.reverse(axis), w, Conv.same()));
    Graph graph = g.build();
    Map<String, Tensor> inputs = Map.of("x", counted(2, 5, 6, 3));
    Tensor expected = Interpreter.create().run(graph, "run", inputs).output("y");
    Tensor actual =
        Interpreter.create().run(Pipeline.standard().run(graph), "run", inputs).output("y");
    assertTrue(expected.closeTo(actual, 1e-12, 1e-12), actual::toString);
  }

  private static Tensor counted(long... sizes) {
    double[] values = new double[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(values, i -> i % 7 - i % 5 * 0.5);
    return Tensor.of(values, sizes);
  }
}
