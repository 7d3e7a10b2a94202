package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConvolutionFormTest {
  /** The forms of a convolution and of its gradients, to the input and to the kernel. */
  private static List<ConvolutionForm> forms(DataFormat format, int kernel, int read, Conv conv) {
    GraphBuilder g = GraphBuilder.create("test");
    boolean last = format == DataFormat.FEATURES_LAST;
    Value x =
        last ? g.input("x", DType.FLOAT32, 2, 7, 7, 4) : g.input("x", DType.FLOAT32, 2, 4, 7, 7);
    Value w =
        last
            ? g.input("w", DType.FLOAT32, kernel, kernel, read, 8)
            : g.input("w", DType.FLOAT32, 8, read, kernel, kernel);
    Value y = Convolutions.conv2d(x, w, conv.format(format));
    List<Value> gradients = Gradients.of(y.mul(y).sum()).to(x, w);
    g.signature("run").output("y", y).output("dx", gradients.get(0)).output("dw", gradients.get(1));
    return forms(Pipeline.standard().run(g.build()));
  }

  private static List<ConvolutionForm> forms(Graph graph) {
    return graph.nodes().stream().flatMap(node -> ConvolutionForm.of(node).stream()).toList();
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void gradientsHaveTheirOwnForms(DataFormat format) {
    assertEquals(
        List.of(
            ConvolutionForm.FORWARD,
            ConvolutionForm.INPUT_GRADIENT,
            ConvolutionForm.KERNEL_GRADIENT),
        forms(format, 3, 4, Conv.same()));
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void aStrideMakesItTransposed(DataFormat format) {
    assertEquals(
        List.of(
            ConvolutionForm.FORWARD, ConvolutionForm.TRANSPOSED, ConvolutionForm.KERNEL_GRADIENT),
        forms(format, 3, 4, Conv.same().strides(2)));
  }

  @ParameterizedTest
  @EnumSource(DataFormat.class)
  void groupsAndSingleTaps(DataFormat format) {
    assertEquals(ConvolutionForm.POINTWISE, forms(format, 1, 4, Conv.same()).getFirst());
    assertEquals(ConvolutionForm.GROUPED, forms(format, 3, 2, Conv.same().groups(2)).getFirst());
    assertEquals(ConvolutionForm.DEPTHWISE, forms(format, 3, 1, Conv.same().groups(4)).getFirst());
  }

  @Test
  void nothingElseHasAForm() {
    assertEquals(List.of(), forms(Graph.parse("graph \"g\"\n%x : f32[2] = input()\n")));
    assertEquals("kernel gradient", ConvolutionForm.KERNEL_GRADIENT.toString());
  }
}
