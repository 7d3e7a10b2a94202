package dev.adjoint.cli.example;

import dev.adjoint.autodiff.Derivatives;
import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.PrintWriter;
import java.util.List;

/**
 * Convolution as the product with a banded (Toeplitz) matrix, in one dimension and in two; the
 * transposed matrix gives the gradient, which is the transposed convolution.
 */
public record ConvolutionAsMatrix() implements Example {
  @Override
  public String name() {
    return "convolution-as-matrix";
  }

  @Override
  public String description() {
    return "Writes convolutions as banded matrices; the gradient is the transposed one's product.";
  }

  @Override
  public void run(ExampleSettings settings) {
    PrintWriter out = settings.out();
    Tensor line =
        Tensor.of(new double[] {0.20350695, -0.31481498, -0.85656077, 0.5981919}, 1, 4, 1);
    Tensor taps = Tensor.of(new double[] {1, 2, -1}, 3, 1, 1);
    Tensor upstream = Tensor.of(new double[] {-0.47567356, -2.3547919}, 1, 2, 1);
    out.println("One dimension: an input of 4, a kernel of 3, an output of 2.\n");
    print(out, line, taps, upstream, Conv.valid());

    out.println("A line of 4 under a kernel of 2:\n");
    Tensor two = Tensor.of(new double[] {5, 7}, 2, 1, 1);
    print(out, line, two, Tensor.of(new double[] {1, 2, 3}, 1, 3, 1), Conv.valid());

    out.println("Two dimensions: the sparse 4 x 16 matrix of a 3 x 3 kernel over 4 x 4.\n");
    Tensor image = Tensor.fill(DType.FLOAT64, Shape.of(1, 4, 4, 1), 1);
    Tensor kernel = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, 3, 1, 1);
    print(out, image, kernel, Tensor.of(new double[] {1, 2, 3, 4}, 1, 2, 2, 1), Conv.valid());
  }

  private static void print(
      PrintWriter out, Tensor input, Tensor kernel, Tensor upstream, Conv conv) {
    GraphBuilder g = GraphBuilder.create("matrix");
    Value x = g.constant(input);
    Value w = g.constant(kernel);
    Value y = Convolutions.conv(x, w, conv);
    Value toInput = Derivatives.jacobian(y, x).reshape(y.shape().elements().value(), input.size());
    Value toKernel =
        Derivatives.jacobian(y, w).reshape(y.shape().elements().value(), kernel.size());
    Value cotangent = g.constant(upstream);
    List<Value> gradients = Gradients.of(y).withCotangents(cotangent).to(x, w);
    Value product = toInput.transpose().matmul(cotangent.reshape(upstream.size()));
    Value transposed = Convolutions.convTranspose(cotangent, w, conv);
    out.println("dO/dI =\n" + Computed.of(toInput));
    out.println("dO/dW =\n" + Computed.of(toKernel));
    out.println("dL/dI by the gradient         = " + flat(gradients.get(0)));
    out.println("dL/dI by the transposed       = " + flat(product));
    out.println("dL/dI by conv_transpose       = " + flat(transposed));
    out.println("dL/dW by the gradient         = " + flat(gradients.get(1)));
    out.println();
  }

  private static Tensor flat(Value value) {
    Tensor numbers = Computed.of(value);
    return numbers.reshape(numbers.size());
  }
}
