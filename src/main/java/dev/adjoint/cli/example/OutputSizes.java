package dev.adjoint.cli.example;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Padding;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.PrintWriter;
import java.util.List;

/** Output sizes and modes: {@code (W - F + 2P)/S + 1}; valid, same and full; true convolution. */
public record OutputSizes() implements Example {
  /** A row of the table. */
  private record Row(long size, long planes, long filters, long taps, long stride, long padding) {
    Value output() {
      GraphBuilder g = GraphBuilder.create("sizes");
      return Convolutions.conv2d(
          g.input("image", DType.FLOAT32, 1, size, size, planes),
          g.input("filters", DType.FLOAT32, taps, taps, planes, filters),
          Conv.valid().strides(stride).padding(Padding.of(padding)));
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row(227, 3, 96, 11, 4, 0),
          new Row(32, 3, 6, 5, 1, 0),
          new Row(5, 3, 2, 3, 2, 1),
          new Row(32, 1, 1, 5, 1, 0),
          new Row(32, 1, 1, 5, 1, 2));

  private static final float[] IMAGE = {
    3, 3, 2, 1, 0, 0, 0, 1, 3, 1, 3, 1, 2, 2, 3, 2, 0, 0, 2, 2, 2, 0, 0, 0, 1
  };
  private static final float[] KERNEL = {0, 1, 2, 2, 2, 0, 0, 1, 2};

  @Override
  public String name() {
    return "output-sizes";
  }

  @Override
  public String description() {
    return "How large a convolution's output is, in which mode, and where correlation differs.";
  }

  @Override
  public void run(ExampleSettings settings) {
    PrintWriter out = settings.out();
    out.println("(W - F + 2P)/S + 1:\n");
    for (Row row : ROWS) {
      out.printf(
          "  %3d x %3d x %d, %2d filters of %2d x %2d, stride %d, padding %d  =>  %s%n",
          row.size(),
          row.size(),
          row.planes(),
          row.filters(),
          row.taps(),
          row.taps(),
          row.stride(),
          row.padding(),
          row.output().shape().remove(0));
    }
    out.println("\nA 5 x 5 image under a 3 x 3 kernel; valid is the middle of same, same of full:");
    print(out, "valid, N - K + 1", Conv.valid());
    print(out, "same, N", Conv.same());
    print(out, "full, N + K - 1", Conv.full());
    print(
        out,
        "valid, as a true convolution: with the flipped kernel",
        Conv.valid().asTrueConvolution());
    out.printf(
        "parameters of a 3 x 5 x 5 x 64 layer: %,d; of the dense layer with the same map: %,d%n",
        3 * 5 * 5 * 64, 3072L * 50_176);
  }

  private static void print(PrintWriter out, String mode, Conv conv) {
    GraphBuilder g = GraphBuilder.create("modes");
    Value image = g.constant(Tensor.of(IMAGE, 1, 5, 5, 1));
    Value kernel = g.constant(Tensor.of(KERNEL, 3, 3, 1, 1));
    Tensor result = Computed.of(Convolutions.conv2d(image, kernel, conv));
    int height = Math.toIntExact(result.dim(1));
    int width = Math.toIntExact(result.dim(2));
    out.printf("%n%s:%n%s", mode, TextImage.numbers(result, height, width));
  }
}
