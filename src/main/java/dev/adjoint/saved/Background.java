package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Optional;

/** What things stand on, judged by the borders of their images. */
public enum Background {
  /** Light things on dark ground, as the digits of MNIST. */
  DARK,
  /** Dark things on light ground, as ink on paper. */
  LIGHT;

  /**
   * The key in a graph's metadata under which the background of its training images stands, by its
   * name here.
   */
  public static final String KEY = "background";

  /**
   * That of images.
   *
   * @param images f32[height, width, channels], or that behind a count; 0 to 1
   */
  public static Background of(Tensor images) {
    Shape shape = images.shape();
    long height = shape.size(shape.rank() - 3);
    long width = shape.size(shape.rank() - 2);
    long channels = shape.size(shape.rank() - 1);
    double sum = 0;
    long count = 0;
    for (int i = 0; i < images.size(); i++) {
      long pixel = i / channels;
      long x = pixel % width;
      long y = pixel / width % height;
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
        sum += images.getDouble(i);
        count++;
      }
    }
    return sum > 0.5 * count ? LIGHT : DARK;
  }

  /** The graph with a note that it learns from images of this background. */
  public Graph noteIn(Graph graph) {
    var builder = graph.toBuilder();
    builder.metadata(KEY, name());
    return builder.build();
  }

  /** The background that a graph learned from, if it says so. */
  public static Optional<Background> learnedBy(Graph graph) {
    String noted = graph.metadata().getOrDefault(KEY, "");
    for (Background background : values()) {
      if (background.name().equals(noted)) {
        return Optional.of(background);
      }
    }
    return Optional.empty();
  }
}
