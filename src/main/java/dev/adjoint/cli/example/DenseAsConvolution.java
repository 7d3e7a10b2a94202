package dev.adjoint.cli.example;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Mode;
import dev.adjoint.train.Optimizer;
import dev.adjoint.train.Schedule;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.TrainTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network that learned single digits reads a row of them: its dense layer is rewritten as a
 * convolution whose kernel has the height and width of the features, and that slides over a larger
 * image.
 */
public record DenseAsConvolution() implements Example {
  private static final int SIDE = 28;
  private static final int COUNT = 4;
  private static final int STEP = 4;
  private static final int FEATURES = SIDE / STEP;
  private static final int PLACES = (COUNT * SIDE - SIDE) / STEP + 1;
  private static final double SURE = 0.9;
  private static final int UNITS = 10;
  private static final DigitNetwork LEARNED =
      new DigitNetwork(
          "single-digits",
          "What reads a row of digits later.",
          3,
          steps -> Optimizer.adam(Schedule.steps(0.003, 0.6, steps)),
          DenseAsConvolution::network);

  @Override
  public String name() {
    return "dense-as-convolution";
  }

  @Override
  public String description() {
    return "Rewrites a dense layer as a convolution, and slides the network over a larger image.";
  }

  private static Value features(Value x, Value kernel1, Value bias1, Value kernel2, Value bias2) {
    Value h = Convolutions.conv2d(x, kernel1, Conv.same()).add(bias1).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    h = Convolutions.conv2d(h, kernel2, Conv.same()).add(bias2).relu();
    return Poolings.maxPool(h, Pool.of(2, 2));
  }

  private static Value network(Value x, Layers layers, Mode mode) {
    Value h = layers.conv2d("conv1", x, 8, 5, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    h = layers.conv2d("conv2", h, 16, 5, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2, 2));
    return layers.dense("logits", Layers.flatten(h), UNITS);
  }

  @Override
  public void run(ExampleSettings settings) throws IOException {
    PrintWriter out = settings.out();
    TrainTest digits = DigitNetwork.digits(settings);
    out.println("A network learns single digits of 28 x 28:\n");
    Graph sliding = sliding(LEARNED.trainer(digits, settings).run().parameters());
    Tensor row = row(digits.test());
    out.println("\nIts dense layer as a convolution:\n");
    out.println(sliding.node("everywhere"));
    out.println("\nslides over a row of digits:\n");
    out.println(TextImage.shades(row, SIDE, COUNT * SIDE));
    try (Session session = Session.open(sliding)) {
      out.println("and reads, every fourth pixel:\n");
      out.println(reading(session.run("read", Map.of("image", row))));
    }
  }

  /** The same network for images of any width, with what was learned as constants. */
  private static Graph sliding(Map<String, Tensor> learned) {
    GraphBuilder g = GraphBuilder.create("sliding");
    Value image = g.input("image", DType.FLOAT32, 1, SIDE, COUNT * SIDE, 1);
    Value h =
        features(
            image,
            constant(g, learned, "conv1/kernel"),
            constant(g, learned, "conv1/bias"),
            constant(g, learned, "conv2/kernel"),
            constant(g, learned, "conv2/bias"));
    Value weights = constant(g, learned, "logits/kernel");
    Value window = h.slice(2, 0, FEATURES);
    Value kernel = Convolutions.kernelOfDense(weights, window, DataFormat.NHWC);
    Value everywhere = Convolutions.conv2d(h, kernel, Conv.valid()).as("everywhere");
    Value votes = everywhere.add(constant(g, learned, "logits/bias"));
    g.signature("read")
        .output("digits", votes.argMax(-1).reshape(PLACES))
        .output("probabilities", votes.softmax(-1).reduceMax(-1).reshape(PLACES));
    return g.build();
  }

  private static Value constant(GraphBuilder g, Map<String, Tensor> learned, String name) {
    return g.constant(Computed.named(learned, name));
  }

  /** The first digits side by side, {@code [1, 28, 112, 1]}. */
  private static Tensor row(Dataset digits) throws IOException {
    float[] pixels = new float[SIDE * COUNT * SIDE];
    for (int k = 0; k < COUNT; k++) {
      Tensor digit = Computed.named(digits.examples((k * 7 + 3) % digits.size()), Dataset.IMAGE);
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          pixels[(i * COUNT + k) * SIDE + j] = (float) digit.getDouble(i * SIDE + j);
        }
      }
    }
    return Tensor.of(pixels, 1, SIDE, COUNT * SIDE, 1);
  }

  /** The likeliest digit at each place; a full stop where none is likelier than 0.9. */
  private static String reading(Map<String, Tensor> read) {
    Tensor digits = Computed.named(read, "digits");
    Tensor probabilities = Computed.named(read, "probabilities");
    return IntStream.range(0, PLACES)
        .mapToObj(i -> probabilities.getDouble(i) > SURE ? Long.toString(digits.getLong(i)) : ".")
        .collect(Collectors.joining());
  }
}
