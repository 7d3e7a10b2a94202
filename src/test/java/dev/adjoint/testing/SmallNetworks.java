package dev.adjoint.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Whole classifiers of images, with the logits and a step of stochastic gradient descent, small
 * enough for the reference interpreter.
 */
public enum SmallNetworks {
  /** Two convolutions of 5x5, each pooled, and a dense layer, as for digits. */
  DIGITS(12, 1) {
    @Override
    Value logits(Value x) {
      Value h = Poolings.maxPool(convolution(x, "conv1", 5, 4), Pool.of(2, 2));
      h = Poolings.maxPool(convolution(h, "conv2", 5, 6), Pool.of(2, 2));
      return dense(Layers.flatten(h), "dense", 10);
    }
  },
  /** Pairs of convolutions of 3x3, each pair pooled, and two dense layers. */
  VGG(8, 3) {
    @Override
    Value logits(Value x) {
      Value h = convolution(convolution(x, "conv1", 3, 16), "conv2", 3, 16);
      h = Poolings.maxPool(h, Pool.of(2, 2));
      h = convolution(convolution(h, "conv3", 3, 20), "conv4", 3, 20);
      h = Poolings.maxPool(h, Pool.of(2, 2));
      return dense(dense(Layers.flatten(h), "dense1", 24).relu(), "dense2", 5);
    }
  };

  private final int size;
  private final int planes;

  SmallNetworks(int size, int planes) {
    this.size = size;
    this.planes = planes;
  }

  abstract Value logits(Value x);

  private static Value convolution(Value x, String name, int taps, int features) {
    long planes = x.dim(3).value();
    Value kernel = weight(x, name + "/kernel", taps, taps, planes, features);
    return Convolutions.conv2d(x, kernel, Conv.same())
        .add(weight(x, name + "/bias", features))
        .relu();
  }

  private static Value dense(Value x, String name, int features) {
    Value kernel = weight(x, name + "/kernel", x.dim(1).value(), features);
    return x.matmul(kernel).add(weight(x, name + "/bias", features));
  }

  private static Value weight(Value x, String name, long... sizes) {
    double range = Math.sqrt(6.0 / Shape.of(sizes).elementCount() * sizes[sizes.length - 1]);
    Tensor first = random(name.hashCode(), range, x.dtype(), sizes);
    return x.builder().parameter(name, first);
  }

  private static Tensor random(long seed, double range, DType dtype, long... sizes) {
    long count = Shape.of(sizes).elementCount();
    double[] numbers = new Random(seed).doubles(count, -range, range).toArray();
    return Tensor.of(numbers, sizes).cast(dtype);
  }

  /** The signatures {@code train} and {@code predict}. */
  public Graph graph(DType dtype) {
    GraphBuilder g = GraphBuilder.create("network");
    Value x = g.input("image", dtype, Shape.parse("[N, %d, %d, %d]".formatted(size, size, planes)));
    Value label = g.input("label", DType.INT32, Shape.parse("[N]"));
    Value logits = logits(x);
    Value loss = Losses.softmaxCrossEntropy(logits, label, Losses.Reduction.SUM);
    List<Value> weights = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(weights);
    SignatureBuilder train = g.signature("train").output("loss", loss);
    for (int i = 0; i < weights.size(); i++) {
      train.update(weights.get(i), weights.get(i).sub(gradients.get(i).mul(0.01)));
    }
    g.signature("predict").output("logits", logits);
    return g.build();
  }

  /** A step, and what is predicted before and after it, are those of the reference. */
  public void assertTrains(DType dtype, int batch) {
    Graph graph = graph(dtype);
    Tensor images = random(1, 1, dtype, batch, size, size, planes);
    int[] labels = new Random(2).ints(batch, 0, 5).toArray();
    Map<String, Tensor> given = Map.of("image", images, "label", Tensor.of(labels, batch));
    try (Session session = Session.open(graph)) {
      Map<String, Tensor> state = session.parameters();
      assertPredicts(graph, session, images, state);
      Interpreter.Result expected = Interpreter.inDouble().run(graph, "train", given, state);
      assertClose(expected.outputs(), session.run("train", given));
      assertClose(expected.parameters(), session.parameters());
      assertPredicts(graph, session, images, session.parameters());
    }
  }

  private static void assertPredicts(
      Graph graph, Session session, Tensor images, Map<String, Tensor> state) {
    Map<String, Tensor> image = Map.of("image", images);
    assertClose(
        Interpreter.inDouble().run(graph, "predict", image, state).outputs(),
        session.run("predict", image));
  }

  private static void assertClose(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, value) -> {
      Tensor given = actual.get(name);
      double tolerance = given.dtype() == DType.FLOAT32 ? 2e-5 : 1e-12;
      assertTrue(
          value.cast(DType.FLOAT64).closeTo(given.cast(DType.FLOAT64), tolerance, tolerance),
          () -> "%s: %s, not %s".formatted(name, given, value));
    });
  }
}
