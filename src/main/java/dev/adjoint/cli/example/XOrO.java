package dev.adjoint.cli.example;

import com.google.common.primitives.Floats;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Mode;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.TrainTest;
import dev.adjoint.train.data.XAndO;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * The lecture notes' network that tells X from O: first with filters chosen by hand, whose scores
 * say where a piece of an X is found; then with filters that it learns from shifted, scaled,
 * rotated and thickened signs.
 */
public record XOrO() implements Example {
  /** A filter of the notes: 3 x 3 taps of -1 and 1. */
  private record Filter(String name, List<Integer> taps) {
    static Filter of(String name, Integer... taps) {
      return new Filter(name, List.of(taps));
    }

    Tensor kernel() {
      return Tensor.of(Floats.toArray(taps), TAPS, TAPS, 1, 1);
    }
  }

  private static final List<Filter> FILTERS =
      List.of(
          Filter.of("diagonal", 1, -1, -1, -1, 1, -1, -1, -1, 1),
          Filter.of("cross", 1, -1, 1, -1, 1, -1, 1, -1, 1),
          Filter.of("other diagonal", -1, -1, 1, -1, 1, -1, 1, -1, -1));

  private static final int SIDE = XAndO.SIDE;
  private static final int TAPS = 3;
  private static final int MAP = SIDE - TAPS + 1;
  private static final int POOLED = 4;
  private static final int TRAIN = 2000;
  private static final int TEST = 1000;
  private static final int EPOCHS = 12;
  private static final int BATCH = 50;
  private static final long SEED = 8;

  @Override
  public String name() {
    return "x-or-o";
  }

  @Override
  public String description() {
    return "Tells X from O: by hand-made filters' match scores, then by filters that it learns.";
  }

  @Override
  public void run(ExampleSettings settings) throws IOException {
    PrintWriter out = settings.out();
    out.println("An X and an O:\n");
    out.println(TextImage.shades(XAndO.x(), SIDE, SIDE));
    out.println(TextImage.shades(XAndO.o(), SIDE, SIDE));
    FILTERS.forEach(filter -> printScores(out, filter));
    learn(settings);
  }

  private static void printScores(PrintWriter out, Filter filter) {
    GraphBuilder g = GraphBuilder.create(filter.name());
    Value kernel = g.constant(filter.kernel());
    Value scores = Convolutions.conv2d(g.constant(XAndO.x()), kernel).div(TAPS * TAPS);
    Value positive = scores.relu();
    Value pooled = Poolings.maxPool(positive, Pool.of(2).ceilMode());
    out.printf("How well the filter '%s' matches each place of the X:%n%n", filter.name());
    out.println(TextImage.numbers(Computed.of(scores), MAP, MAP));
    out.println("without the negative ones:\n");
    out.println(TextImage.numbers(Computed.of(positive), MAP, MAP));
    out.println("the best of each 2 x 2, the last windows hanging over the edge:\n");
    out.println(TextImage.numbers(Computed.of(pooled), POOLED, POOLED));
  }

  /** Two rounds of convolution, ReLU and pooling, then the votes for X and O. */
  static Value network(Value image, Layers layers, Mode mode) {
    Value h = layers.conv2d("first", image, 4, TAPS, Conv.valid()).relu();
    h = Poolings.maxPool(h, Pool.of(2).ceilMode());
    h = layers.conv2d("second", h, 8, TAPS, Conv.same()).relu();
    h = Poolings.maxPool(h, Pool.of(2).ceilMode());
    return layers.dense("votes", Layers.flatten(h), XAndO.CLASSES.size());
  }

  private static void learn(ExampleSettings settings) throws IOException {
    PrintWriter out = settings.out();
    TrainTest data =
        XAndO.of(SEED, settings.images().orElse(TRAIN), settings.images().orElse(TEST));
    Graph graph =
        Classifier.of("x-or-o", TensorType.parse("f32[9, 9, 1]"), XAndO.CLASSES, XOrO::network)
            .seed(SEED)
            .graph();
    out.println("Now it learns filters of its own, from signs such as these:\n");
    Tensor some = Computed.named(data.train().examples(0, 1, 2, 3), Dataset.IMAGE);
    out.println(TextImage.shades(some, 4 * SIDE, SIDE));
    TrainingResult learned =
        Trainer.of(graph, Batches.of(data.train(), BATCH).shuffled(SEED))
            .epochs(settings.epochs().orElse(EPOCHS))
            .listener(new EpochLines(out, data.test()))
            .run();
    try (Session session = Session.open(graph)) {
      session.restore(learned.parameters());
      out.println("\nWhat the four filters look for now:\n");
      Tensor kernel = Computed.named(session.parameters(), "first/kernel");
      for (int filter = 0; filter < 4; filter++) {
        out.println(TextImage.numbers(plane(kernel, filter), TAPS, TAPS));
      }
      print(out, session, "the ideal X", XAndO.x());
      print(out, session, "the ideal O", XAndO.o());
    }
  }

  private static Tensor plane(Tensor kernel, int filter) {
    float[] taps = new float[TAPS * TAPS];
    for (int i = 0; i < taps.length; i++) {
      taps[i] = (float) kernel.getDouble(4 * i + filter);
    }
    return Tensor.of(taps, TAPS, TAPS);
  }

  private static void print(PrintWriter out, Session session, String what, Tensor image) {
    Tensor p =
        Computed.named(session.run("predict", Map.of(Classifier.IMAGE, image)), "probabilities");
    out.printf("%s is an X by %.4f, an O by %.4f%n", what, p.getDouble(0), p.getDouble(1));
  }
}
