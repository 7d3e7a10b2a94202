package dev.adjoint.cli.example;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Initializers;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The lecture notes' convolutional network: built, printed, saved, loaded and run on a digit. */
public record FirstNetwork() implements Example {
  private static final long SEED = 42;
  private static final int CLASSES = 10;

  @Override
  public String name() {
    return "first-network";
  }

  @Override
  public String description() {
    return "Builds a convolutional network, prints, saves and loads it, and runs it on a digit.";
  }

  @Override
  public void run(ExampleSettings settings) throws IOException {
    PrintWriter out = settings.out();
    Graph graph = network();
    out.println(graph);
    out.println(graph.summary());
    Path file = settings.folder().resolve("first-network.adjoint");
    GraphFile.write(graph, file);
    Graph loaded = GraphFile.read(file);
    out.printf(
        "saved to %s, and what was loaded from there is %s%n%n",
        file, loaded.equals(graph) ? "equal" : "different");
    GrayImage digit = GrayImage.resource("digit-7.png");
    out.println(digit);
    Tensor probabilities = classify(loaded, digit);
    out.println("probabilities of the network, which is not trained yet:");
    for (int i = 0; i < CLASSES; i++) {
      out.printf("  %d  %.4f%n", i, probabilities.getDouble(i));
    }
  }

  /** conv 5x5x32, pool, conv 5x5x64, pool, dense 1024, dense 10, softmax. */
  static Graph network() {
    GraphBuilder g = GraphBuilder.create("first-network");
    Value image = g.input("image", DType.FLOAT32, Shape.parse("[N, 28, 28, 1]"));
    Layers layers = Layers.seeded(SEED).kernels(Initializers.heNormal(SEED));
    Value h = layers.conv2d("conv1", image, 32, 5, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    h = layers.conv2d("conv2", h, 64, 5, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    h = layers.dense("hidden", Layers.flatten(h), 1024).relu();
    Value probabilities = layers.dense("logits", h, CLASSES).softmax(-1).as("probabilities");
    g.signature("predict").output("probabilities", probabilities);
    g.metadata(
        "classes",
        IntStream.range(0, CLASSES).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    return g.build();
  }

  private static Tensor classify(Graph graph, GrayImage digit) {
    Interpreter.Result result =
        Interpreter.create().run(graph, "predict", Map.of("image", digit.toTensor()));
    return result.output("probabilities");
  }
}
