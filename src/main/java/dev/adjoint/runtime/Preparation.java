package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Map;

/**
 * A prediction of a small network in a thread of its own. It loads and links the classes that most
 * sessions need, and the JVM begins to compile the kernels.
 */
final class Preparation {
  private static final String PREDICT = "predict";
  private static final String RESULT = "probabilities";
  private static final int SIZE = 8;
  private static final int FEATURES = 32;
  private static final int CLASSES = 10;

  private Preparation() {}

  /**
   * Starts a thread, unless there is no processor for it. Silent if that fails: whatever it lacks,
   * such as memory, the caller's own runs report.
   */
  static void begin() {
    if (Runtime.getRuntime().availableProcessors() > 1) {
      Thread.ofPlatform()
          .name("adjoint-preparation")
          .daemon()
          .uncaughtExceptionHandler((_, _) -> {})
          .start(Preparation::predict);
    }
  }

  static Tensor predict() {
    try (Session session =
        Session.open(network(), SessionOptions.standard().withThreads(1).withPlans(1))) {
      Execution execution = session.compile(PREDICT, Map.of("N", 1L)).execution();
      execution.run();
      return execution.get(RESULT);
    }
  }

  private static Graph network() {
    GraphBuilder g = GraphBuilder.create("preparation");
    Value image = g.input("image", DType.FLOAT32, Shape.parse("[N, 8, 8, 1]"));
    Value planes = convolve(image, 1, "first");
    Value flat = Layers.flatten(convolve(planes, FEATURES, "second"));
    int features = SIZE / 4 * SIZE / 4 * FEATURES;
    Value logits = flat.matmul(g.parameter("weights", zeros(features, CLASSES)));
    g.signature(PREDICT).output(RESULT, logits.softmax(-1));
    return g.build();
  }

  private static Value convolve(Value x, int read, String name) {
    GraphBuilder g = x.builder();
    Value kernel = g.parameter(name + "/kernel", zeros(5, 5, read, FEATURES));
    Value bias = g.parameter(name + "/bias", zeros(FEATURES));
    Value y = Convolutions.conv2d(x, kernel, Conv.same()).add(bias).relu();
    return Poolings.maxPool(y, Pool.of(2, 2));
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(DType.FLOAT32, sizes);
  }
}
