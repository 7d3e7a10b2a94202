package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Initializers;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Losses;
import dev.adjoint.saved.ClassNames;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * A graph that learns to tell classes apart, from a network that makes logits of examples. It has
 * the signatures that {@link Trainer} works with:
 *
 * <ul>
 *   <li>{@code train(image, label) -> loss, probabilities, rate, gradient_norm}: takes a step
 *   <li>{@code evaluate(image, label) -> loss, probabilities}
 *   <li>{@code predict(image) -> probabilities}
 * </ul>
 *
 * <p>{@code image} is {@code [N, ..]}, {@code label} INT32 {@code [N]}, {@code loss} the mean
 * cross-entropy of the softmax, {@code probabilities} is {@code [N, classes]}. The class names
 * stand in the metadata under {@code classes}, separated by commas.
 *
 * @param name the graph's name
 * @param image the type of one example
 * @param classes the names of the classes, none with a comma
 * @param network makes the logits
 * @param optimizer takes the steps
 * @param seed of first values and dropout
 */
public record Classifier(
    String name,
    TensorType image,
    List<String> classes,
    Network network,
    Optimizer optimizer,
    long seed) {
  /** The name of the input of examples. */
  public static final String IMAGE = "image";

  /** The name of the input of class numbers. */
  public static final String LABEL = "label";

  /** The key of the class names in the metadata. */
  public static final String CLASSES = ClassNames.KEY;

  /** Checks and copies the class names. */
  public Classifier {
    classes = List.copyOf(classes);
    if (classes.size() < 2 || classes.stream().anyMatch(c -> c.isEmpty() || c.contains(","))) {
      throw new IllegalArgumentException(
          "A classifier needs 2 classes or more, with names without commas, given %s."
              .formatted(classes));
    }
  }

  /** A classifier with Adam at a rate of 0.001 and seed 0. */
  public static Classifier of(
      String name, TensorType image, List<String> classes, Network network) {
    Optimizer adam = Optimizer.adam(Schedule.constant(0.001));
    return new Classifier(name, image, classes, network, adam, 0);
  }

  /** With another optimiser. */
  public Classifier optimizer(Optimizer other) {
    return new Classifier(name, image, classes, network, other, seed);
  }

  /** With another seed. */
  public Classifier seed(long other) {
    return new Classifier(name, image, classes, network, optimizer, other);
  }

  /**
   * The graph. Kernels start from He's normal distribution.
   *
   * @throws GraphException if the network does not make one logit an example and class
   */
  public Graph graph() {
    GraphBuilder g = GraphBuilder.create(name);
    Dim batch = Dim.named("N");
    Value images = g.input(IMAGE, image.withShape(image.shape().insert(0, batch)));
    Value labels = g.input(LABEL, DType.INT32, Shape.of(batch));
    Layers layers = Layers.seeded(seed).kernels(Initializers.heNormal(seed));

    Mode training = new Mode(true);
    Value trained = requireLogits(network.build(images, layers, training), batch);
    Value used = requireLogits(InferenceGraft.build(network, images, layers), batch);

    Value loss = Losses.softmaxCrossEntropy(trained, labels, Losses.Reduction.MEAN).as("loss");
    SignatureBuilder train = g.signature("train").input(IMAGE, images).input(LABEL, labels);
    train.output("loss", loss).output("probabilities", trained.softmax(-1));
    training.updateIn(train);
    Optimizer.Step step = optimizer.minimize(loss, train);
    train.output("rate", step.rate()).output("gradient_norm", step.gradientNorm());

    Value probabilities = used.softmax(-1).as("probabilities");
    g.signature("evaluate")
        .input(IMAGE, images)
        .input(LABEL, labels)
        .output("loss", Losses.softmaxCrossEntropy(used, labels, Losses.Reduction.MEAN))
        .output("probabilities", probabilities);
    g.signature("predict").input(IMAGE, images).output("probabilities", probabilities);
    g.metadata(CLASSES, String.join(",", classes));
    return g.build();
  }

  private Value requireLogits(Value logits, Dim batch) {
    Shape expected = Shape.of(batch, Dim.of(classes.size()));
    if (!logits.shape().equals(expected)) {
      throw new GraphException(
          logits.name(),
          "The network makes '%s' %s of a batch, but %d classes need logits of %s."
              .formatted(logits.name(), logits.type(), classes.size(), expected));
    }
    return logits;
  }
}
