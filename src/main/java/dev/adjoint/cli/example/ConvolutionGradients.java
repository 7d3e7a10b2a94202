package dev.adjoint.cli.example;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * The lecture notes' one-dimensional convolution and its gradient: the graph as text, then the
 * numbers.
 */
public record ConvolutionGradients() implements Example {
  private static final float[] INPUT = {0.20350695f, -0.31481498f, -0.85656077f, 0.5981919f};
  private static final float[] KERNEL = {1, 2, -1};
  private static final float[] UPSTREAM = {-0.47567356f, -2.3547919f};

  @Override
  public String name() {
    return "convolution-gradients";
  }

  @Override
  public String description() {
    return "Prints the gradient of a convolution as a graph of correlations, and its numbers.";
  }

  @Override
  public void run(ExampleSettings settings) {
    PrintWriter out = settings.out();
    GraphBuilder g = GraphBuilder.create("convolution-gradients");
    Value input = g.input("input", DType.FLOAT32, 1, INPUT.length, 1);
    Value kernel = g.input("kernel", DType.FLOAT32, KERNEL.length, 1, 1);
    Value output = Convolutions.conv1d(input, kernel, Conv.valid()).as("output");
    Value upstream = g.input("upstream", output.type());
    List<Value> gradients = Gradients.of(output).withCotangents(upstream).to(input, kernel);
    g.signature("backward").output("dInput", gradients.get(0)).output("dKernel", gradients.get(1));
    Graph graph = g.build();
    out.println(graph);
    Map<String, Tensor> inputs =
        Map.of(
            "input", Tensor.of(INPUT, 1, INPUT.length, 1),
            "kernel", Tensor.of(KERNEL, KERNEL.length, 1, 1),
            "upstream", Tensor.of(UPSTREAM, 1, UPSTREAM.length, 1));
    Interpreter.Result result = Interpreter.create().run(graph, "backward", inputs);
    out.println("dKernel = " + result.output("dKernel").reshape(KERNEL.length));
    out.println("dInput  = " + result.output("dInput").reshape(INPUT.length));
  }
}
