package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A chain of layers that classifies square images. Every hidden layer ends in a rectifier;
 * convolutions keep the size, pooling halves it, the first dense layer flattens height, width and
 * features in this order.
 *
 * @param name in the table
 * @param size height and width of an image
 * @param planes of an image
 * @param layers in their order; the last one makes the logits
 */
record Network(String name, int size, int planes, List<Layer> layers) {
  static final int CLASSES = 10;

  /** The network of the lecture notes. */
  static final Network MNIST =
      new Network(
          "MNIST",
          28,
          1,
          List.of(
              new Convolve(32, 5),
              new Pool(),
              new Convolve(64, 5),
              new Pool(),
              new Dense(1024),
              new Dense(CLASSES)));

  /** A small network in the manner of Simonyan and Zisserman (2014). */
  static final Network VGG =
      new Network(
          "VGG-like",
          32,
          3,
          List.of(
              new Convolve(64, 3),
              new Convolve(64, 3),
              new Pool(),
              new Convolve(128, 3),
              new Convolve(128, 3),
              new Pool(),
              new Convolve(256, 3),
              new Convolve(256, 3),
              new Pool(),
              new Dense(512),
              new Dense(CLASSES)));

  /** One step of the chain. */
  sealed interface Layer {}

  /**
   * A convolution with bias, and a rectifier.
   *
   * @param filters planes that it makes
   * @param kernel height and width
   */
  record Convolve(int filters, int kernel) implements Layer {}

  /** The maximum of each 2x2 window. */
  record Pool() implements Layer {}

  /**
   * A matrix product with bias; a rectifier behind it unless it is the last.
   *
   * @param units features that it makes
   */
  record Dense(int units) implements Layer {}

  /**
   * The first values of a layer's parameters.
   *
   * @param kernelSizes height, width, planes read and made; of a dense layer features read and made
   * @param kernel uniform, of variance 2 over the number of values read, or 1 in the last layer
   * @param bias small, to be no special case
   * @param image height, width and planes that a first dense layer flattens, else empty
   */
  record Weights(long[] kernelSizes, float[] kernel, float[] bias, long[] image) {
    /** Whether the layer reads what was an image. */
    boolean flattens() {
      return image.length > 0;
    }

    /** A dense kernel for images that are flattened with their features first. */
    float[] kernelFeaturesFirst() {
      if (!flattens()) {
        return kernel;
      }
      long[] sizes = {image[0], image[1], image[2], kernelSizes[1]};
      return Values.transposed(kernel, sizes, 2, 0, 1, 3);
    }
  }

  /** The weights of the layers that have any, in their order. */
  List<Weights> weights() {
    List<Weights> weights = new ArrayList<>();
    long side = size;
    long read = planes;
    boolean flat = false;
    for (int i = 0; i < layers.size(); i++) {
      switch (layers.get(i)) {
        case Pool() -> side /= 2;
        case Convolve(var filters, var kernel) -> {
          weights.add(weights(i, new long[0], kernel, kernel, read, filters));
          read = filters;
        }
        case Dense(var units) -> {
          long[] image = flat ? new long[0] : new long[] {side, side, read};
          weights.add(weights(i, image, flat ? read : side * side * read, units));
          read = units;
          flat = true;
        }
      }
    }
    return weights;
  }

  private Weights weights(int layer, long[] image, long... sizes) {
    long count = 1;
    for (long axis : sizes) {
      count *= axis;
    }
    long made = sizes[sizes.length - 1];
    double gain = layer == layers.size() - 1 ? 3 : 6;
    double bound = Math.sqrt(gain * made / count);
    String at = name + "/" + layer;
    return new Weights(
        sizes,
        Values.uniform(at + "/kernel", (int) count, bound),
        Values.uniform(at + "/bias", (int) made, 0.1),
        image);
  }

  /** The sizes of a batch of images. */
  long[] imageSizes(int batch) {
    return new long[] {batch, size, size, planes};
  }

  /** A batch of images. */
  float[] images(int batch) {
    return Values.uniform(name + "/images", batch * size * size * planes, 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
